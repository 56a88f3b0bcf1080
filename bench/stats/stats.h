/* Statistics of samples: pure functions. */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

struct summary {
	double median;
	double low, high; /* 95 % confidence interval of the median; NAN with fewer than 6 samples,
			     from which there is none */
};

/* A figure with its 95 % confidence interval, in its own unit; low and high are NAN where there is
 * no interval, and all three where there is no figure. */
struct estimate {
	double value;
	double low, high;
};

/*
 * Samples are finite and in any order but where one is said; a count may be 0, and the answer then
 * is NAN. Nothing is kept and nothing of the caller's is changed. What needs memory and gets none
 * is NAN, too.
 */

/*
 * The median, and the interval between two order statistics that holds the true median with at
 * least 95 % probability, whatever the distribution (W. J. Conover, Practical Nonparametric
 * Statistics, 3rd ed., 3.2). count must be at least 1.
 */
struct summary stats_summarise(const double *samples, size_t count);

/* Sorts in ascending order. */
void stats_sort(double *samples, size_t count);

/* The middle one, or the mean of the two in the middle. */
double stats_median(const double *samples, size_t count);

/* The same of samples that are sorted. */
double stats_sorted_median(const double *sorted, size_t count);

/*
 * The median distance from the median times 1.4826, which makes it the standard deviation of normal
 * samples while up to half of all may be wild (P. J. Rousseeuw and C. Croux, Alternatives to the
 * Median Absolute Deviation, JASA 88, 1993). In the unit of the samples; 0 for one sample.
 */
double stats_deviation(const double *samples, size_t count);

/*
 * median(a) / median(b), of positive samples, with a bootstrap interval (bootstrap.h; 2000
 * resamples): none unless both have BOOTSTRAP_NEEDS samples. The two are taken for independent.
 */
struct estimate stats_ratio(const double *a, size_t na, const double *b, size_t nb);

#endif
