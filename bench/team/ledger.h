/*
 * The ledger: who committed which grain, and the cells that were written for it.
 *
 * One block of shared pages holds a run of grains: all of the job at the leader, one lease at a
 * rank that works for it. It is laid out so that forked workers write to it in place and a finished
 * lease travels as one message.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/claim.h"
#include "bench/work.h"

/*
 * How a team's grains are dealt, beside the schedule. On shared pages: forked workers see what
 * changes.
 */
struct dealing {
	/* Not 0 while weights are being measured: any schedule is then dynamic, and ends at this
	 * time. */
	_Atomic uint64_t measure_until_ns;
	uint64_t until_ns; /* not 0: the run is stopped then, on this host's clock */
	_Atomic bool stop; /* the run is lost: nothing more is handed out */
	bool weighted;
	/* The workers' weights, added up: worker w has edges[w + 1] - edges[w] of all. */
	double edges[];
};

/* True if nothing more is handed out, though there may be more: the run is lost, or its time or the
 * measuring over. */
bool dealing_over(const struct dealing *dealing);

/* How a job is cut: the same on every host. */
struct cut {
	uint64_t items;
	uint64_t grain_items; /* items of a grain; the last grain may have fewer */
	uint64_t grains;
};

struct ledger {
	const struct work *work;
	struct cut cut;
	const struct dealing *dealing; /* NULL: equal shares */
	unsigned int dealt_from;       /* the first of the dealing's workers whose ledger this is */
	uint64_t first, count;         /* the grains it holds: first <= grain < first + count */
	_Atomic uint64_t *next;        /* the first grain that a schedule has not handed out */
	_Atomic uint32_t *owner;       /* worker + 1 that committed the grain, 0 while nobody has */
	unsigned char *cells;
	void *block; /* the shared pages: a head with next, the owners, the cells */
	size_t size;
	uint64_t scanned; /* all grains before this one were committed when ledger_done() last
			     looked */
	uint64_t scanned_items;
};

/* The most grains of a job: what they cost in memory is bounded, whatever the count of items. */
#define GRAINS_MAX ((uint64_t)1 << 24)

/*
 * chunk: items of a grain, or 0 to choose by the work's own bounds for so many workers. With a
 * chunk so small that there would be more than GRAINS_MAX, grains is the number there would be.
 */
struct cut cut_job(const struct work *work, unsigned int workers, uint64_t chunk);

/* Returns 0 or -ENOMEM. The pages are shared with children and touched, so that no fault falls on
 * the clock. */
int ledger_open(struct ledger *ledger, const struct work *work, const struct cut *cut,
		uint64_t first, uint64_t count);
void ledger_close(struct ledger *ledger);
/* Forgets all commits. No worker may be at work. */
void ledger_reset(struct ledger *ledger);

/* Fills *grain for the grain of that number. */
void ledger_grain(const struct ledger *ledger, uint64_t index, struct grain *grain);
void ledger_commit(struct ledger *ledger, uint64_t index, unsigned int worker);

/* Items committed so far, counted from the commits themselves. One caller. */
uint64_t ledger_done(struct ledger *ledger);
/* Adds each worker's committed items to items[worker]. Returns the number of grains that nobody
 * committed. */
uint64_t ledger_tally(const struct ledger *ledger, uint64_t *items, unsigned int workers);

/*
 * Takes in the block of another ledger of the same job, `length` bytes as they were sent. Returns
 * 0, or -EPROTO if they are not the block of a ledger, wholly committed, of some of these grains.
 */
int ledger_take(struct ledger *ledger, const void *block, size_t length);

#endif
