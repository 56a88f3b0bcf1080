/*
 * A source of claims: where the workers of one team, or of one rank, claim their chunks. There are
 * two: source_ledger.h and source_lease.h.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "bench/claim.h"
#include "schedule.h"

/* What the first worker does between its chunks: report progress, answer other ranks. */
struct duty {
	/* Returns the CPU time, in nanoseconds, of what it did; 0 if it was but a look. */
	uint64_t (*call)(void *context);
	void *context;
};

/* Whom a source serves. What it points to outlives it. */
struct source_users {
	struct schedule schedule;
	unsigned int first;            /* number of the first worker in the whole team ... */
	unsigned int count;            /* ... and how many there are ... */
	unsigned int total;            /* ... of all workers of the team */
	const struct go *go;           /* may be NULL: nothing ends early */
	const struct weights *weights; /* of the whole team; may be NULL: equal shares */
	struct duty duty;              /* call may be NULL: none */
};

struct source {
	/* A claim for one of its workers, fresh for one run of the work; the source's own. The
	 * worker itself calls it. */
	struct claim *(*claim)(struct source *source, unsigned int worker);
	void (*close)(struct source *source);
};

#endif
