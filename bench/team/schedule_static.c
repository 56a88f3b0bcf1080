/*
 * schedule static: all chunks are dealt beforehand, as blocks by the workers' weights, or as chunks
 * in turn where CHUNK is given.
 */
#include "schedule.h"

/* The first chunk of a worker's block. */
static uint64_t static_edge(const struct share *share, unsigned int worker)
{
	const struct ledger *ledger = share->ledger;
	const double *edges;
	double part;

	if (!ledger->dealing || !ledger->dealing->weighted)
		return (uint64_t)((unsigned __int128)ledger->count * worker / share->workers);
	if (worker == share->workers)
		return ledger->count;
	edges = ledger->dealing->edges + ledger->dealt_from;
	part = (edges[worker] - edges[0]) / (edges[share->workers] - edges[0]);
	return (uint64_t)((double)ledger->count * part + 0.5);
}

static bool static_next_of_block(struct share *share, uint64_t *begin, uint64_t *end)
{
	uint64_t first = static_edge(share, share->worker),
		 last = static_edge(share, share->worker + share->count);

	if (first + share->taken >= last)
		return false;
	*begin = first + share->taken;
	*end = last - *begin > (uint64_t)BATCH_MAX * share->count
		       ? *begin + (uint64_t)BATCH_MAX * share->count
		       : last;
	share->taken += *end - *begin;
	return true;
}

static bool static_next_of_turns(struct share *share, uint64_t *begin, uint64_t *end)
{
	uint64_t first = share->taken * share->workers + share->worker;

	if (first >= share->ledger->count)
		return false;
	*begin = first;
	*end = share->ledger->count - first > share->count ? first + share->count
							   : share->ledger->count;
	share->taken++;
	return true;
}

static bool static_next(struct share *share, uint64_t *begin, uint64_t *end)
{
	bool any = share->chunked ? static_next_of_turns(share, begin, end)
				  : static_next_of_block(share, begin, end);

	if (any) {
		*begin += share->ledger->first;
		*end += share->ledger->first;
	}
	return any;
}

const struct schedule_type schedule_static = {
	.name = "static",
	.about = "shares by weight, dealt beforehand; with CHUNK, chunks in turn",
	.next = static_next,
	.leases = &schedule_static,
};
