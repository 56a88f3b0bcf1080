/*
 * Claims from leases: a rank has been given runs of chunks, and its workers divide each by the
 * job's schedule.
 *
 * Leases stand in a ring. A worker goes through them in order; an entry is used again when its lease
 * was put back and every worker has gone past.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "source.h"

#define SPINS 1000

struct lease {
	struct ledger ledger;
	_Atomic uint64_t uncommitted; /* chunks */
	_Atomic unsigned int passing; /* workers that may still look into it */
	bool taken_out, put_back;
};

struct lease_claim {
	_Alignas(128) struct claim claim;
	struct lease_source *source;
	struct share share;
	uint64_t lease; /* the number of the lease it is at */
	bool inside;    /* share is of that lease */
	uint64_t at, end;
	unsigned int worker; /* in this rank */
};

struct lease_source {
	struct source source;
	struct schedule schedule;
	const struct dealing *dealing;
	unsigned int first, count;
	struct duty duty;
	struct lease ring[LEASES];
	uint64_t oldest; /* of the first worker only: the first lease whose entry is in use */
	_Atomic uint64_t added;
	_Atomic bool ended;
	struct lease_claim claims[];
};

static struct lease *source_lease_at(struct lease_source *source, uint64_t number)
{
	return &source->ring[number % LEASES];
}

/* The next chunk of the leases that have arrived. */
static bool source_lease_next_here(struct lease_claim *own, struct chunk *chunk)
{
	struct lease_source *source = own->source;

	while (own->at == own->end) {
		struct lease *lease;

		if (own->lease == atomic_load_explicit(&source->added, memory_order_acquire))
			return false;
		lease = source_lease_at(source, own->lease);
		if (!own->inside)
			own->share = (struct share){ .ledger = &lease->ledger,
						     .worker = own->worker,
						     .count = 1,
						     .workers = source->count };
		own->inside = true;
		if (share_next(&own->share, source->schedule.type, &own->at, &own->end))
			break;
		own->at = own->end = 0;
		own->inside = false;
		own->lease++;
		atomic_fetch_sub_explicit(&lease->passing, 1, memory_order_release);
	}
	ledger_chunk(own->share.ledger, own->at++, chunk);
	chunk->from = source_lease_at(source, own->lease);
	return true;
}

static void source_lease_tick(struct claim *claim)
{
	struct lease_claim *own = (struct lease_claim *)claim;

	if (own->worker == 0)
		own->source->duty.call(own->source->duty.context);
}

static int source_lease_next(struct claim *claim, struct chunk *chunk, bool wait)
{
	struct lease_claim *own = (struct lease_claim *)claim;
	for (unsigned int tries = 0;; tries++) {
		bool ended = atomic_load_explicit(&own->source->ended, memory_order_acquire);

		source_lease_tick(claim);
		if (source_lease_next_here(own, chunk))
			return 1;
		if (ended || dealing_over(own->source->dealing))
			return 0;
		if (!wait)
			return -EAGAIN;
		if (tries >= SPINS)
			sched_yield();
	}
}

static void source_lease_commit(struct claim *claim, const struct chunk *chunk)
{
	struct lease_claim *own = (struct lease_claim *)claim;
	struct lease *lease = chunk->from;

	ledger_commit(&lease->ledger, chunk->index, own->source->first + own->worker);
	atomic_fetch_sub_explicit(&lease->uncommitted, 1, memory_order_release);
}

static const struct claim_ops source_lease_ops = { .next = source_lease_next,
						   .commit = source_lease_commit,
						   .tick = source_lease_tick };

static struct claim *source_lease_claim(struct source *base, unsigned int worker)
{
	struct lease_source *source = (struct lease_source *)base;
	struct lease_claim *own = &source->claims[worker];

	*own = (struct lease_claim){
		.claim = { .ops = &source_lease_ops, .ticks = worker == 0 },
		.source = source,
		.worker = worker,
	};
	return &own->claim;
}

static void source_lease_close(struct source *base)
{
	struct lease_source *source = (struct lease_source *)base;

	for (unsigned int i = 0; i < LEASES; i++)
		ledger_close(&source->ring[i].ledger);
	free(source);
}

int source_lease_open(struct lease_source **out, const struct schedule *schedule,
		      unsigned int first, unsigned int count, struct duty duty)
{
	struct lease_source *source =
		aligned_alloc(128, sizeof(*source) + count * sizeof(source->claims[0]));

	if (!source)
		return -ENOMEM;
	*source = (struct lease_source){
		.source = { .claim = source_lease_claim, .close = source_lease_close },
		.schedule = *schedule,
		.first = first,
		.count = count,
		.duty = duty,
	};
	*out = source;
	return 0;
}

struct source *source_lease_source(struct lease_source *source)
{
	return &source->source;
}

void source_lease_begin(struct lease_source *source, const struct dealing *dealing)
{
	source->dealing = dealing;
	for (unsigned int i = 0; i < LEASES; i++)
		ledger_close(&source->ring[i].ledger);
	source->oldest = 0;
	atomic_store(&source->added, 0);
	atomic_store(&source->ended, false);
}

static bool source_lease_over(const struct lease *lease)
{
	return lease->put_back && !atomic_load_explicit(&lease->passing, memory_order_acquire);
}

/* One to work on and one in reserve: more in one hand would be missing in another at the end. */
bool source_lease_wanted(const struct lease_source *source)
{
	uint64_t added = atomic_load_explicit(&source->added, memory_order_relaxed);
	unsigned int unfinished = 0;

	for (uint64_t number = source->oldest; number < added; number++)
		unfinished += atomic_load_explicit(&source->ring[number % LEASES].uncommitted,
						   memory_order_relaxed) != 0;
	return unfinished < 2 && (added - source->oldest < LEASES ||
				  source_lease_over(&source->ring[source->oldest % LEASES]));
}

int source_lease_add(struct lease_source *source, const struct work *work,
		     const struct partition *partition, uint64_t first, uint64_t count)
{
	uint64_t number = atomic_load_explicit(&source->added, memory_order_relaxed);
	struct lease *lease = source_lease_at(source, number);
	int ret;

	if (number - source->oldest == LEASES)
		source->oldest++;
	ledger_close(&lease->ledger);
	ret = ledger_open(&lease->ledger, work, partition, first, count);
	if (ret)
		return ret;
	lease->ledger.dealing = source->dealing;
	lease->ledger.dealt_from = source->first;
	lease->taken_out = lease->put_back = false;
	atomic_store_explicit(&lease->uncommitted, count, memory_order_relaxed);
	atomic_store_explicit(&lease->passing, source->count, memory_order_relaxed);
	atomic_store_explicit(&source->added, number + 1, memory_order_release);
	return 0;
}

void source_lease_end(struct lease_source *source)
{
	atomic_store_explicit(&source->ended, true, memory_order_release);
}

const struct ledger *source_lease_take_out(struct lease_source *source, unsigned int *entry)
{
	uint64_t added = atomic_load_explicit(&source->added, memory_order_relaxed);

	for (uint64_t number = source->oldest; number < added; number++) {
		struct lease *lease = source_lease_at(source, number);

		if (lease->taken_out)
			continue;
		if (atomic_load_explicit(&lease->uncommitted, memory_order_acquire))
			return NULL;
		lease->taken_out = true;
		*entry = (unsigned int)(number % LEASES);
		return &lease->ledger;
	}
	return NULL;
}

void source_lease_put_back(struct lease_source *source, unsigned int entry)
{
	source->ring[entry].put_back = true;
}
