/* The steps from round to round, against those of rounds in any order. */
#include "drift.h"

#include <math.h>
#include <stdlib.h>

#define DRIFT_ORDERS 1000

/* Twice the midranks of a row's samples. */
static void drift_rank(double *ranks, const double *samples, size_t rounds)
{
	for (size_t i = 0; i < rounds; i++) {
		ranks[i] = 1;
		for (size_t k = 0; k < rounds; k++)
			ranks[i] += (samples[k] < samples[i]) + (samples[k] <= samples[i]);
	}
}

static double drift_steps(const double *ranks, size_t rows, size_t rounds, const size_t *order)
{
	double sum = 0;

	for (size_t row = 0; row < rows; row++, ranks += rounds)
		for (size_t i = 1; i < rounds; i++) {
			double step = ranks[order[i]] - ranks[order[i - 1]];

			sum += step * step;
		}
	return sum;
}

static double drift_permute(const double *ranks, size_t rows, size_t rounds, size_t *order)
{
	unsigned short seed[3] = { 0xd21f, 0, 1 };
	unsigned int smoother = 1;
	double found;

	for (size_t i = 0; i < rounds; i++)
		order[i] = i;
	found = drift_steps(ranks, rows, rounds, order);
	for (unsigned int n = 0; n < DRIFT_ORDERS; n++) {
		for (size_t i = rounds; i > 1; i--) {
			size_t j = (size_t)nrand48(seed) % i, other = order[j];

			order[j] = order[i - 1];
			order[i - 1] = other;
		}
		smoother += drift_steps(ranks, rows, rounds, order) <= found;
	}
	return (double)smoother / (DRIFT_ORDERS + 1);
}

double drift_p(const double *samples, size_t rows, size_t rounds)
{
	double *ranks = malloc((rows * rounds + 1) * sizeof(*ranks)), p = NAN;
	size_t *order = malloc((rounds + 1) * sizeof(*order));

	if (ranks && order && rows && rounds >= DRIFT_NEEDS) {
		for (size_t row = 0; row < rows; row++)
			drift_rank(ranks + row * rounds, samples + row * rounds, rounds);
		p = drift_permute(ranks, rows, rounds, order);
	}
	free(ranks);
	free(order);
	return p;
}
