/* Order statistics. */
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bootstrap.h"

static int stats_ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void stats_sort(double *samples, size_t count)
{
	qsort(samples, count, sizeof(*samples), stats_ascending);
}

/* A sorted copy, the caller's to free; NULL without memory. */
static double *stats_sorted_copy(const double *samples, size_t count)
{
	double *sorted = malloc((count + !count) * sizeof(*sorted));

	if (sorted && count) {
		memcpy(sorted, samples, count * sizeof(*sorted));
		stats_sort(sorted, count);
	}
	return sorted;
}

double stats_sorted_median(const double *sorted, size_t count)
{
	return count ? (sorted[(count - 1) / 2] + sorted[count / 2]) / 2 : NAN;
}

/*
 * The largest r, counted from 1, for which the r-th smallest and r-th largest sample enclose the
 * median with 95 %: 2 P(B <= r-1) <= 0.05 where B counts heads in `count` throws of a fair coin. 0
 * if there is none.
 */
static size_t stats_interval_rank(size_t count)
{
	double tail = 0, log_half = (double)count * log(0.5);
	size_t rank = 0;

	for (size_t heads = 0; heads < count / 2; heads++) {
		double n = (double)count, k = (double)heads;

		tail += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + log_half);
		if (2 * tail > 0.05)
			break;
		rank = heads + 1;
	}
	return rank;
}

struct summary stats_summarise(const double *samples, size_t count)
{
	struct summary summary = { .median = NAN, .low = NAN, .high = NAN };
	double *sorted = stats_sorted_copy(samples, count);
	size_t rank = stats_interval_rank(count);

	if (!sorted)
		return summary;
	summary.median = stats_sorted_median(sorted, count);
	if (rank) {
		summary.low = sorted[rank - 1];
		summary.high = sorted[count - rank];
	}
	free(sorted);
	return summary;
}

double stats_median(const double *samples, size_t count)
{
	double *sorted = stats_sorted_copy(samples, count);
	double median = sorted ? stats_sorted_median(sorted, count) : NAN;

	free(sorted);
	return median;
}

double stats_deviation(const double *samples, size_t count)
{
	double *distances = stats_sorted_copy(samples, count), middle, deviation;

	if (!distances)
		return NAN;
	middle = stats_sorted_median(distances, count);
	for (size_t i = 0; i < count; i++)
		distances[i] = fabs(distances[i] - middle);
	/* One over the upper quartile of the standard normal distribution. */
	deviation = 1.4826 * stats_median(distances, count);
	free(distances);
	return deviation;
}

static void stats_one_ratio(double *result, const double *medians, const void *context)
{
	(void)context;
	*result = medians[0] / medians[1];
}

struct estimate stats_ratio(const double *a, size_t na, const double *b, size_t nb)
{
	const struct point points[] = { { .samples = a, .count = na },
					{ .samples = b, .count = nb } };
	const struct statistic statistic = { .results = 1,
					     .resamples = 2000,
					     .of = stats_one_ratio };
	struct estimate estimate = { NAN, NAN, NAN };

	if (na && nb)
		bootstrap(&estimate, &statistic, points, 2);
	return estimate;
}
