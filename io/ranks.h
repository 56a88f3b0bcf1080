/*
 * How much is asked of a host by ranks, which share no memory: each has its part of every limit,
 * and what a host wants to be left alone for is told to all.
 */
#ifndef RANKS_H
#define RANKS_H

#include <stdbool.h>

#include "bench/work.h"
#include "io/engine/fetch.h"

/* Which rank this process is, 0 unless it is told: before its job is made, or comes to it. */
void ranks_set_own(unsigned int rank);

/* What this rank may do. Transfers in flight are divided to the last one: the first ranks may have
 * one more than the others. */
struct host_limits ranks_limits(const struct fetch_options *options);

/* As work_type has them. */
bool ranks_news(const struct work *work, void *news);
void ranks_hear(const struct work *work, const void *news);

#endif
