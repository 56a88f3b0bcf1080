/*
 * The ledger: who committed which chunk, and the slots that were written for it.
 *
 * One block of shared pages holds a batch of chunks: all of the job at the leader, one lease at a
 * rank that works for it. It is laid out so that forked workers write to it in place and a finished
 * lease travels as one message.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/claim.h"
#include "bench/work.h"
#include "batch.h"
#include "partition.h"

struct ledger {
	const struct work *work;
	struct partition partition;
	struct batch batch; /* the chunks that it holds */
	/* The first position that a schedule has not handed out. Relaxed: it guards no data. */
	_Atomic uint64_t *next;
	/* By position: worker + 1 that committed the chunk, 0 while nobody has. See
	 * ledger_commit(). */
	_Atomic uint32_t *owner;
	unsigned char *slots;
	uint64_t *run_slots; /* where the slots of each run begin, in slots */
	void *block;         /* the shared pages: a head with next, the owners, the slots */
	size_t size;
	uint64_t scanned; /* all positions before this one were committed when ledger_done() last
			     looked */
	uint64_t scanned_items;
};

/* Returns 0 or -ENOMEM. The pages are shared with children and touched, so that no fault falls on
 * the clock. */
int ledger_open(struct ledger *ledger, const struct work *work, const struct partition *partition,
		struct batch batch);
void ledger_close(struct ledger *ledger);
/* Forgets all commits. No worker may be at work. */
void ledger_reset(struct ledger *ledger);

/* What is not committed is handed out once more. No worker may be at work. */
void ledger_again(struct ledger *ledger);

/* Fills *chunk for the chunk at that position. */
void ledger_chunk(const struct ledger *ledger, uint64_t position, struct chunk *chunk);
/* The chunk at that position counts from now on, as the worker's. Its slots are written. */
void ledger_commit(struct ledger *ledger, uint64_t position, unsigned int worker);

/* Whether the chunk at that position counts. Then its slots may be read, also by a thread that
 * watches while others work. */
bool ledger_committed(const struct ledger *ledger, uint64_t position);

/* The worker that committed the chunk at that position, which is committed. */
unsigned int ledger_owner(const struct ledger *ledger, uint64_t position);

/* Items committed so far, counted from the commits themselves. One caller. */
uint64_t ledger_done(struct ledger *ledger);
/* Adds each worker's committed items to items[worker]. Returns the number of chunks that nobody
 * committed. The slots of all others may be read after it. */
uint64_t ledger_tally(const struct ledger *ledger, uint64_t *items, unsigned int workers);

/*
 * Takes in the block of another ledger of the same job, `length` bytes as they were sent, into one
 * that holds all of the job. Tells `fresh`, which may be NULL, each chunk that was not committed
 * before. Returns 0, or -EPROTO if they are not the block of a ledger, wholly committed, of some of
 * these chunks.
 */
int ledger_take(struct ledger *ledger, const void *block, size_t length,
		void (*fresh)(void *context, const struct chunk *chunk), void *context);

#endif
