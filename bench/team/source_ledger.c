/* Claims straight from the job's ledger. */
#include "source_ledger.h"

#include <errno.h>
#include <stdlib.h>

struct ledger_claim {
	_Alignas(128) struct claim claim; /* a worker's own cache lines */
	struct share share;
	const struct schedule_type *schedule;
	uint64_t at, end; /* the batch in hand: positions */
	unsigned int worker;
	struct duty duty;
};

struct ledger_source {
	struct source source;
	struct ledger *ledger;
	struct source_users users;
	struct ledger_claim claims[];
};

static void source_ledger_tick(struct claim *claim)
{
	struct ledger_claim *own = (struct ledger_claim *)claim;

	if (own->duty.call)
		claim->claims_cpu_ns += own->duty.call(own->duty.context);
}

static int source_ledger_next(struct claim *claim, struct chunk *chunk, bool wait)
{
	struct ledger_claim *own = (struct ledger_claim *)claim;

	(void)wait;
	source_ledger_tick(claim);
	if (own->at == own->end) {
		struct batch batch;

		if (!schedule_next(&own->share, own->schedule, &batch))
			return 0;
		/* A batch of one worker is of one run. */
		own->at = batch.first;
		own->end = batch.first + batch.count;
	}
	ledger_chunk(own->share.ledger, own->at++, chunk);
	return 1;
}

static void source_ledger_commit(struct claim *claim, const struct chunk *chunk)
{
	struct ledger_claim *own = (struct ledger_claim *)claim;

	ledger_commit(own->share.ledger, chunk->position, own->worker);
}

static const struct claim_ops source_ledger_ops = {
	.next = source_ledger_next,
	.commit = source_ledger_commit,
	.tick = source_ledger_tick,
};

static struct claim *source_ledger_claim(struct source *base, unsigned int worker)
{
	struct ledger_source *source = (struct ledger_source *)base;
	const struct source_users *users = &source->users;
	struct ledger_claim *own = &source->claims[worker];

	*own = (struct ledger_claim){
		.claim.ops = &source_ledger_ops,
		.share = { .ledger = source->ledger,
			   .go = users->go,
			   .weights = users->weights,
			   .worker = users->first + worker,
			   .count = 1,
			   .workers = users->total,
			   .chunked = users->schedule.chunk_items != 0 },
		.schedule = users->schedule.type,
		.worker = users->first + worker,
	};
	if (worker == 0)
		own->duty = users->duty;
	own->claim.ticks = own->duty.call != NULL;
	return &own->claim;
}

static void source_ledger_close(struct source *source)
{
	free(source);
}

int source_ledger_open(struct source **out, struct ledger *ledger, const struct source_users *users)
{
	struct ledger_source *source =
		aligned_alloc(128, sizeof(*source) + users->count * sizeof(source->claims[0]));

	if (!source)
		return -ENOMEM;
	*source = (struct ledger_source){
		.source = { .claim = source_ledger_claim, .close = source_ledger_close },
		.ledger = ledger,
		.users = *users,
	};
	*out = &source->source;
	return 0;
}
