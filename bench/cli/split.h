/* How a concurrency is split: what a study asks of a strategy, so that all have equally much. */
#ifndef SPLIT_H
#define SPLIT_H

#include "bench/study/configuration.h"

/*
 * Splits the concurrency as the configuration's strategy splits it: into ranks, workers of each
 * rank, items in flight of each worker; over its nodes, if it has any. Then *missing is NULL, or
 * says, in `why` or as a literal, why that cannot be had on a machine, or nodes, of so many cores.
 * Returns 0, or -EINVAL having said that there is no such strategy.
 */
int split_concurrency(struct configuration *configuration, unsigned int concurrency,
		      unsigned int cores, const char **missing, char why[128]);

#endif
