/* Whole files that wait to be brought to the disk together, each with what it is of. */
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

struct settled {
	struct fetch_item item;
	struct outcome outcome;
	char sum[CHECKSUM_TEXT];
};

struct settling {
	struct settled items[SINK_SETTLE_MAX];
	struct sink files[SINK_SETTLE_MAX]; /* theirs */
	unsigned int count;
	uint64_t since; /* the first came, by clock_ns() */
};

/* Adds a file, and takes it from where it was. There is room: count is below SINK_SETTLE_MAX. */
void settling_add(struct settling *settling, const struct fetch_item *item,
		  const struct outcome *outcome, struct sink *file, const char *sum);

/* When they have waited for long enough, by clock_ns(); UINT64_MAX if there are none. */
uint64_t settling_due(const struct settling *settling);

/* Brings all to the disk under their names, and says in their outcomes which could not be. The caller
 * takes them from `items`, and sets `count` to 0. */
void settling_settle(struct settling *settling, const struct folder *folder);

/* Takes away what was not settled: it is fetched again some day. */
void settling_drop(struct settling *settling);

#endif
