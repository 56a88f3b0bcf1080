/* What a table of fields makes of a struct. */
#include "record.h"

#include <errno.h>
#include <math.h>
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

bool record_text_equals(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
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
