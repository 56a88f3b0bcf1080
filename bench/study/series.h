/* Series: rows that differ in nothing but how many do the work. */
#ifndef SERIES_H
#define SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/result/result.h"

struct series {
	char *name;   /* the strategy, with what else the result's rows differ in */
	size_t *rows; /* numbers of its measured rows, by growing concurrency */
	size_t count, room;
};

/*
 * Groups the measured rows of a result, but for the baseline, which is row 0 if it is serial, by
 * strategy, schedule, places and bind, in the order of the rows. cpu_bound: see row_concurrency().
 * *series is malloc'd, to be freed by series_free(). Returns 0 or -ENOMEM.
 */
int series_find(struct series **series, size_t *count, const struct result *result, bool cpu_bound);
void series_free(struct series *series, size_t count);

/* Whether row 0 is a baseline: serial, measured. */
bool series_has_baseline(const struct result *result);

#endif
