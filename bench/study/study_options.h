/* What may be asked of this room: what to study, how long, and what counts as different. */
#ifndef STUDY_OPTIONS_H
#define STUDY_OPTIONS_H

#include <stdbool.h>

#include "bench/base/choices.h"

/* Seconds that compare and scale take unless told. */
#define STUDY_S 60

/* No choices: the default. */
struct study_options {
	struct choices concurrencies, nodes, strategies, places, binds;
	bool weak, strong;   /* scale: as was asked for, if at all */
	double tolerance;    /* compare of two files: a share of the time */
	bool force;          /* compare of two files: whatever they measured */
	bool fail_slow;      /* check: a slow PU is a failure */
	unsigned int rounds; /* 0 for the default */
	double max_time;     /* seconds; 0: no end */
};

#endif
