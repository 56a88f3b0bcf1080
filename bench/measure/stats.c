/* Order statistics. */
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void sort_samples(double *samples, size_t count)
{
	qsort(samples, count, sizeof(*samples), ascending);
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

struct summary summarise(const double *samples, size_t count)
{
	struct summary summary = { .median = NAN, .low = NAN, .high = NAN };
	double *sorted = malloc(count * sizeof(*sorted));
	size_t rank = interval_rank(count);

	if (!sorted)
		return summary;
	memcpy(sorted, samples, count * sizeof(*sorted));
	sort_samples(sorted, count);
	summary.median =
		count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
	if (rank) {
		summary.low = sorted[rank - 1];
		summary.high = sorted[count - rank];
	}
	free(sorted);
	return summary;
}
