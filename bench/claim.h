/*
 * Where a worker gets its next range of items, and where it leaves what came of it.
 *
 * A job is cut into grains, numbered from 0, of equal size but for the last. A worker claims a
 * grain, computes, writes the grain's contribution into the grain's own cells, and commits. Until
 * the commit the cells mean nothing; after it they stand. So a worker that is killed at any
 * instruction leaves a grain committed or not, and a grain that is done twice is the same.
 */
#ifndef CLAIM_H
#define CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/base/clock.h"

struct grain {
	uint64_t index;      /* number of the grain in the job */
	uint64_t begin, end; /* its items: begin <= item < end */
	void *cells; /* its contribution: the cells that work_type.cell() counts, the first one
			first */
	void *from;  /* the claim's own */
};

struct claim;

struct claim_ops {
	int (*next)(struct claim *claim, struct grain *grain, bool wait);
	void (*commit)(struct claim *claim, const struct grain *grain);
	void (*tick)(struct claim *claim);
};

struct claim {
	const struct claim_ops *ops;
	bool ticks;         /* its owner has duties: see claim_tick() */
	uint64_t claims_ns; /* time spent in claim_next(): no work was done in it */
	uint64_t items;     /* committed */
};

/*
 * Claims the next grain. A worker may hold several.
 * Returns 1 with *grain filled, 0 when nothing is left, -EAGAIN when nothing is there yet (never if
 * wait), -errno on failure.
 */
static inline int claim_next(struct claim *claim, struct grain *grain, bool wait)
{
	uint64_t began = clock_ns();
	int got = claim->ops->next(claim, grain, wait);

	claim->claims_ns += clock_ns() - began;
	return got;
}

/* The cells of the grain are written: they count from now on. */
static inline void claim_commit(struct claim *claim, const struct grain *grain)
{
	claim->ops->commit(claim, grain);
	claim->items += grain->end - grain->begin;
}

/*
 * To be called by a worker that waits for something else than claim_next(): every few milliseconds
 * if claim->ticks, otherwise it need not be.
 */
static inline void claim_tick(struct claim *claim)
{
	claim->ops->tick(claim);
}

#endif
