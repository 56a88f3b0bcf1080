/*
 * Whole files on their way to the disk. They are brought there many at a time, by a thread of their
 * own, so that transfers go on meanwhile.
 */
#ifndef SETTLING_H
#define SETTLING_H

#include <stdbool.h>
#include <stdint.h>

#include "io/engine/checksum.h"
#include "io/engine/error.h"
#include "io/engine/fetch.h"
#include "io/engine/sink.h"

/* A part of a chunk, on its way. */
struct fetch_item {
	struct held *held;    /* the chunk */
	uint64_t number;      /* of the item in the job */
	uint64_t due;         /* it is not begun before that, by clock_ns() */
	unsigned int tries;   /* that have begun */
	unsigned int mirrors; /* URLs that it has */
	unsigned int host;    /* whose turn it takes */
	bool crowded;         /* its host has enough in flight: any end may be its turn */
};

/* A download whose file is whole. */
struct settled {
	struct fetch_item item;
	struct outcome outcome;
	char sum[CHECKSUM_TEXT];
};

struct settling;

/* The most files, a descriptor each, that a worker with so many in flight has on their way. */
unsigned int settling_most(unsigned int inflight);

/* Returns 0 or -ENOMEM. */
int settling_open(struct settling **settling, const struct folder *folder, unsigned int inflight);
/* What was not settled is taken away: it is fetched again some day. */
void settling_close(struct settling *settling);

/* Whether there is no room for another file before some that were sent are taken in. */
bool settling_is_full(const struct settling *settling);

/* Takes a file, for which there is room. */
void settling_add(struct settling *settling, const struct fetch_item *item,
		  const struct outcome *outcome, struct sink *file, const char *sum);

/* Sends what there is on its way, if it has waited for long enough, or `all`. */
void settling_push(struct settling *settling, bool all);

/*
 * The next file that has arrived, under its name, or not, as its outcome says; NULL if there is
 * none yet. wait: until one is there, if any is on its way.
 */
const struct settled *settling_next(struct settling *settling, bool wait);

/* Whether there are files that settling_next() has not returned; none of NULL. */
bool settling_has(const struct settling *settling);

#endif
