/*
 * Where a worker gets its next range of items, and where it leaves what came of it.
 *
 * A job is cut into chunks, numbered from 0, of equal size but for the last. A worker claims a
 * chunk, computes, writes the chunk's contribution into the chunk's own slots, and commits. Until
 * the commit the slots mean nothing; after it they stand. So a worker that is killed at any
 * instruction leaves a chunk committed or not, and a chunk that is done twice is the same.
 */
#ifndef CLAIM_H
#define CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/base/clock.h"

struct chunk {
	uint64_t index;      /* number of the chunk in the job ... */
	uint64_t position;   /* ... and in the ledger that it was claimed from */
	uint64_t begin, end; /* its items: begin <= item < end */
	void *slots; /* its contribution: the slots that work_type.slot() counts, the first one
			first */
	void *from;  /* the claim's own */
};

struct claim;

struct claim_ops {
	int (*next)(struct claim *claim, struct chunk *chunk, bool wait);
	void (*commit)(struct claim *claim, const struct chunk *chunk);
	void (*tick)(struct claim *claim);
};

struct claim {
	const struct claim_ops *ops;
	bool ticks;         /* its owner has duties: see claim_tick() */
	uint64_t until_ns;  /* when waiting for work under way ends, by clock_ns(); 0: never */
	uint64_t claims_ns; /* time in claim_next() and claim_tick(): no work was done in it */
	/* CPU time in it, where it waited or served others. A claim that finds something at once
	 * does not pay for asking. */
	uint64_t claims_cpu_ns;
	uint64_t items; /* committed */
};

/*
 * Claims the next chunk. A worker may hold several, and does all items of each.
 * Returns 1 with *chunk filled, 0 when nothing is left, -EAGAIN when nothing is there yet (never if
 * wait), -errno on failure.
 */
static inline int claim_next(struct claim *claim, struct chunk *chunk, bool wait)
{
	uint64_t began = clock_ns();
	int got = claim->ops->next(claim, chunk, wait);

	claim->claims_ns += clock_ns() - began;
	return got;
}

/* The slots of the chunk are written: they count from now on. The slots first, then the commit,
 * which publishes them to whoever merges: see ledger_commit(). */
static inline void claim_commit(struct claim *claim, const struct chunk *chunk)
{
	claim->ops->commit(claim, chunk);
	claim->items += chunk->end - chunk->begin;
}

/*
 * To be called by a worker that waits for something else than claim_next(): every few milliseconds
 * if claim->ticks, otherwise it need not be.
 */
static inline void claim_tick(struct claim *claim)
{
	uint64_t began = clock_ns();

	claim->ops->tick(claim);
	claim->claims_ns += clock_ns() - began;
}

#endif
