/*
 * Schedules: in what portions grains are handed out. The words and their meaning are OpenMP's
 * (OpenMP 5.0, 2.9.2), for every strategy alike, with one difference: every portion is handed out
 * as bounded grains, static ones too.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger.h"

/* What one taker, a worker or a whole rank of workers, has been given so far. */
struct share {
	struct ledger *ledger;
	unsigned int worker;   /* its first worker ... */
	unsigned int count;    /* ... and how many they are ... */
	unsigned int workers;  /* ... of so many in the team */
	unsigned int inflight; /* grains that each works on at once; 0: one */
	bool chunked;          /* the user gave CHUNK */
	uint64_t taken;        /* static: grains, or chunks, that it has taken */
};

struct schedule_type {
	const char *name;
	const char *about;
	/* Hands out the next grains *begin <= grain < *end. Returns false when none is left. */
	bool (*next)(struct share *share, uint64_t *begin, uint64_t *end);
	/* How leases to whole ranks of workers are handed out, where the answer takes longer than a
	 * grain. */
	const struct schedule_type *leases;
};

/* Most grains for each worker in one hand: progress and the leader's duties wait no longer than
 * that. */
enum { PORTION_MAX = 8 };

struct schedule {
	const struct schedule_type *type;
	uint64_t chunk; /* items, 0 for the work's own choice */
};

extern const struct schedule_type schedule_static, schedule_dynamic, schedule_guided;

/*
 * What a taker gets next, by the schedule or, while weights are being measured, as if it were
 * dynamic and until the time is over. Returns false when there is nothing more for it.
 */
bool share_next(struct share *share, const struct schedule_type *type, uint64_t *begin,
		uint64_t *end);

/* All of them, ended by NULL. */
extern const struct schedule_type *const schedule_types[];

/* Their names; NULL after the last. */
const char *schedule_nth_name(size_t n);

/* Parses "dynamic" or "dynamic,CHUNK". Returns 0, or -EINVAL having said why. */
int schedule_parse(struct schedule *schedule, const char *text);

#endif
