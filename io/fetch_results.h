/* What the downloads of a run came to: each of them or, of a bulk, what they are together. */
#ifndef FETCH_RESULTS_H
#define FETCH_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/engine/outcome.h"
#include "tally.h"

struct chunk;

/* Items of which some failed. */
struct fetch_failures {
	uint64_t begin;  /* the first of TALLY_ITEMS */
	uint64_t failed; /* as struct tally has it */
};

struct fetch_results {
	uint64_t count;
	/* Of each URL; NULL of a bulk; start_ns is since the run of its worker began. */
	struct outcome *outcomes;
	struct tally total;              /* of a bulk: of all of them ... */
	struct fetch_failures *failures; /* ... and which failed, in their order ... */
	size_t failure_count, failure_room;
	bool unkept; /* ... but for some that there was no memory for */
};

/* Of so many downloads. Returns 0 or -ENOMEM; free it in any case. */
int fetch_results_make(struct fetch_results *results, uint64_t count, bool bulk);
void fetch_results_free(struct fetch_results *results);

/* Forgets all. */
void fetch_results_clear(struct fetch_results *results);

/* Takes in what is in the slots of a committed chunk, of outcomes or, of a bulk, of tallies. */
void fetch_results_take(struct fetch_results *results, const struct chunk *chunk);

/* How many slots a chunk of a bulk has. */
uint64_t fetch_results_tallies(const struct chunk *chunk);

/* Looks for a download that failed, from *number on. Returns false if there is none. */
bool fetch_results_next_failed(const struct fetch_results *results, uint64_t *number);

#endif
