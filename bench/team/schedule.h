/*
 * Schedules: in what batches chunks are handed out. The words and their meaning are OpenMP's
 * (OpenMP 5.0, 2.9.2), for every strategy alike, with one difference: every batch is handed out
 * as bounded chunks, static ones too.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "batch.h"
#include "go.h"
#include "ledger.h"
#include "weights.h"

/* What one taker, a worker or a whole rank of workers, has been given so far of a ledger. */
struct share {
	struct ledger *ledger;
	const struct go *go;           /* NULL: nothing ends early */
	const struct weights *weights; /* NULL: equal shares */
	unsigned int first_weight;     /* the first of the weights' workers whose ledger it is */
	unsigned int worker;           /* the taker's first worker ... */
	unsigned int count;            /* ... and how many they are ... */
	unsigned int workers;          /* ... of so many that the ledger is for */
	unsigned int inflight;         /* chunks that each works on at once; 0: one */
	bool chunked;                  /* the user gave CHUNK */
	/* The taker is a rank that works on leases: of so many chunks for each of its workers, at
	 * least and at most; see lease_size.h. 0 for a worker that takes for itself. */
	unsigned int lease_least, lease_most;
	uint64_t taken; /* static: chunks, or turns, that it has taken */
};

struct schedule_type {
	const char *name;
	/* Hands out the next batch: positions in the ledger. Returns false when none is left. */
	bool (*next)(struct share *share, struct batch *batch);
	/* How leases to whole ranks of workers are handed out, where the answer takes longer than a
	 * chunk. */
	const struct schedule_type *leases;
};

/* Most chunks of full size for each worker in one hand. */
enum { BATCH_MAX = 8 };

struct schedule {
	const struct schedule_type *type;
	uint64_t chunk_items; /* the user's CHUNK, 0 for the work's own choice */
};

extern const struct schedule_type schedule_static, schedule_dynamic, schedule_guided;

/* All of them, ended by NULL. */
extern const struct schedule_type *const schedule_types[];

/*
 * What a taker gets next, by the schedule or, while weights are being measured, as if it were
 * dynamic and until the time is over; of a GO_REST, one of those that are not committed. Returns
 * false when there is nothing more for it.
 */
bool schedule_next(struct share *share, const struct schedule_type *type, struct batch *batch);

/* Most chunks in a batch for each of the taker's workers. */
uint64_t schedule_most(const struct share *share);

/* Their names; NULL after the last. */
const char *schedule_nth_name(size_t n);

/* Parses "dynamic" or "dynamic,CHUNK". Returns 0, or -EINVAL having said why. */
int schedule_parse(struct schedule *schedule, const char *text);

#endif
