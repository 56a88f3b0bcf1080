/* How many workers are enough. */
#ifndef KNEE_H
#define KNEE_H

#include <stddef.h>

#include "bootstrap.h"

/*
 * The fewest n among the points whose rate (items over the median of the seconds) is at least
 * 1 - tolerance of the best point's; tolerance is from 0 to 1, 0.05 say. low and high are n of
 * points, too, by bootstrap() with 1000 resamples. All NAN without points, or without memory.
 */
struct estimate knee_find(const struct point *points, size_t count, double tolerance);

#endif
