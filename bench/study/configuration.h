/* What is asked of one row: a strategy, how many do the work, and where. */
#ifndef CONFIGURATION_H
#define CONFIGURATION_H

#include <stdbool.h>

#include "bench/result/result.h"

/* Texts are not its own. NULL or 0 leaves it to the default. */
struct configuration {
	const char *strategy; /* never NULL */
	const char *schedule, *places, *bind;
	unsigned int nodes; /* hosts that the ranks are spread over; 0: wherever they are */
	unsigned int ranks, workers, inflight;
	unsigned int per_node; /* ranks of each node; 0 without nodes */
	unsigned int repeat;   /* the job so many times over; 0 and 1 are once */
	bool clocks;           /* the workers time their cores' clocks */
};

/* Gives an empty row the identity that is asked for. Returns 0 or -ENOMEM. */
int configuration_describe(const struct configuration *configuration, struct row *row);

#endif
