/* Claims straight from the job's ledger. */
#include <errno.h>
#include <stdlib.h>

#include "source.h"

struct ledger_claim {
	_Alignas(128) struct claim claim; /* a worker's own cache lines */
	struct share share;
	const struct schedule_type *schedule;
	uint64_t at, end; /* the portion in hand */
	unsigned int worker;
	struct duty duty;
};

struct ledger_source {
	struct source source;
	struct ledger *ledger;
	struct schedule schedule;
	unsigned int first, workers;
	struct duty duty;
	struct ledger_claim claims[];
};

static void tick(struct claim *claim)
{
	struct ledger_claim *own = (struct ledger_claim *)claim;

	if (own->duty.call)
		own->duty.call(own->duty.context);
}

static int next(struct claim *claim, struct grain *grain, bool wait)
{
	struct ledger_claim *own = (struct ledger_claim *)claim;

	(void)wait;
	tick(claim);
	if (own->at == own->end && !share_next(&own->share, own->schedule, &own->at, &own->end))
		return 0;
	ledger_grain(own->share.ledger, own->at++, grain);
	return 1;
}

static void commit(struct claim *claim, const struct grain *grain)
{
	struct ledger_claim *own = (struct ledger_claim *)claim;

	ledger_commit(own->share.ledger, grain->index, own->worker);
}

static const struct claim_ops ops = { .next = next, .commit = commit, .tick = tick };

static struct claim *claim(struct source *base, unsigned int worker)
{
	struct ledger_source *source = (struct ledger_source *)base;
	struct ledger_claim *own = &source->claims[worker];

	*own = (struct ledger_claim){
		.claim.ops = &ops,
		.share = { .ledger = source->ledger,
			   .worker = source->first + worker,
			   .count = 1,
			   .workers = source->workers,
			   .chunked = source->schedule.chunk != 0 },
		.schedule = source->schedule.type,
		.worker = source->first + worker,
	};
	if (worker == 0)
		own->duty = source->duty;
	own->claim.ticks = own->duty.call != NULL;
	return &own->claim;
}

static void close_source(struct source *source)
{
	free(source);
}

int source_ledger_open(struct source **out, struct ledger *ledger, const struct schedule *schedule,
		       unsigned int first, unsigned int count, unsigned int workers,
		       struct duty duty)
{
	struct ledger_source *source =
		aligned_alloc(128, sizeof(*source) + count * sizeof(source->claims[0]));

	if (!source)
		return -ENOMEM;
	*source = (struct ledger_source){
		.source = { .claim = claim, .close = close_source },
		.ledger = ledger,
		.schedule = *schedule,
		.first = first,
		.workers = workers,
		.duty = duty,
	};
	*out = &source->source;
	return 0;
}
