/* schedule guided: large batches first, smaller and smaller ones, down to a chunk. */
#include "schedule.h"

static bool guided_next(struct share *share, struct batch *batch)
{
	struct ledger *ledger = share->ledger;
	/* A rank has one lease in hand and asks for the next: half of its part in all. */
	uint64_t parts = share->lease_most ? 4 : 2;
	uint64_t count = ledger->batch.count, most = schedule_most(share),
		 least = share->lease_least ? share->lease_least : 1;
	uint64_t inflight = share->inflight ? share->inflight : 1;
	uint64_t at = atomic_load_explicit(ledger->next, memory_order_relaxed);

	while (at < count) {
		uint64_t size = (count - at) / (parts * share->workers * inflight);

		if (size > most)
			size = most;
		if (size < least)
			size = least;
		size *= share->count * inflight;
		if (size > count - at)
			size = count - at;
		if (!atomic_compare_exchange_weak_explicit(ledger->next, &at, at + size,
							   memory_order_relaxed,
							   memory_order_relaxed))
			continue;
		*batch = batch_of(at, size);
		return true;
	}
	return false;
}

const struct schedule_type schedule_guided = {
	.name = "guided",
	.next = guided_next,
	.leases = &schedule_guided,
};
