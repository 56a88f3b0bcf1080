/* What many downloads are together, where there are too many to keep the outcome of each. */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "io/engine/error.h"
#include "io/engine/fetch.h"

/* Items that one is of, unless it is of all. */
enum { TALLY_ITEMS = 64 };

/* Plain bytes. */
struct tally {
	uint64_t ended;
	uint64_t bytes, total_ns, longest_ns, cpu_ns;
	uint64_t connections, streams, proxied, checked, saved, there, resumed;
	uint64_t kinds[FETCH_ERRORS];
	uint64_t failed;      /* of TALLY_ITEMS side by side: a bit for each that failed */
	struct outcome first; /* that failed, and its item */
	uint64_t first_item;
};

/* Adds the outcome of an item. */
void tally_add(struct tally *tally, uint64_t item, const struct outcome *outcome);

/* Adds another one, but for `failed`. */
void tally_merge(struct tally *tally, const struct tally *other);

/* Those that did not end well. */
uint64_t tally_failures(const struct tally *tally);

/* "2 could not connect, 1 timed out" */
void tally_list_kinds(const struct tally *tally, char *text, size_t size);

#endif
