/* A result from JSON. */
#include "json_read.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "json_lists.h"
#include "json_table.h"

/* file: its name, for messages, in all of these. */
static int json_refuse(const char *file, const char *of, const char *key, const char *what)
{
	return say_fail(EINVAL, "%s: %s of a %s is no %s: this is no %s document", file, key, of,
			what, RESULT_SCHEMA);
}

static bool json_to_whole(uint64_t *number, const json_t *value, uint64_t most)
{
	json_int_t read = json_is_integer(value) ? json_integer_value(value) : -1;

	*number = read < 0 ? 0 : (uint64_t)read;
	return read >= 0 && *number <= most;
}

static int json_to_metric_list(const char *file, struct metrics *metrics, const char *key,
			       const json_t *array)
{
	size_t count = json_array_size(array), good = 0;
	double *list = calloc(count + 1, sizeof(*list));

	while (list && good < count && json_table_real(&list[good], json_array_get(array, good)))
		good++;
	if (good == count)
		metrics_set_list(metrics, key, list, list ? count : 0);
	free(list);
	if (!list)
		return -ENOMEM;
	return good == count ? 0 : json_refuse(file, "set of metrics", key, "list of numbers");
}

static int json_to_metric(const char *file, struct metrics *metrics, const char *key,
			  const json_t *value)
{
	struct cell cell;
	int ret = 0;

	json_table_cell(&cell, value);
	if (json_is_array(value))
		ret = json_to_metric_list(file, metrics, key, value);
	else if (json_is_object(value))
		ret = json_refuse(file, "set of metrics", key, "text or number");
	else if (cell.kind == CELL_TEXT || cell.kind == CELL_NONE)
		metrics_set_text(metrics, key, cell.text);
	else
		metrics_set_number(metrics, key, cell.kind, cell.number);
	return metrics->incomplete ? -ENOMEM : ret;
}

static bool json_is_field(const struct record *record, const char *key)
{
	for (const struct field *field = record->fields; field_is(field); field++)
		if ((field->views & VIEW_JSON) && field->kind != FIELD_METRICS &&
		    !strcmp(field->key, key))
			return true;
	return false;
}

/* Members that are no fields are metrics; those of objects are "a.b". record: may be NULL. */
static int json_to_metrics(const char *file, struct metrics *metrics, const struct record *record,
			   json_t *object)
{
	const char *key, *name;
	json_t *value, *inner;
	int ret = 0;

	json_object_foreach (object, key, value) {
		if (record && json_is_field(record, key))
			continue;
		if (strlen(key) >= JSON_KEY_MAX)
			return json_refuse(file, "set of metrics", key, "short name");
		if (!json_is_object(value))
			ret = ret ? ret : json_to_metric(file, metrics, key, value);
		json_object_foreach (value, name, inner) {
			char path[JSON_KEY_MAX];

			if (snprintf(path, sizeof(path), "%s.%s", key, name) >= JSON_KEY_MAX)
				return json_refuse(file, "set of metrics", key,
						   "object of short names");
			ret = ret ? ret : json_to_metric(file, metrics, path, inner);
		}
	}
	return ret;
}

static int json_to_record(const char *file, const struct record *record, void *item,
			  json_t *object);

static int json_to_list(const char *file, const struct record *record, void *list, size_t *count,
			const json_t *array)
{
	json_t *value;
	size_t i;
	int ret = 0;

	json_array_foreach (array, i, value) {
		void *item = record_add(record, list, count);

		ret = item ? json_to_record(file, record, item, value) : -ENOMEM;
		if (ret)
			return ret;
	}
	return ret;
}

static int json_to_text(char **to, const json_t *value)
{
	return record_set_text(to, json_string_value(value));
}

static int json_to_field(const char *file, const struct record *record, const struct field *field,
			 void *item, json_t *value)
{
	void *at = (char *)item + field->offset;
	double *numbers = at;
	bool null = !value || json_is_null(value);
	uint64_t whole = 0;

	switch (field->kind) {
	case FIELD_TEXT:
		if (!null && !json_is_string(value))
			return json_refuse(file, record->name, field->key, "text");
		return json_to_text(at, value);
	case FIELD_FLAG:
		if (!json_is_boolean(value))
			return json_refuse(file, record->name, field->key, "flag");
		*(bool *)at = json_is_true(value);
		return 0;
	case FIELD_COUNT:
		if (!json_to_whole(&whole, value, UINT_MAX))
			return json_refuse(file, record->name, field->key, "count");
		*(unsigned int *)at = (unsigned int)whole;
		return 0;
	case FIELD_INDEX:
		if (!null && !json_to_whole(&whole, value, INT_MAX))
			return json_refuse(file, record->name, field->key, "index");
		*(int *)at = null ? -1 : (int)whole;
		return 0;
	case FIELD_WHOLE:
		if (!json_to_whole(&whole, value, INT64_MAX))
			return json_refuse(file, record->name, field->key, "count");
		*(uint64_t *)at = whole;
		return 0;
	case FIELD_REAL:
		if (!json_table_real(numbers, value))
			return json_refuse(file, record->name, field->key, "number");
		return 0;
	case FIELD_RANGE:
		if (!null && (json_array_size(value) != 2 ||
			      !json_table_real(&numbers[0], json_array_get(value, 0)) ||
			      !json_table_real(&numbers[1], json_array_get(value, 1))))
			return json_refuse(file, record->name, field->key, "pair of numbers");
		return 0;
	case FIELD_OBJECT:
		if (!json_is_object(value))
			return json_refuse(file, record->name, field->key, "object");
		return json_to_record(file, field->of, at, value);
	case FIELD_LIST:
		if (!json_is_array(value))
			return json_refuse(file, record->name, field->key, "array");
		return json_to_list(file, field->of, at, (size_t *)((char *)item + field->count_at),
				    value);
	case FIELD_METRICS:
	case FIELD_SHOWN:
		break;
	}
	return 0;
}

