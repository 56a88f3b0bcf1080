/* Weights: how much of a static schedule's job each worker of the whole team is dealt. */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weights {
	bool set; /* false: equal shares */
	/* The workers' weights, added up: worker w has edges[w + 1] - edges[w] of all. */
	double edges[];
};

/* Bytes of the weights of so many workers. They lie on shared pages: forked workers see them. */
size_t weights_size(unsigned int workers);

/* Puts weights into effect, one for each worker, each above 0. */
void weights_set(struct weights *weights, const double *list, unsigned int workers);

/* Makes the first of a list of weights smaller by that part of the list's mean; it stays above
 * 0. */
void weights_spare_first(double *list, unsigned int workers, double part);

/*
 * Where the share of a worker begins, as a position among `count`: of `workers` workers, which are
 * those of the team from `first` on. worker may be `workers`: the end, which is `count`. weights
 * may be NULL: equal shares.
 */
uint64_t weights_edge(const struct weights *weights, unsigned int first, unsigned int workers,
		      unsigned int worker, uint64_t count);

#endif
