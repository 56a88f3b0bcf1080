/* The same concurrency, split as each strategy splits it. */
#include "split.h"

#include <stdio.h>

#include "bench/team/strategy.h"

/* Beyond this, ranks take minutes to start, and spin in each other's way. */
#define RANKS_A_CORE 16

/* The ranks of a concurrency, and what each of them has of it. Over nodes, one rank on each has the
 * node's part, or as many as it is. */
static unsigned int split_ranks(struct configuration *c, unsigned int each, bool one_each)
{
	if (c->nodes) {
		each /= c->nodes;
		c->per_node = one_each ? each : 1;
		c->ranks = c->nodes * c->per_node;
		return one_each ? 1 : each;
	}
	c->ranks = one_each ? each : each % 2 ? 1 : 2;
	return each / c->ranks;
}

static void split_divide(struct configuration *c, unsigned int each,
			 const struct strategy *strategy, const struct strategy *inner)
{
	const struct strategy *doer = inner ? inner : strategy;

	if (strategy->outer)
		each = split_ranks(c, each, doer == &strategy_serial);
	if (doer->one_in_flight && doer->one_worker)
		return;
	*(doer->one_worker ? &c->inflight : &c->workers) = each;
}

int split_concurrency(struct configuration *configuration, unsigned int concurrency,
		      unsigned int cores, const char **missing, char why[128])
{
	const struct strategy *strategy, *inner;
	int ret = strategy_find(configuration->strategy, &strategy, &inner);

	if (ret)
		return ret;
	split_divide(configuration, concurrency, strategy, inner);
	*missing = strategy_missing(strategy, inner);
	if (!strategy->outer && configuration->nodes > 1)
		*missing = "it has one process, on one host: give --nodes 1 too";
	if (configuration->nodes)
		cores *= configuration->nodes;
	if (!*missing && configuration->ranks > RANKS_A_CORE * cores) {
		snprintf(why, 128,
			 "%u ranks on %u core%s: more than %d a core are not worth starting",
			 configuration->ranks, cores, cores > 1 ? "s" : "", RANKS_A_CORE);
		*missing = why;
	}
	return 0;
}
