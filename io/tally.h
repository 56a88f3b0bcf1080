/* What many downloads are together, where there are too many to keep the outcome of each. */
#ifndef TALLY_H
#define TALLY_H

#include <stdint.h>

#include "io/engine/error.h"
#include "io/engine/fetch.h"

/* Of one chunk, or of all of them: plain bytes. */
struct tally {
	uint64_t ended;
	uint64_t bytes, total_ns, longest_ns, cpu_ns;
	uint64_t connections, streams, proxied, checked, saved, there, resumed;
	uint64_t kinds[FETCH_ERRORS];
	/* Of one chunk: a bit for each of its items that failed; the last stands for all from there
	 * on. */
	uint64_t failed;
	struct outcome first; /* that failed, and its item */
	uint64_t first_item;
};

/* Adds the outcome of an item, the so manieth of its chunk. */
void tally_add(struct tally *tally, uint64_t item, uint64_t in_chunk,
	       const struct outcome *outcome);

/* Adds another one, but for `failed`. */
void tally_merge(struct tally *tally, const struct tally *other);

/* Those that did not end well. */
uint64_t tally_failures(const struct tally *tally);

#endif
