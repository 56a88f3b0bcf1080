/* Two sets of samples that were taken side by side, round by round. */
#ifndef PAIRED_H
#define PAIRED_H

#include "stats.h"

/* Pairs without which there is no 95 % interval: of five, the extremes hold the median with 94 %. */
enum { PAIRED_NEEDS = 6 };

/*
 * The median of a[i] / b[i], and the interval between order statistics that holds the true median
 * with at least 95 % (the sign test, inverted: W. J. Conover, Practical Nonparametric Statistics,
 * 3rd ed., 3.4). Whatever hits both of a pair alike cancels. Samples are greater than 0. low and
 * high are NAN with fewer than PAIRED_NEEDS pairs; all three without pairs, or memory.
 */
struct estimate paired_ratio(const double *a, const double *b, size_t count);

#endif
