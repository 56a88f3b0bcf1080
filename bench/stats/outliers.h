/* Which of several alike lag far behind the rest. */
#ifndef OUTLIERS_H
#define OUTLIERS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Marks the values that are below the median of all by more than 20 % of it and by more than four
 * robust deviations (stats_deviation()): what half of the values, or fewer, can be while the others
 * agree. values are positive. Of fewer than three none is marked: of two that differ nobody knows
 * which is right. out has room for `count`. Returns how many are marked.
 */
size_t outliers_low(bool *out, const double *values, size_t count);

#endif
