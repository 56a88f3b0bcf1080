/* Answers to act on: how many workers are enough, from what size a job is worth it, which core is
 * slow. */
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

/* What one core did in one round. */
struct core_rate {
	unsigned int core; /* the same number for the same core of the same host only */
	int kind;          /* cores are compared with those of their kind */
	double rate;       /* of its worker, in items a second, greater than 0 */
};

struct slow_core {
	unsigned int core;
	int kind;
	double rate;    /* the median of its rounds, in items a second */
	double of_kind; /* the median of all cores of this kind, of such medians */
};

/*
 * Names the cores whose median rate is below that of their kind by more than 3 % and by more than
 * three times the noise. The noise is the robust deviation of all rates from their own core's
 * median, relative to it, over all cores: a core is not excused by its own bad rounds. A core with
 * one round is never named, for this can be chance, nor is the only core of a kind; of two cores of
 * a kind the slower is named if half of the difference is enough.
 *
 * Fills out, which has room for as many as there are cores, by kind and then by core. Returns how
 * many there are, or -ENOMEM.
 */
int slow_cores(struct slow_core *out, const struct core_rate *rates, size_t count);

#endif
