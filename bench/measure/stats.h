/* Statistics of samples: pure functions. */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

struct summary {
	double median;
	double low, high; /* 95 % confidence interval of the median; NAN with fewer than 6 samples,
			     from which there is none */
};

/*
 * The median, and the interval between two order statistics that holds the true median with at
 * least 95 % probability, whatever the distribution (W. J. Conover, Practical Nonparametric
 * Statistics, 3rd ed., 3.2). count must be at least 1.
 */
struct summary summarise(const double *samples, size_t count);

/* Sorts in ascending order. */
void sort_samples(double *samples, size_t count);

#endif
