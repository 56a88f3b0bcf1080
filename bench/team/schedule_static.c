/*
 * schedule static: all chunks are dealt beforehand, as blocks by the workers' weights, or in turn
 * where CHUNK is given.
 */
#include "schedule.h"

static uint64_t static_edge(const struct share *share, unsigned int worker)
{
	return weights_edge(share->weights, share->first_weight, share->workers, worker,
			    share->ledger->batch.count);
}

static bool static_next_of_block(struct share *share, struct batch *batch)
{
	uint64_t first = static_edge(share, share->worker),
		 last = static_edge(share, share->worker + share->count),
		 most = schedule_most(share) * share->count;

	if (first + share->taken >= last)
		return false;
	first += share->taken;
	*batch = batch_of(first, last - first > most ? most : last - first);
	share->taken += batch->count;
	return true;
}

/*
 * Worker w of W has chunks w, w + W, w + 2 W ... A rank has a run of them in each turn, one for
 * each of its workers, and a lease holds many turns.
 */
static bool static_next_of_turns(struct share *share, struct batch *batch)
{
	uint64_t count = share->ledger->batch.count;
	uint64_t first = share->taken * share->workers + share->worker, turns, last;

	if (first >= count)
		return false;
	turns = (count - first - 1) / share->workers + 1;
	if (turns > share->lease_most)
		turns = share->lease_most ? share->lease_most : 1;
	last = first + (turns - 1) * share->workers;
	*batch = (struct batch){ .first = first,
				 .count = (turns - 1) * share->count,
				 .run = share->count,
				 .stride = share->workers };
	batch->count += count - last > share->count ? share->count : count - last;
	share->taken += turns;
	return true;
}

static bool static_next(struct share *share, struct batch *batch)
{
	return share->chunked ? static_next_of_turns(share, batch)
			      : static_next_of_block(share, batch);
}

const struct schedule_type schedule_static = {
	.name = "static",
	.next = static_next,
	.leases = &schedule_static,
};
