/*
 * How much is asked of a host by ranks, which share no memory: each has its part of every limit,
 * and what a host wants to be left alone for is told to all.
 */
#ifndef RANKS_H
#define RANKS_H

#include <stdbool.h>

#include "bench/work.h"
#include "io/engine/fetch.h"

/* What one of the ranks may do. */
struct host_limits ranks_limits(const struct fetch_options *options);

/* As work_type has them. */
bool ranks_news(const struct work *work, void *news);
void ranks_hear(const struct work *work, const void *news);

#endif
