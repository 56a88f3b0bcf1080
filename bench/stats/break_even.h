/* From what size a job is worth a way of doing it that starts later. */
#ifndef BREAK_EVEN_H
#define BREAK_EVEN_H

#include <stddef.h>

#include "bootstrap.h"

/*
 * The size of a job, in items, above which one way to do it is done earlier than the base, start-up
 * included. startup and base_startup are in seconds, rate and base_rate in items a second.
 *
 * 0 if it is earlier at any size. INFINITY if there is no such size: where the base is no slower in
 * the long run and starts no later, and also where it starts later but overtakes. NAN if a figure
 * is NAN, or a rate not above 0.
 */
double break_even(double startup, double rate, double base_startup, double base_rate);

/* One way to do a job, as it was measured. */
struct startup_rate {
	const double *startups, *seconds; /* of every sample */
	size_t count;
	double items; /* of the job */
};

/*
 * break_even() of the medians, with a bootstrap interval (bootstrap.h; 1000 resamples) over the
 * samples of both. An end is INFINITY where there may be no such size.
 */
struct estimate break_even_estimate(const struct startup_rate *way,
				    const struct startup_rate *base);

#endif
