/*
 * close: workers keep together. They use as few domains as they can, the fewest packages first,
 * then the fewest caches in them, and so on inwards; what earlier passes use costs nothing more.
 */
#include <errno.h>
#include <stdlib.h>

#include "policy.h"

/* The best share of child c for every number of places in it and in the children before it, whose
 * costs are replaced by the new ones. On equal cost the earlier child has more. */
static void close_add_child(struct domain *domain, unsigned int c, unsigned int before,
			    domain_cost *costs, domain_cost *next)
{
	const struct domain *child = &domain->children[c];

	for (unsigned int n = 0; n <= before + child->room; n++) {
		unsigned int least = n > before ? n - before : 0;
		unsigned int most = n < child->room ? n : child->room;

		next[n] = ~(domain_cost)0;
		for (unsigned int pick = least; pick <= most; pick++) {
			domain_cost cost = costs[n - pick] + child->costs[pick];

			if (cost >= next[n])
				continue;
			next[n] = cost;
			domain->picks[c * ((size_t)domain->room + 1) + n] = pick;
		}
	}
	for (unsigned int n = 0; n <= before + child->room; n++)
		costs[n] = next[n];
}

/* The least cost of every number of places in a domain. */
static int close_price(struct domain *domain)
{
	unsigned int room = domain->room, before = 0;
	domain_cost *next = calloc((size_t)room + 1, sizeof(*next));
	int ret = 0;

	domain->costs = calloc((size_t)room + 1, sizeof(*domain->costs));
	domain->picks = calloc((size_t)(domain->count ? domain->count : 1) * (room + 1),
			       sizeof(*domain->picks));
	if (!next || !domain->costs || !domain->picks)
		ret = -ENOMEM;
	for (unsigned int c = 0; !ret && c < domain->count; c++) {
		ret = close_price(&domain->children[c]);
		if (!ret)
			close_add_child(domain, c, before, domain->costs, next);
		before += domain->children[c].room;
	}
	for (unsigned int n = 1; !ret && !domain->used && n <= room; n++)
		domain->costs[n] += domain->price;
	free(next);
	return ret;
}

static void close_take(struct domain *domain, unsigned int amount)
{
	if (domain->place)
		domain->place->workers += amount;
	for (unsigned int c = domain->count; c-- > 0;) {
		unsigned int pick = domain->picks[c * ((size_t)domain->room + 1) + amount];

		close_take(&domain->children[c], pick);
		amount -= pick;
	}
}

static void close_forget(struct domain *domain)
{
	for (unsigned int i = 0; i < domain->count; i++)
		close_forget(&domain->children[i]);
	free(domain->costs);
	free(domain->picks);
	domain->costs = NULL;
	domain->picks = NULL;
}

static int close_deal(struct domain *domain, unsigned int amount)
{
	int ret = close_price(domain);

	if (!ret)
		close_take(domain, amount);
	close_forget(domain);
	return ret;
}

const struct policy policy_close = {
	.name = "close",
	.deal = close_deal,
};