static int json_to_record(const char *file, const struct record *record, void *item, json_t *object)
{
	int ret = 0;

	if (!json_is_object(object))
		return say_fail(EINVAL, "%s: a %s is no object: this is no %s document", file,
				record->name, RESULT_SCHEMA);
	for (const struct field *field = record->fields; !ret && field_is(field); field++) {
		if (!(field->views & VIEW_JSON))
			continue;
		if (field->kind == FIELD_METRICS)
			ret = json_to_metrics(file,
					      (struct metrics *)((char *)item + field->offset),
					      record, object);
		else
			ret = json_to_field(file, record, field, item,
					    json_object_get(object, field->key));
	}
	return ret;
}

static const struct json_list *json_list_of(const char *group, const char *key)
{
	for (const struct json_list *list = json_lists; list->key; list++)
		if (!strcmp(list->key, key) &&
		    (group ? list->group && !strcmp(list->group, group) : !list->group))
			return list;
	return NULL;
}

static int json_to_lists(const char *file, struct result *result, json_t *root)
{
	int ret = 0;

	for (const struct json_list *list = json_lists; !ret && list->key; list++) {
		json_t *of = list->group ? json_object_get(root, list->group) : root;
		json_t *array = json_object_get(of, list->key);

		if (!json_is_array(array))
			return json_refuse(file, "result", list->key, "array");
		ret = json_to_list(file, list->record, (char *)result + list->offset,
				   (size_t *)((char *)result + list->count_at), array);
	}
	return ret;
}

/* An array of the document that is none of ours is a table of the program's. */
static int json_to_tables(const char *file, struct result *result, json_t *root)
{
	const char *key;
	json_t *value;
	int ret = 0;

	json_object_foreach (root, key, value)
		if (!ret && json_is_array(value) && !json_list_of(NULL, key) &&
		    strcmp(key, "argv") && strcmp(key, "warnings"))
			ret = json_table_read(result, key, value, file);
	return ret;
}

/* A list of texts, ended by NULL. */
static int json_to_words(const char *file, char ***words, const char *key, const json_t *array)
{
	json_t *value;
	size_t i;

	if (!json_is_array(array))
		return json_refuse(file, "result", key, "array");
	*words = calloc(json_array_size(array) + 1, sizeof(**words));
	if (!*words)
		return -ENOMEM;
	json_array_foreach (array, i, value) {
		if (!json_is_string(value))
			return json_refuse(file, "result", key, "list of texts");
		if (json_to_text(&(*words)[i], value))
			return -ENOMEM;
	}
	return 0;
}

static int json_to_head(const char *file, struct result *result, json_t *root)
{
	const struct {
		const char *key;
		char **to;
	} texts[] = { { "program", &result->program },
		      { "version", &result->version },
		      { "command", &result->command },
		      { "started", &result->started } };
	const json_t *advice = json_object_get(root, "advice");
	int ret = 0;

	for (size_t i = 0; !ret && i < sizeof(texts) / sizeof(texts[0]); i++) {
		const json_t *value = json_object_get(root, texts[i].key);

		ret = json_is_string(value) ? json_to_text(texts[i].to, value)
					    : json_refuse(file, "result", texts[i].key, "text");
	}
	result->incomplete = json_is_true(json_object_get(root, "incomplete"));
	if (!ret && json_is_string(advice))
		ret = json_to_text(&result->advice, advice);
	if (!ret)
		ret = json_to_words(file, &result->argv, "argv", json_object_get(root, "argv"));
	if (!ret)
		ret = json_to_words(file, &result->warnings, "warnings",
				    json_object_get(root, "warnings"));
	if (!ret && !json_is_object(json_object_get(root, "job")))
		ret = json_refuse(file, "result", "job", "object");
	return ret ? ret : json_to_metrics(file, &result->job, NULL, json_object_get(root, "job"));
}

int json_read(struct result *result, const char *text, size_t length, const char *name)
{
	json_error_t error;
	json_t *root = json_loadb(text, length, 0, &error);
	const char *schema = json_string_value(json_object_get(root, "schema"));
	int ret;

	*result = (struct result){ 0 };
	if (!root)
		return say_fail(EINVAL, "%s is not JSON: line %d: %s", name, error.line,
				error.text);
	if (!schema || strcmp(schema, RESULT_SCHEMA)) {
		ret = say_fail(EINVAL, "%s is no %s document, but %.40s", name, RESULT_SCHEMA,
			       schema ? schema : "one without a schema");
		json_decref(root);
		return ret;
	}
	ret = json_to_head(name, result, root);
	if (!ret)
		ret = json_to_lists(name, result, root);
	if (!ret)
		ret = json_to_tables(name, result, root);
	json_decref(root);
	return ret;
}
