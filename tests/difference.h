/* What differs between two results: what is written and read back ought to be equal. */
#ifndef DIFFERENCE_H
#define DIFFERENCE_H

#include <math.h>
#include <string.h>

#include "bench/result/json_lists.h"
#include "bench/result/metrics.h"
#include "bench/result/record.h"
#include "bench/result/result.h"

static bool record_real_equals(double one, double other)
{
	return one == other || (isnan(one) && isnan(other));
}

/*
 * Whether two are equal in every field that JSON has. Numbers that are not known are equal to each
 * other. NULL if they are equal; otherwise the key of the first field that differs.
 */
static const char *record_difference(const struct record *record, const void *one,
				     const void *other);

static const char *field_list_difference(const struct field *field, const void *one,
					 const void *other)
{
	const char *a = *(char *const *)((const char *)one + field->offset),
		   *b = *(char *const *)((const char *)other + field->offset), *found = NULL;
	size_t count = *(const size_t *)((const char *)one + field->count_at);

	if (count != *(const size_t *)((const char *)other + field->count_at))
		return field->key;
	for (size_t i = 0; !found && i < count; i++)
		found = record_difference(field->of, a + i * field->of->size,
					  b + i * field->of->size);
	return found;
}

static const char *field_difference(const struct field *field, const void *one, const void *other)
{
	const void *a = ((const char *)one + field->offset),
		   *b = ((const char *)other + field->offset);
	const double *x = a, *y = b;
	bool equal = true;

	switch (field->kind) {
	case FIELD_TEXT:
		equal = record_text_equals(*(char *const *)a, *(char *const *)b);
		break;
	case FIELD_FLAG:
		equal = *(const bool *)a == *(const bool *)b;
		break;
	case FIELD_COUNT:
	case FIELD_INDEX:
		equal = !memcmp(a, b, sizeof(int));
		break;
	case FIELD_WHOLE:
		equal = *(const uint64_t *)a == *(const uint64_t *)b;
		break;
	case FIELD_REAL:
		equal = record_real_equals(x[0], y[0]);
		break;
	case FIELD_RANGE:
		equal = record_real_equals(x[0], y[0]) && record_real_equals(x[1], y[1]);
		break;
	case FIELD_OBJECT:
		return record_difference(field->of, a, b);
	case FIELD_LIST:
		return field_list_difference(field, one, other);
	case FIELD_METRICS:
		return metrics_difference(a, b);
	case FIELD_SHOWN:
		break;
	}
	return equal ? NULL : field->key;
}

static const char *record_difference(const struct record *record, const void *one,
				     const void *other)
{
	const char *found = NULL;

	for (const struct field *field = record->fields; !found && field_is(field); field++)
		if (field->views & VIEW_JSON)
			found = field_difference(field, one, other);
	return found;
}

static const struct table *result_table(const struct result *result, const char *key)
{
	for (size_t i = 0; i < result->table_count; i++)
		if (!strcmp(result->tables[i].key, key))
			return &result->tables[i];
	return NULL;
}

static const char *result_list_difference(const struct result *one, const struct result *other)
{
	const char *found = NULL;

	for (const struct json_list *list = json_lists; !found && list->key; list++) {
		const char *a = *(char *const *)((const char *)one + list->offset),
			   *b = *(char *const *)((const char *)other + list->offset);
		size_t count = *(const size_t *)((const char *)one + list->count_at);

		if (count != *(const size_t *)((const char *)other + list->count_at))
			return list->key;
		for (size_t i = 0; !found && i < count; i++)
			found = record_difference(list->record, a + i * list->record->size,
						  b + i * list->record->size);
	}
	return found;
}

static bool result_words_equal(char *const *one, char *const *other)
{
	size_t i = 0;

	while (one && other && one[i] && other[i] && !strcmp(one[i], other[i]))
		i++;
	return (!one || !one[i]) && (!other || !other[i]);
}

static bool result_cells_equal(const struct cell *one, const struct cell *other)
{
	char a[CELL_SHOWN], b[CELL_SHOWN];

	if (one->kind == CELL_TEXT || other->kind == CELL_TEXT || one->kind == CELL_NONE ||
	    other->kind == CELL_NONE)
		return !strcmp(table_show_whole(one, a), table_show_whole(other, b));
	return one->number == other->number;
}

/* Of what programs read: columns with a key. */
static const char *result_table_difference(const struct table *one, const struct result *result)
{
	const struct table *other = result_table(result, one->key);
	struct cell a[COLUMNS_MAX], b[COLUMNS_MAX];

	if (!other || one->row_count != other->row_count)
		return one->key;
	for (size_t r = 0; r < one->row_count; r++) {
		size_t at = 0;

		table_row(one, r, a);
		table_row(other, r, b);
		for (size_t c = 0; c < one->column_count; c++) {
			if (!one->columns[c].key)
				continue;
			while (at < other->column_count &&
			       (!other->columns[at].key ||
				strcmp(other->columns[at].key, one->columns[c].key)))
				at++;
			if (at == other->column_count || !result_cells_equal(&a[c], &b[at]))
				return one->columns[c].key;
		}
	}
	return NULL;
}

/* The key of the first field that differs, NULL if two results are equal. */
static const char *result_difference(const struct result *one, const struct result *other)
{
	const struct {
		const char *key, *one, *other;
	} texts[] = { { "program", one->program, other->program },
		      { "version", one->version, other->version },
		      { "command", one->command, other->command },
		      { "started", one->started, other->started },
		      { "advice", one->advice, other->advice } };
	const char *found = metrics_difference(&one->job, &other->job);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].one && texts[i].other ? strcmp(texts[i].one, texts[i].other) != 0
						   : texts[i].one != texts[i].other)
			return texts[i].key;
	if (one->incomplete != other->incomplete)
		return "incomplete";
	if (!result_words_equal(one->argv, other->argv))
		return "argv";
	if (!result_words_equal(one->warnings, other->warnings))
		return "warnings";
	for (size_t i = 0; !found && i < one->table_count; i++)
		if (one->tables[i].audience != FOR_PEOPLE)
			found = result_table_difference(&one->tables[i], other);
	return found ? found : result_list_difference(one, other);
}

#endif
