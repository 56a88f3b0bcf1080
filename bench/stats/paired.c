/* Two sets of samples that were taken side by side. */
#include "paired.h"

#include <math.h>
#include <stdlib.h>

static double paired_choose(size_t n, size_t k)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

/*
 * The logarithm of what 1 became, bet on every one of n pairs, of which k were lost and at least as
 * many won: the mean over all p from 1/2 to 1 of (2 p)^(n - k) (2 (1 - p))^k. If no side is the
 * more likely one, it is above 1 / alpha with probability alpha, ever.
 */
static double paired_gain(size_t n, size_t k)
{
	double lost = 0; /* P(more than n - k heads in n + 1 throws) */

	for (size_t tails = 0; tails <= k; tails++)
		lost += exp(paired_choose(n + 1, tails) - (double)(n + 1) * log(2));
	return (double)(n + 1) * log(2) - log((double)n + 1) - paired_choose(n, k) + log1p(-lost);
}

/* The rank, counted from 1 from either side, of the ends of the interval; 0 if there is none. */
static size_t paired_rank(size_t count, double alpha)
{
	size_t rank = 0;

	while (2 * rank < count && paired_gain(count, rank) >= -log(alpha))
		rank++;
	return rank;
}

size_t paired_needs(double alpha)
{
	size_t count = 1;

	while (!paired_rank(count, alpha))
		count++;
	return count;
}

struct estimate paired_ratio(const double *a, const double *b, size_t count, double alpha)
{
	struct estimate estimate = { NAN, NAN, NAN };
	double *ratios = malloc((count + 1) * sizeof(*ratios));
	size_t rank = paired_rank(count, alpha);

	if (!ratios)
		return estimate;
	for (size_t i = 0; i < count; i++)
		ratios[i] = a[i] / b[i];
	estimate.value = stats_median(ratios, count);
	if (rank) {
		stats_sort(ratios, count);
		estimate.low = ratios[rank - 1];
		estimate.high = ratios[count - rank];
	}
	free(ratios);
	return estimate;
}
