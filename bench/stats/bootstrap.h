/* How sure a figure is that is computed from the medians of several sets of samples. */
#ifndef BOOTSTRAP_H
#define BOOTSTRAP_H

#include <stddef.h>

#include "stats.h"

/* One setting that was measured several times. */
struct point {
	double n;              /* workers, or transfers in flight; at least 1 */
	double items;          /* of the job at this point, greater than 0 */
	const double *samples; /* seconds that the job took, each greater than 0 */
	size_t count;          /* of them, at least 1 */
};

/* Room for the figures of one statistic. */
enum { STATISTIC_RESULTS = 4 };

/* Samples of every point below which intervals hold the truth in less than 90 % of all cases. */
enum { BOOTSTRAP_NEEDS = 6 };

/* Some figures, each a function of all points' medians. */
struct statistic {
	size_t results;   /* how many, up to STATISTIC_RESULTS */
	size_t resamples; /* how often to draw anew: 1000 give steady intervals */
	/* Fills results from one median a point, in the points' order. A result may be infinite. */
	void (*of)(double *results, const double *medians, const void *context);
	const void *context;
};

/*
 * Fills as many estimates as there are results: the value from the medians as they are, the
 * interval from the 2.5 and 97.5 % of those that come of samples drawn with replacement within
 * every point (B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13).
 * An end of an interval is a figure that was drawn, not one between two: where only some can be,
 * as with numbers of workers, it is one of them.
 *
 * Few samples lie closer to their own median than to the true one, so that they are moved away from
 * it beforehand, by sqrt(m / (m - 1)) for m samples: as a power of the ratio, since noise
 * multiplies and no time may become negative. One sample tells nothing of its noise: where a point
 * has fewer than BOOTSTRAP_NEEDS, there is no interval, for it would promise too much.
 *
 * The random numbers are the same in every call. Returns 0, or -ENOMEM with nothing filled.
 */
int bootstrap(struct estimate *estimates, const struct statistic *statistic,
	      const struct point *points, size_t count);

#endif
