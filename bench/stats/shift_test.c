/* Whether one set of samples is larger than another by more than a factor. */
#include "shift_test.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define SHIFT_EXACT 60

struct shift_sample {
	double value;
	bool of_first;
	size_t rank2; /* twice the midrank, which is whole */
};

static int shift_ascending(const void *a, const void *b)
{
	double x = ((const struct shift_sample *)a)->value,
	       y = ((const struct shift_sample *)b)->value;

	return (x > y) - (x < y);
}

/* Sorts and ranks; equal samples share the mean of their ranks. Returns the sum of t^3 - t over
 * groups of t equal ones. */
static double shift_rank(struct shift_sample *row, size_t count)
{
	double ties = 0;
	size_t end;

	qsort(row, count, sizeof(*row), shift_ascending);
	for (size_t begin = 0; begin < count; begin = end) {
		double group;

		for (end = begin; end < count && row[end].value == row[begin].value; end++)
			;
		for (size_t i = begin; i < end; i++)
			row[i].rank2 = begin + 1 + end;
		group = (double)(end - begin);
		ties += group * group * group - group;
	}
	return ties;
}

/*
 * P(sum of the doubled ranks of na samples >= sum2): counts the choices of k samples by their sum,
 * sample by sample, in units of one choice of all. NAN without memory.
 */
static double shift_exact(const struct shift_sample *row, size_t count, size_t na, size_t sum2)
{
	size_t most = count * (count + 1), width = most + 1;
	double *ways = calloc((na + 1) * width, sizeof(*ways)), tail = 0, all = 0;

	if (!ways)
		return NAN;
	ways[0] = 1;
	for (size_t i = 0; i < count; i++)
		for (size_t k = na < i + 1 ? na : i + 1; k > 0; k--)
			for (size_t s = most; s >= row[i].rank2; s--)
				ways[k * width + s] += ways[(k - 1) * width + s - row[i].rank2];
	for (size_t s = 0; s <= most; s++) {
		all += ways[na * width + s];
		tail += s >= sum2 ? ways[na * width + s] : 0;
	}
	free(ways);
	return tail / all;
}

static double shift_normal(double sum, double ties, double na, double nb)
{
	double n = na + nb, mean = na * (n + 1) / 2;
	double variance = na * nb / 12 * (n + 1 - ties / (n * (n - 1)));

	if (variance <= 0)
		return 1;
	return erfc((sum - mean - 0.5) / sqrt(2 * variance)) / 2;
}

double shift_test_p_larger(const double *a, size_t na, const double *b, size_t nb, double factor)
{
	size_t count = na + nb, sum2 = 0;
	struct shift_sample *row = calloc(count + 1, sizeof(*row));
	double ties, p;

	if (!row || !na || !nb) {
		free(row);
		return NAN;
	}
	for (size_t i = 0; i < count; i++)
		row[i] = (struct shift_sample){ .value = i < na ? a[i] / factor : b[i - na],
						.of_first = i < na };
	ties = shift_rank(row, count);
	for (size_t i = 0; i < count; i++)
		sum2 += row[i].of_first ? row[i].rank2 : 0;
	p = count <= SHIFT_EXACT ? shift_exact(row, count, na, sum2)
				 : shift_normal((double)sum2 / 2, ties, (double)na, (double)nb);
	free(row);
	return p;
}

double shift_test_least_p(size_t each)
{
	return exp(2 * lgamma((double)each + 1) - lgamma(2 * (double)each + 1));
}
