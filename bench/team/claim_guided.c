/* schedule guided: large portions first, smaller and smaller ones, down to a grain. */
#include "schedule.h"

static bool next(struct share *share, uint64_t *begin, uint64_t *end)
{
	struct ledger *ledger = share->ledger;
	uint64_t last = ledger->first + ledger->count;
	uint64_t inflight = share->inflight ? share->inflight : 1;
	uint64_t at = atomic_load_explicit(ledger->next, memory_order_relaxed);

	while (at < last) {
		uint64_t portion = (last - at) / (2 * share->workers * inflight);

		if (portion > PORTION_MAX)
			portion = PORTION_MAX;
		if (portion < 1)
			portion = 1;
		portion *= share->count * inflight;
		if (portion > last - at)
			portion = last - at;
		if (!atomic_compare_exchange_weak_explicit(ledger->next, &at, at + portion,
							   memory_order_relaxed,
							   memory_order_relaxed))
			continue;
		*begin = at;
		*end = at + portion;
		return true;
	}
	return false;
}

const struct schedule_type schedule_guided = {
	.name = "guided",
	.about = "large portions first, smaller and smaller ones",
	.next = next,
	.leases = &schedule_guided,
};
