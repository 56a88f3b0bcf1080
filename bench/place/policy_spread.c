/*
 * spread: workers keep away from each other. Each domain has workers in proportion to the open
 * places that it holds, as the subpartitions of OpenMP's spread and hwloc_distrib() have, and so
 * do the domains in it.
 *
 * The shares are Sainte-Lague's: the next worker goes where room / (2 * share + 1) is largest. A
 * domain then never has fewer when there is one worker more; and equal domains differ by at most
 * one worker, also those in groups of unequal size, which hwloc makes of packages that are near to
 * each other. Rounding each share to the nearest does not give that.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "policy.h"

/* How much more a share claims a worker than another. */
static int spread_compare(const struct domain *one, unsigned int share, const struct domain *other,
			  unsigned int other_share)
{
	uint64_t a = (uint64_t)one->room * (2 * (uint64_t)other_share + 1);
	uint64_t b = (uint64_t)other->room * (2 * (uint64_t)share + 1);

	return a > b ? 1 : a < b ? -1 : 0;
}

/* The child with the highest claim, and how many have the same. */
static unsigned int spread_first(const struct domain *domain, const unsigned int *shares,
				 unsigned int *equals)
{
	unsigned int first = 0;

	*equals = 1;
	for (unsigned int i = 1; i < domain->count; i++) {
		int more = spread_compare(&domain->children[i], shares[i], &domain->children[first],
					  shares[first]);

		if (more > 0) {
			first = i;
			*equals = 1;
		} else if (!more) {
			(*equals)++;
		}
	}
	return first;
}

static unsigned int spread_round_up(uint64_t amount, unsigned int parts)
{
	return (unsigned int)((amount + parts - 1) / parts);
}

/* Divides an amount among the children. Where it does not do for equal ones, those at equal
 * distances have one more. */
static void spread_divide(const struct domain *domain, unsigned int *shares, unsigned int amount)
{
	while (amount) {
		unsigned int equals, first = spread_first(domain, shares, &equals), turn = 0;
		unsigned int lot = amount < equals ? amount : equals, share = shares[first];

		for (unsigned int i = first; i < domain->count; i++) {
			if (spread_compare(&domain->children[i], shares[i],
					   &domain->children[first], share))
				continue;
			shares[i] += spread_round_up((turn + 1) * (uint64_t)lot, equals) >
				     spread_round_up(turn * (uint64_t)lot, equals);
			turn++;
		}
		amount -= lot;
	}
}

static int spread_deal(struct domain *domain, unsigned int amount)
{
	unsigned int *shares;
	int ret = 0;

	if (domain->place)
		domain->place->workers += amount;
	if (domain->place || !amount)
		return 0;
	shares = calloc(domain->count, sizeof(*shares));
	if (!shares)
		return -ENOMEM;
	spread_divide(domain, shares, amount);
	for (unsigned int i = 0; !ret && i < domain->count; i++)
		ret = spread_deal(&domain->children[i], shares[i]);
	free(shares);
	return ret;
}

const struct policy policy_spread = {
	.name = "spread",
	.apart = true,
	.deal = spread_deal,
};
