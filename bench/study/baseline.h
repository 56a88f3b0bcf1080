/* Every row against the first one. */
#ifndef BASELINE_H
#define BASELINE_H

#include <stdbool.h>

#include "bench/result/result.h"

/*
 * Fills speedup, with its interval, and efficiency of every measured row: its rate over that of row
 * 0, and that over its concurrency (row_concurrency()). The interval is of independent samples; of
 * jobs that were measured side by side it is too wide rather than too narrow. Without a measured
 * row 0 nothing is filled. Returns 0 or -ENOMEM.
 */
int baseline_judge(struct result *result, bool cpu_bound);

#endif
