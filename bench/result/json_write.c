/* A result as JSON, member by member. */
#include "json_write.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "json_lists.h"

/* Seventeen digits give a double back as it was. */
#define JSON_FORM (JSON_INDENT(1) | JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY)

/* What is not UTF-8, as Latin-1 has its bytes. NULL without memory. */
static json_t *json_of_bytes(const char *text)
{
	char *shown = malloc(2 * strlen(text) + 1), *at = shown;
	json_t *value;

	if (!shown)
		return NULL;
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte >= 0x80) {
			*at++ = (char)(0xc0 | byte >> 6);
			byte = 0x80 | (byte & 0x3f);
		}
		*at++ = (char)byte;
	}
	*at = '\0';
	value = json_string(shown);
	free(shown);
	return value;
}

static json_t *json_of_text(const char *text)
{
	json_t *value = text ? json_string(text) : json_null();

	return value ? value : json_of_bytes(text);
}

static json_t *json_of_real(double number)
{
	if (isnan(number))
		return json_null();
	if (isinf(number))
		return json_string(number > 0 ? "infinity" : "-infinity");
	return json_real(number);
}

/* A number of a cell: whole where it counts things. */
static json_t *json_of_number(enum cell_kind kind, double number)
{
	if (kind == CELL_FLAG)
		return json_boolean(number != 0);
	if (kind == CELL_COUNT && isfinite(number) && fabs(number) < 0x1p53)
		return json_integer((json_int_t)number);
	return json_of_real(number);
}

static json_t *json_of_reals(const double *list, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_of_real(list[i]));
	return array;
}

static json_t *json_of_cell(const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_NONE:
		return json_null();
	case CELL_TEXT:
		return json_of_text(cell->text);
	case CELL_LIST:
		return json_of_reals(cell->list, cell->count);
	case CELL_INTERVAL:
	case CELL_RANGE:
		return json_of_reals((double[]){ cell->low, cell->high }, 2);
	default:
		return json_of_number(cell->kind, cell->number);
	}
}

/* Sets a member; "a.b" is member b of an object a. */
static void json_set_path(json_t *object, const char *key, json_t *value)
{
	const char *dot = strchr(key, '.');
	char outer[JSON_KEY_MAX];
	json_t *inner;

	if (!dot) {
		json_object_set_new(object, key, value);
		return;
	}
	/* Keys are a program's constants, or were read and are no longer than that. */
	snprintf(outer, sizeof(outer), "%.*s", (int)(dot - key), key);
	inner = json_object_get(object, outer);
	if (!inner) {
		inner = json_object();
		json_object_set_new(object, outer, inner);
	}
	json_object_set_new(inner, dot + 1, value);
}

static void json_set_metrics(json_t *object, const struct metrics *metrics)
{
	for (size_t i = 0; i < metrics->count; i++)
		json_set_path(object, metrics->list[i].key, json_of_cell(&metrics->list[i].value));
}

static json_t *json_of_record(const struct record *record, const void *item);

static json_t *json_of_list(const struct record *record, const char *items, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_of_record(record, items + i * record->size));
	return array;
}

static json_t *json_of_field(const struct field *field, const void *item)
{
	const void *at = (const char *)item + field->offset;
	const double *numbers = at;

	switch (field->kind) {
	case FIELD_TEXT:
		return json_of_text(*(char *const *)at);
	case FIELD_FLAG:
		return json_boolean(*(const bool *)at);
	case FIELD_COUNT:
		return json_integer(*(const unsigned int *)at);
	case FIELD_INDEX:
		return *(const int *)at < 0 ? json_null() : json_integer(*(const int *)at);
	case FIELD_WHOLE:
		return json_integer((json_int_t) * (const uint64_t *)at);
	case FIELD_REAL:
		return json_of_real(numbers[0]);
	case FIELD_RANGE:
		return isnan(numbers[0]) || isnan(numbers[1]) ? json_null()
							      : json_of_reals(numbers, 2);
	case FIELD_OBJECT:
		return json_of_record(field->of, at);
	case FIELD_LIST:
		return json_of_list(field->of, *(char *const *)at,
				    *(const size_t *)((const char *)item + field->count_at));
	case FIELD_METRICS:
	case FIELD_SHOWN:
		break;
	}
	return NULL;
}

static json_t *json_of_record(const struct record *record, const void *item)
{
	json_t *object = json_object();

	for (const struct field *field = record->fields; field_is(field); field++) {
		if (!(field->views & VIEW_JSON))
			continue;
		if (field->kind == FIELD_METRICS)
			json_set_metrics(object, (const struct metrics *)((const char *)item +
									  field->offset));
		else
			json_object_set_new(object, field->key, json_of_field(field, item));
	}
	return object;
}

