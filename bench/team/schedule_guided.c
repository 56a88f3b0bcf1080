/* schedule guided: large batchs first, smaller and smaller ones, down to a chunk. */
#include "schedule.h"

static bool guided_next(struct share *share, uint64_t *begin, uint64_t *end)
{
	struct ledger *ledger = share->ledger;
	uint64_t last = ledger->first + ledger->count;
	uint64_t inflight = share->inflight ? share->inflight : 1;
	uint64_t at = atomic_load_explicit(ledger->next, memory_order_relaxed);

	while (at < last) {
		uint64_t batch = (last - at) / (2 * share->workers * inflight);

		if (batch > BATCH_MAX)
			batch = BATCH_MAX;
		if (batch < 1)
			batch = 1;
		batch *= share->count * inflight;
		if (batch > last - at)
			batch = last - at;
		if (!atomic_compare_exchange_weak_explicit(ledger->next, &at, at + batch,
							   memory_order_relaxed,
							   memory_order_relaxed))
			continue;
		*begin = at;
		*end = at + batch;
		return true;
	}
	return false;
}

const struct schedule_type schedule_guided = {
	.name = "guided",
	.about = "large batchs first, smaller and smaller ones",
	.next = guided_next,
	.leases = &schedule_guided,
};
