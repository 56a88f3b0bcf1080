/*
 * Parts: what is finished of a job, as ranges of its items with what each contributes. A part lies
 * within one result of the work, so that it has one slot, and neighbours of one result become one.
 */
#ifndef PARTS_H
#define PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "bench/work.h"

/* A part begins with this; its slot follows. */
struct finished_part {
	struct work_range range;
	unsigned char slot[];
};

struct parts {
	const struct work *work;
	/* Sorted and whole; and those that were added since. */
	struct parts_list {
		char *bytes;
		size_t count, room;
	} list, fresh;
};

void parts_open(struct parts *parts, const struct work *work);
void parts_close(struct parts *parts);

/* Adds a range that is finished, with its slot. Returns 0; -EINVAL if it is none of the work's, or
 * not within one result; -ENOMEM. */
int parts_add(struct parts *parts, struct work_range range, const void *slot);
/* Sorts those that are fresh, and joins neighbours among them. Returns 0, or -EEXIST if an item is
 * in two. */
int parts_sort(struct parts *parts);
/* The same, and makes them part of the list. Returns 0; -EEXIST; -ENOMEM. */
int parts_settle(struct parts *parts);

/* Number i of a list. */
const struct finished_part *parts_at(const struct parts *parts, const struct parts_list *list,
				     size_t i);
/* Items in the list. */
uint64_t parts_items(const struct parts *parts);

/* The ranges that are not in the list, each within one result: malloc'd, the caller's to free.
 * Returns 0 or -ENOMEM. */
int parts_missing(const struct parts *parts, struct work_range **ranges, size_t *count);

#endif
