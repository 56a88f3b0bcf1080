/* Shares by weight. */
#include "weights.h"

size_t weights_size(unsigned int workers)
{
	return sizeof(struct weights) + ((size_t)workers + 1) * sizeof(double);
}

void weights_set(struct weights *weights, const double *list, unsigned int workers)
{
	weights->edges[0] = 0;
	for (unsigned int i = 0; i < workers; i++)
		weights->edges[i + 1] = weights->edges[i] + list[i];
	weights->set = true;
}

void weights_spare_first(double *list, unsigned int workers, double part)
{
	double sum = 0, least = list[0] / 1000;

	for (unsigned int i = 0; i < workers; i++)
		sum += list[i];
	list[0] -= part * sum / workers;
	if (list[0] < least)
		list[0] = least;
}

uint64_t weights_edge(const struct weights *weights, unsigned int first, unsigned int workers,
		      unsigned int worker, uint64_t count)
{
	const double *edges;

	if (!weights || !weights->set)
		return (uint64_t)((unsigned __int128)count * worker / workers);
	if (worker == workers)
		return count;
	edges = weights->edges + first;
	return (uint64_t)((double)count * (edges[worker] - edges[0]) / (edges[workers] - edges[0]) +
			  0.5);
}
