/* schedule dynamic: whoever is free takes the next chunk. */
#include "schedule.h"

static bool dynamic_next(struct share *share, struct batch *batch)
{
	struct ledger *ledger = share->ledger;
	uint64_t count = ledger->batch.count, at;

	/* Look before adding: takers that come again and again must not run the counter over. */
	if (atomic_load_explicit(ledger->next, memory_order_relaxed) >= count)
		return false;
	at = atomic_fetch_add_explicit(ledger->next, 1, memory_order_relaxed);
	/* Another may have taken the last one since. */
	if (at >= count)
		return false;
	*batch = batch_of(at, 1);
	return true;
}

const struct schedule_type schedule_dynamic = {
	.name = "dynamic",
	.next = dynamic_next,
	.leases = &schedule_guided,
};
