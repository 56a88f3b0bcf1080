/* Order statistics, and the comparison of two sets by their ranks. */
#include "stats.h"

#include <math.h>
#include <stdbool.h>
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
static double *sorted_copy(const double *samples, size_t count)
{
	double *sorted = malloc((count + !count) * sizeof(*sorted));

	if (sorted && count) {
		memcpy(sorted, samples, count * sizeof(*sorted));
		stats_sort(sorted, count);
	}
	return sorted;
}

static double sorted_median(const double *sorted, size_t count)
{
	return count ? (sorted[(count - 1) / 2] + sorted[count / 2]) / 2 : NAN;
}

/*
 * The largest r, counted from 1, for which the r-th smallest and r-th largest sample enclose the
 * median with 95 %: 2 P(B <= r-1) <= 0.05 where B counts heads in `count` throws of a fair coin. 0
 * if there is none.
 */
static size_t interval_rank(size_t count)
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
	double *sorted = sorted_copy(samples, count);
	size_t rank = interval_rank(count);

	if (!sorted)
		return summary;
	summary.median = sorted_median(sorted, count);
	if (rank) {
		summary.low = sorted[rank - 1];
		summary.high = sorted[count - rank];
	}
	free(sorted);
	return summary;
}

double stats_quantile(const double *sorted, size_t count, double q)
{
	double rank = count ? q * ((double)count - 1) : 0, part = rank - floor(rank);
	size_t k = (size_t)rank;

	if (!count)
		return NAN;
	/* Between two infinities a line would be NAN. */
	if (part == 0 || sorted[k] == sorted[k + 1])
		return sorted[k];
	return sorted[k] + part * (sorted[k + 1] - sorted[k]);
}

double stats_median(const double *samples, size_t count)
{
	double *sorted = sorted_copy(samples, count);
	double median = sorted ? sorted_median(sorted, count) : NAN;

	free(sorted);
	return median;
}

double stats_deviation(const double *samples, size_t count)
{
	double *distances = sorted_copy(samples, count), middle, deviation;

	if (!distances)
		return NAN;
	middle = sorted_median(distances, count);
	for (size_t i = 0; i < count; i++)
		distances[i] = fabs(distances[i] - middle);
	/* One over the upper quartile of the standard normal distribution. */
	deviation = 1.4826 * stats_median(distances, count);
	free(distances);
	return deviation;
}

/* The samples of two sets in one row, of which the ranks are taken. */
struct ranked {
	double value;
	bool of_first;
};

static int ascending_ranked(const void *a, const void *b)
{
	return stats_ascending(&((const struct ranked *)a)->value,
			       &((const struct ranked *)b)->value);
}

/*
 * U, in how many pairs the one of the first set is the larger, a tie counting one half; and the sum
 * of t^3 - t over the groups of t equal samples, 0 where there are no ties.
 */
static void rank_sums(double *u, double *ties, const struct ranked *row, size_t count)
{
	size_t others = 0; /* of the second set, before this group */
	size_t end;

	*u = *ties = 0;
	for (size_t begin = 0; begin < count; begin = end) {
		double group, first = 0;

		for (end = begin; end < count && row[end].value == row[begin].value; end++)
			first += row[end].of_first;
		group = (double)(end - begin);
		*u += first * ((double)others + (group - first) / 2);
		*ties += group * group * group - group;
		others += (size_t)(group - first);
	}
}

#define EXACT_SAMPLES 50 /* C(50, 25) is below 2^53: all counts of arrangements are exact */

/*
 * P(U <= u) of two sets of one distribution. The number of arrangements with each U is a
 * coefficient of the Gaussian binomial, the product of (1 - q^(nb+k)) / (1 - q^k) for k = 1 ... na:
 * one factor multiplies the polynomial, the other divides it, in place (G. E. Andrews, The Theory
 * of Partitions, ch. 3).
 */
static double exact_tail(size_t u, size_t na, size_t nb)
{
	double ways[EXACT_SAMPLES * EXACT_SAMPLES / 4 + 1] = { 1 }, tail = 0, all = 0;
	size_t most = na * nb;

	for (size_t k = 1; k <= na; k++) {
		for (size_t i = most; i >= nb + k; i--)
			ways[i] -= ways[i - nb - k];
		for (size_t i = k; i <= most; i++)
			ways[i] += ways[i - k];
	}
	for (size_t i = 0; i <= most; i++) {
		all += ways[i];
		tail += i <= u ? ways[i] : 0;
	}
	return tail / all;
}

static double normal_tails(double u, double ties, double na, double nb)
{
	double n = na + nb, distance = fabs(u - na * nb / 2) - 0.5;
	double variance = na * nb / 12 * (n + 1 - ties / (n * (n - 1)));

	if (variance <= 0 || distance <= 0)
		return 1;
	return erfc(distance / sqrt(2 * variance));
}

double stats_mann_whitney(const double *a, size_t na, const double *b, size_t nb)
{
	size_t count = na + nb;
	struct ranked *row = malloc((count + !count) * sizeof(*row));
	double u, ties, p;

	if (!row || !na || !nb) {
		free(row);
		return NAN;
	}
	for (size_t i = 0; i < count; i++)
		row[i] = (struct ranked){ i < na ? a[i] : b[i - na], i < na };
	qsort(row, count, sizeof(*row), ascending_ranked);
	rank_sums(&u, &ties, row, count);
	free(row);
	if (ties > 0 || count > EXACT_SAMPLES)
		return normal_tails(u, ties, (double)na, (double)nb);
	p = 2 * exact_tail((size_t)fmin(u, (double)(na * nb) - u), na, nb);
	return fmin(p, 1);
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
