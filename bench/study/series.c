/* Rows that differ in nothing but how many do the work. */
#include "series.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/result/columns.h"

bool series_has_baseline(const struct result *result)
{
	return result->row_count && row_is_measured(&result->rows[0]) &&
	       !strcmp(result->rows[0].strategy, "serial");
}

static bool series_is_like(const struct row *one, const struct row *other)
{
	return !strcmp(one->strategy, other->strategy) && !strcmp(one->schedule, other->schedule) &&
	       !strcmp(one->places, other->places) && !strcmp(one->bind, other->bind);
}

/* The series of rows like that; a new one where there is none; NULL without memory. */
static struct series *series_of(struct series **all, size_t *count, const struct result *result,
				const struct row *row)
{
	struct cell name = { 0 };
	struct series *grown;

	for (size_t i = 0; i < *count; i++)
		if (series_is_like(&result->rows[(*all)[i].rows[0]], row))
			return &(*all)[i];
	grown = realloc(*all, (*count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	*all = grown;
	grown = &grown[(*count)++];
	*grown = (struct series){ 0 };
	columns_name(&name, result, row);
	snprintf(grown->name, sizeof(grown->name), "%s", name.text);
	return grown;
}

/* Puts a row where its concurrency belongs. Returns 0 or -ENOMEM. */
static int series_insert(struct series *series, const struct result *result, size_t number,
			 bool cpu_bound)
{
	size_t *grown = realloc(series->rows, (series->count + 1) * sizeof(*grown));
	unsigned int concurrency = row_concurrency(&result->rows[number], cpu_bound);
	size_t at = series->count;

	if (!grown)
		return -ENOMEM;
	series->rows = grown;
	while (at && row_concurrency(&result->rows[grown[at - 1]], cpu_bound) > concurrency) {
		grown[at] = grown[at - 1];
		at--;
	}
	grown[at] = number;
	series->count++;
	return 0;
}

int series_find(struct series **series, size_t *count, const struct result *result, bool cpu_bound)
{
	size_t first = series_has_baseline(result) ? 1 : 0;

	*series = NULL;
	*count = 0;
	for (size_t i = first; i < result->row_count; i++) {
		struct series *of;

		if (!row_is_measured(&result->rows[i]))
			continue;
		of = series_of(series, count, result, &result->rows[i]);
		if (!of || series_insert(of, result, i, cpu_bound)) {
			series_free(*series, *count);
			*series = NULL;
			*count = 0;
			return -ENOMEM;
		}
	}
	return 0;
}

void series_free(struct series *series, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(series[i].rows);
	free(series);
}
