/* What a table of fields makes of a struct. */
#include "record.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "metrics.h"

static void *record_at(const struct field *field, const void *item)
{
	return (char *)item + field->offset;
}

static size_t *record_count_at(const struct field *field, const void *item)
{
	return (size_t *)((char *)item + field->count_at);
}

int record_set_text(char **to, const char *from)
{
	char *copy = from ? strdup(from) : NULL;

	if (from && !copy)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

void record_init(const struct record *record, void *item)
{
	memset(item, 0, record->size);
	for (const struct field *field = record->fields; field_is(field); field++) {
		double *numbers = record_at(field, item);

		if (field->kind == FIELD_INDEX)
			*(int *)record_at(field, item) = -1;
		else if (field->kind == FIELD_REAL)
			numbers[0] = NAN;
		else if (field->kind == FIELD_RANGE)
			numbers[0] = numbers[1] = NAN;
		else if (field->kind == FIELD_OBJECT)
			record_init(field->of, numbers);
	}
}

static void field_free(const struct field *field, void *item)
{
	void *at = record_at(field, item);

	if (field->kind == FIELD_TEXT)
		free(*(char **)at);
	else if (field->kind == FIELD_OBJECT)
		record_free(field->of, at);
	else if (field->kind == FIELD_LIST)
		record_free_list(field->of, at, record_count_at(field, item));
	else if (field->kind == FIELD_METRICS)
		metrics_free(at);
}

/* A field that stands in two rows of the table is freed once: the text that it was is gone then. */
void record_free(const struct record *record, void *item)
{
	for (const struct field *field = record->fields; field_is(field); field++)
		if (field->views & VIEW_JSON)
			field_free(field, item);
	record_init(record, item);
}

void record_free_list(const struct record *record, void *list, size_t *count)
{
	char *items = *(char **)list;

	for (size_t i = 0; i < *count; i++)
		record_free(record, items + i * record->size);
	free(items);
	*(void **)list = NULL;
	*count = 0;
}

void *record_add(const struct record *record, void *list, size_t *count)
{
	char *grown = array_grow(*(void **)list, NULL, *count + 1, record->size);

	if (!grown)
		return NULL;
	*(void **)list = grown;
	record_init(record, grown + *count * record->size);
	return grown + (*count)++ * record->size;
}

static int field_copy_list(const struct field *field, void *to, const void *from)
{
	const char *items = *(char *const *)record_at(field, from);
	size_t count = *record_count_at(field, from), *copied = record_count_at(field, to);
	char *copies = count ? calloc(count, field->of->size) : NULL;
	int ret = count && !copies ? -ENOMEM : 0;

	*(void **)record_at(field, to) = copies;
	for (*copied = 0; !ret && *copied < count; (*copied)++)
		ret = record_copy(field->of, copies + *copied * field->of->size,
				  items + *copied * field->of->size);
	return ret;
}

static int field_copy(const struct field *field, void *to, const void *from)
{
	void *into = record_at(field, to);
	const void *at = record_at(field, from);

	switch (field->kind) {
	case FIELD_TEXT:
		return record_set_text(into, *(char *const *)at);
	case FIELD_FLAG:
		*(bool *)into = *(const bool *)at;
		return 0;
	case FIELD_COUNT:
	case FIELD_INDEX:
		memcpy(into, at, sizeof(int));
		return 0;
	case FIELD_WHOLE:
		*(uint64_t *)into = *(const uint64_t *)at;
		return 0;
	case FIELD_REAL:
		*(double *)into = *(const double *)at;
		return 0;
	case FIELD_RANGE:
		memcpy(into, at, 2 * sizeof(double));
		return 0;
	case FIELD_OBJECT:
		return record_copy(field->of, into, at);
	case FIELD_LIST:
		return field_copy_list(field, to, from);
	case FIELD_METRICS:
		return metrics_copy(into, at);
	case FIELD_SHOWN:
		break;
	}
	return 0;
}

int record_copy(const struct record *record, void *to, const void *from)
{
	int ret = 0;

	record_init(record, to);
	for (const struct field *field = record->fields; !ret && field_is(field); field++)
		if (field->views & VIEW_JSON)
			ret = field_copy(field, to, from);
	if (ret)
		record_free(record, to);
	return ret;
}

static bool record_text_equals(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

static bool record_real_equals(double one, double other)
{
	return one == other || (isnan(one) && isnan(other));
}

static const char *field_list_difference(const struct field *field, const void *one,
					 const void *other)
{
	const char *a = *(char *const *)record_at(field, one),
		   *b = *(char *const *)record_at(field, other), *found = NULL;
	size_t count = *record_count_at(field, one);

	if (count != *record_count_at(field, other))
		return field->key;
	for (size_t i = 0; !found && i < count; i++)
		found = record_difference(field->of, a + i * field->of->size,
					  b + i * field->of->size);
	return found;
}

static const char *field_difference(const struct field *field, const void *one, const void *other)
{
	const void *a = record_at(field, one), *b = record_at(field, other);
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

const char *record_difference(const struct record *record, const void *one, const void *other)
{
	const char *found = NULL;

	for (const struct field *field = record->fields; !found && field_is(field); field++)
		if (field->views & VIEW_JSON)
			found = field_difference(field, one, other);
	return found;
}
