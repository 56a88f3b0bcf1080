/* Rows that differ in nothing but how many do the work. */
#include "series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/result/columns.h"

bool series_has_baseline(const struct result *result)
{
	return result->row_count && row_is_measured(&result->rows[0]) &&
	       !strcmp(result->rows[0].strategy, "serial");
}

/* The series of rows like that; a new one where there is none; NULL without memory. */
static struct series *series_of(struct series **all, size_t *count, size_t *room,
				const struct result *result, const struct row *row)
{
	struct series *added;

	for (size_t i = 0; i < *count; i++)
		if (row_is_like(&result->rows[(*all)[i].rows[0]], row))
			return &(*all)[i];
	if (array_reserve(all, room, *count + 1))
		return NULL;
	added = &(*all)[(*count)++];
	*added = (struct series){ 0 };
	added->name = columns_whole_name(result, row);
	return added->name ? added : NULL;
}

/* Puts a row where its concurrency belongs. Returns 0 or -ENOMEM. */
static int series_insert(struct series *series, const struct result *result, size_t number,
			 bool cpu_bound)
{
	unsigned int concurrency = row_concurrency(&result->rows[number], cpu_bound);
	size_t at = series->count;

	if (array_reserve(&series->rows, &series->room, series->count + 1))
		return -ENOMEM;
	while (at &&
	       row_concurrency(&result->rows[series->rows[at - 1]], cpu_bound) > concurrency) {
		series->rows[at] = series->rows[at - 1];
		at--;
	}
	series->rows[at] = number;
	series->count++;
	return 0;
}

int series_find(struct series **series, size_t *count, const struct result *result, bool cpu_bound)
{
	size_t first = series_has_baseline(result) ? 1 : 0, room = 0;

	*series = NULL;
	*count = 0;
	for (size_t i = first; i < result->row_count; i++) {
		struct series *of;

		if (!row_is_measured(&result->rows[i]))
			continue;
		of = series_of(series, count, &room, result, &result->rows[i]);
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
	for (size_t i = 0; i < count; i++) {
		free(series[i].name);
		free(series[i].rows);
	}
	free(series);
}
