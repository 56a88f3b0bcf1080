/*
 * Leases stand in a ring. A worker goes through them in order; an entry is used again when its
 * lease was put back and every worker has gone past.
 */
#include "source_lease.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/pause.h"

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
	struct source_users users;
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

/* Looks into the next lease that has arrived. Returns false if none has. */
static bool source_lease_enter(struct lease_claim *own)
{
	struct lease_source *source = own->source;

	/* Pairs with the release in source_lease_add(): the lease's ledger is read after it. */
	if (own->lease == atomic_load_explicit(&source->added, memory_order_acquire))
		return false;
	if (!own->inside)
		own->share = (struct share){
			.ledger = &source_lease_at(source, own->lease)->ledger,
			.go = source->users.go,
			.weights = source->users.weights,
			.first_weight = source->users.first,
			.worker = own->worker,
			.count = 1,
			.workers = source->users.count,
			.chunked = source->users.schedule.chunk_items != 0,
		};
	own->inside = true;
	return true;
}

/* The next chunk of the leases that have arrived. */
static bool source_lease_next_here(struct lease_claim *own, struct chunk *chunk)
{
	struct lease *lease;

	while (own->at == own->end) {
		struct batch batch;

		if (!source_lease_enter(own))
			return false;
		if (schedule_next(&own->share, own->source->users.schedule.type, &batch)) {
			/* A batch of one worker is of one run. */
			own->at = batch.first;
			own->end = batch.first + batch.count;
			break;
		}
		lease = source_lease_at(own->source, own->lease);
		own->inside = false;
		own->lease++;
		/* Pairs with the acquire in source_lease_over(), after which the ledger is closed:
		 * our last look into it comes before. */
		atomic_fetch_sub_explicit(&lease->passing, 1, memory_order_release);
	}
	ledger_chunk(own->share.ledger, own->at++, chunk);
	chunk->from = source_lease_at(own->source, own->lease);
	return true;
}

static void source_lease_tick(struct claim *claim)
{
	struct lease_claim *own = (struct lease_claim *)claim;
	const struct duty *duty = &own->source->users.duty;

	if (own->worker == 0)
		claim->claims_cpu_ns += duty->call(duty->context);
}

/* Whether a chunk of a lease is not committed yet. For the first worker. */
static bool source_lease_is_under_way(const struct lease_source *source)
{
	uint64_t added = atomic_load_explicit(&source->added, memory_order_relaxed);

	/* Relaxed: who takes a lease out looks again. */
	for (uint64_t number = source->oldest; number < added; number++)
		if (atomic_load_explicit(&source->ring[number % LEASES].uncommitted,
					 memory_order_relaxed))
			return true;
	return false;
}

/*
 * Returns 1 with *chunk filled, 0 when nothing is left, -EAGAIN when nothing is there yet. For the
 * first worker there is always something to come while others are at work: its duty.
 */
static int source_lease_look(struct lease_claim *own, struct chunk *chunk)
{
	/* Before the look at the leases: pairs with the release in source_lease_end(), so that a
	 * lease which was added before the end is seen in this look. */
	bool ended = atomic_load_explicit(&own->source->ended, memory_order_acquire);

	source_lease_tick(&own->claim);
	if (source_lease_next_here(own, chunk))
		return 1;
	if (go_over(own->source->users.go))
		return 0;
	return ended && !(own->worker == 0 && source_lease_is_under_way(own->source)) ? 0 : -EAGAIN;
}

static int source_lease_next(struct claim *claim, struct chunk *chunk, bool wait)
{
	struct lease_claim *own = (struct lease_claim *)claim;
	int got = source_lease_look(own, chunk);
	struct pause pause = { 0 };
	uint64_t served, cpu;

	if (got != -EAGAIN || !wait)
		return got;
	/* The CPU time of the wait is that of all that is served in it. */
	served = claim->claims_cpu_ns;
	cpu = clock_cpu_ns();
	while ((got = source_lease_look(own, chunk)) == -EAGAIN)
		pause_once(&pause);
	claim->claims_cpu_ns = served + clock_cpu_ns() - cpu;
	return got;
}

static void source_lease_commit(struct claim *claim, const struct chunk *chunk)
{
	struct lease_claim *own = (struct lease_claim *)claim;
	struct lease *lease = chunk->from;

	ledger_commit(&lease->ledger, chunk->position, own->source->users.first + own->worker);
	/* Pairs with the acquire in source_lease_take_out(), after which the first worker sends the
	 * slots. */
	atomic_fetch_sub_explicit(&lease->uncommitted, 1, memory_order_release);
}

static const struct claim_ops source_lease_ops = {
	.next = source_lease_next,
	.commit = source_lease_commit,
	.tick = source_lease_tick,
};

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

int source_lease_open(struct lease_source **out, const struct source_users *users)
{
	struct lease_source *source =
		aligned_alloc(128, sizeof(*source) + users->count * sizeof(source->claims[0]));

	if (!source)
		return -ENOMEM;
	*source = (struct lease_source){
		.source = { .claim = source_lease_claim, .close = source_lease_close },
		.users = *users,
	};
	*out = source;
	return 0;
}

struct source *source_lease_source(struct lease_source *source)
{
	return &source->source;
}

void source_lease_begin(struct lease_source *source)
{
	for (unsigned int i = 0; i < LEASES; i++)
		ledger_close(&source->ring[i].ledger);
	source->oldest = 0;
	/* The strategy's go orders these before all claims. */
	atomic_store_explicit(&source->added, 0, memory_order_relaxed);
	atomic_store_explicit(&source->ended, false, memory_order_relaxed);
}

static bool source_lease_over(const struct lease *lease)
{
	/* Pairs with the release in source_lease_next_here(). */
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
		     const struct partition *partition, const struct batch *batch)
{
	uint64_t number = atomic_load_explicit(&source->added, memory_order_relaxed);
	struct lease *lease = source_lease_at(source, number);
	int ret;

	if (number - source->oldest == LEASES)
		source->oldest++;
	ledger_close(&lease->ledger);
	ret = ledger_open(&lease->ledger, work, partition, *batch);
	if (ret)
		return ret;
	lease->taken_out = lease->put_back = false;
	atomic_store_explicit(&lease->uncommitted, batch->count, memory_order_relaxed);
	atomic_store_explicit(&lease->passing, source->users.count, memory_order_relaxed);
	/* Pairs with the acquire in source_lease_enter(), after which a worker reads the lease. */
	atomic_store_explicit(&source->added, number + 1, memory_order_release);
	return 0;
}

void source_lease_end(struct lease_source *source)
{
	/* Pairs with the acquire in source_lease_look(): no lease is added after it. */
	atomic_store_explicit(&source->ended, true, memory_order_release);
}

const struct ledger *source_lease_take_out(struct lease_source *source, unsigned int *entry)
{
	uint64_t added = atomic_load_explicit(&source->added, memory_order_relaxed);

	for (uint64_t number = source->oldest; number < added; number++) {
		struct lease *lease = source_lease_at(source, number);

		if (lease->taken_out)
			continue;
		/* Pairs with the release in source_lease_commit(): the slots are sent after it. */
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
