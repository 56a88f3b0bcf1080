/* Whether two results are of the same thing, and which of their rows are. */
#ifndef REGRESSION_MATCH_H
#define REGRESSION_MATCH_H

#include "regression.h"

/*
 * Refuses what nothing can be concluded from, and, without force, results of different jobs or
 * kinds of hosts: CPU, cores, and how many are allowed. Returns 0, or -EINVAL having said why.
 */
int regression_match_check(const struct result *before, const struct result *after,
			   const struct regression_request *request);

/* The row of the result that is alike: strategy, ranks, workers, in flight, hosts, schedule, places
 * and bind. NULL if there is none. */
const struct row *regression_match_find(const struct result *result, const struct row *row);

/* Whether both are of one host, and of the same CPUs of it, as far as they say. */
bool regression_match_is_same_host(const struct result *before, const struct result *after);

#endif
