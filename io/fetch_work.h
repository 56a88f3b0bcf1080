/* Downloads as a work for the workbench: an item is one URL. */
#ifndef FETCH_WORK_H
#define FETCH_WORK_H

#include <stdbool.h>

#include "bench/work.h"
#include "io/engine/error.h"
#include "io/engine/fetch.h"
#include "fetch_results.h"
#include "list.h"
#include "live.h"
#include "tally.h"
#include "tell.h"

/* fetch_bulk_type keeps only what all outcomes are together: see fetch_options.bulk. */
extern const struct work_type fetch_work_type, fetch_bulk_type;

/* More downloads than that are too many to keep the outcome of each, unless each is measured. */
enum { FETCH_LISTED_MAX = 100000 };

struct fetch_work {
	struct work work; /* first */
	struct list list;
	uint64_t left_out;            /* lines that were wrong, and are not in it */
	struct fetch_options options; /* with its own copies of their texts */
	struct host_cap *hosts;       /* of this process and those that are forked from it */
	struct tell *tell;
	struct live *live;
	struct list_text *text;               /* for fetch_work_url() */
	struct fetch_results results, before; /* of a run, and of the one before it */
};

/*
 * Takes the list over; it goes with the work. Copies the options and their texts. Returns 0 or
 * -ENOMEM, with the list left as it was.
 *
 * Its verify() returns 0, -EILSEQ if a body was not what it ought to be, or -EIO if a download
 * failed: then the outcomes are still results, and say which. Both are said, in one line.
 */
int fetch_work_new(struct fetch_work **job, struct list *list, const struct fetch_options *options);

/* Bytes of a chunk's slots. */
size_t fetch_work_slots_size(const struct fetch_work *job, const struct chunk *chunk);

/* An item, until it is asked for another one. For the leader, off the clock. */
struct url fetch_work_url(const struct fetch_work *job, uint64_t number);

#endif