static json_t *json_of_words(char *const *words)
{
	json_t *array = json_array();

	for (size_t i = 0; words && words[i]; i++)
		json_array_append_new(array, json_of_text(words[i]));
	return array;
}

/* Where a document goes; how deep its lines are indented. */
struct json_sink {
	FILE *file;
	int depth;
	bool first, failed;
};

/* jansson's lines, indented. Line ends within texts are escaped, so all are its own. */
static int json_put(const char *bytes, size_t length, void *to)
{
	struct json_sink *sink = to;

	for (size_t at = 0; at < length;) {
		const char *end = memchr(bytes + at, '\n', length - at);
		size_t part = end ? (size_t)(end - bytes) + 1 - at : length - at;

		fwrite(bytes + at, 1, part, sink->file);
		if (end)
			fprintf(sink->file, "%*s", sink->depth, "");
		at += part;
	}
	return 0;
}

static void json_put_value(struct json_sink *sink, json_t *value)
{
	if (!value || json_dump_callback(value, json_put, sink, JSON_FORM))
		sink->failed = true;
	json_decref(value);
}

/* Begins a member: its key, and the comma before it. */
static void json_put_key(struct json_sink *sink, const char *key)
{
	fprintf(sink->file, "%s\n%*s\"%s\": ", sink->first ? "" : ",", sink->depth, "", key);
	sink->first = false;
}

static void json_put_member(struct json_sink *sink, const char *key, json_t *value)
{
	json_put_key(sink, key);
	json_put_value(sink, value);
}

static void json_put_table(struct json_sink *sink, const struct table *table)
{
	struct cell cells[COLUMNS_MAX];

	json_put_key(sink, table->key);
	fputc('[', sink->file);
	sink->depth++;
	for (size_t r = 0; r < table->row_count; r++) {
		json_t *object = json_object();

		table_row(table, r, cells);
		for (size_t c = 0; c < table->column_count; c++)
			if (table->columns[c].key)
				json_object_set_new(object, table->columns[c].key,
						    json_of_cell(&cells[c]));
		fprintf(sink->file, "%s\n%*s", r ? "," : "", sink->depth, "");
		json_put_value(sink, object);
	}
	sink->depth--;
	fprintf(sink->file, "%s%*s]", table->row_count ? "\n" : "",
		table->row_count ? sink->depth : 0, "");
}

static void json_put_list(struct json_sink *sink, const struct json_list *list,
			  const struct result *result)
{
	const char *items = *(char *const *)((const char *)result + list->offset);
	size_t count = *(const size_t *)((const char *)result + list->count_at);

	json_put_member(sink, list->key, json_of_list(list->record, items, count));
}

static void json_put_lists(struct json_sink *sink, const struct result *result)
{
	const char *group = NULL;

	for (const struct json_list *list = json_lists; list->key; list++) {
		if (list->group && list->group != group) {
			json_put_key(sink, list->group);
			fputc('{', sink->file);
			sink->depth++;
			sink->first = true;
		}
		json_put_list(sink, list, result);
		group = list->group;
		if (group && (!list[1].group || strcmp(list[1].group, group))) {
			sink->depth--;
			fprintf(sink->file, "\n%*s}", sink->depth, "");
		}
	}
}

int json_write(FILE *file, const struct result *result)
{
	struct json_sink sink = { .file = file, .depth = 1, .first = true };
	json_t *job = json_object();

	json_set_metrics(job, &result->job);
	fputc('{', file);
	json_put_member(&sink, "schema", json_string(RESULT_SCHEMA));
	json_put_member(&sink, "program", json_of_text(result->program));
	json_put_member(&sink, "version", json_of_text(result->version));
	json_put_member(&sink, "command", json_of_text(result->command));
	json_put_member(&sink, "argv", json_of_words(result->argv));
	json_put_member(&sink, "started", json_of_text(result->started));
	json_put_member(&sink, "incomplete", json_boolean(result->incomplete));
	json_put_member(&sink, "warnings", json_of_words(result->warnings));
	json_put_member(&sink, "job", job);
	for (size_t i = 0; i < result->table_count; i++)
		if (result->tables[i].audience != FOR_PEOPLE)
			json_put_table(&sink, &result->tables[i]);
	json_put_lists(&sink, result);
	json_put_member(&sink, "advice", json_of_text(result->advice));
	fputs("\n}\n", file);
	return sink.failed ? say_fail(ENOMEM, "not enough memory to write JSON") : 0;
}
