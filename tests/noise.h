/* Noise as measured times have it, and plainer kinds. */
#ifndef NOISE_H
#define NOISE_H

#include <math.h>

#include "tests/testing.h"

/* Above 0, below 1. */
static inline double uniform(uint64_t *seed)
{
	return ((double)(random_next(seed) >> 12) + 0.5) * 0x1p-52;
}

/* Exponential, as times are that something random is added to; its median is log(2). */
static inline double skewed(uint64_t *seed)
{
	return -log(uniform(seed));
}

/* Of mean 0 and deviation 1 (G. E. P. Box and M. E. Muller, 1958). */
static inline double normal(uint64_t *seed)
{
	return sqrt(2 * skewed(seed)) * cos(2 * M_PI * uniform(seed));
}

/*
 * A factor of a time: nothing is quicker than the machine, most is little slower, and one in twenty
 * is as late as something else took, by a Pareto distribution without a variance.
 * The deviation is of the greater part.
 */
static inline double lateness(uint64_t *seed, double deviation)
{
	double factor = exp(deviation * fabs(normal(seed)));

	if (uniform(seed) < 0.05)
		factor *= 1 + deviation * (pow(uniform(seed), -1 / 1.5) - 1);
	return factor;
}

#endif
