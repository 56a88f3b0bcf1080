/* The tree of domains above the places: packages, NUMA nodes, caches, where they branch. */
#ifndef DOMAINS_H
#define DOMAINS_H

#include "places.h"

/* Counts of the domains that a choice uses, level by level, the outermost in the highest bits. */
__extension__ typedef unsigned __int128 domain_cost;

struct domain {
	struct domain *children;
	unsigned int count;
	struct place *place; /* of a leaf; the places own it */
	unsigned int room;   /* open places in it, in this pass */
	unsigned int used;   /* workers in it, of earlier passes */
	domain_cost price;   /* of using it at all */
	domain_cost *costs;  /* close: the least cost of 0 ... room places in it */
	unsigned int *picks; /* close: of child c's share of n: picks[c * (room + 1) + n] */
};

/*
 * Builds the tree above places. Returns 0 or -ENOMEM;
 * domains_free() in any case.
 */
int domains_build(struct domain *root, const struct placement *placement,
		  const struct places *places);
void domains_free(struct domain *root);

/* Counts the open places and the workers of each domain. Returns the open places of all. */
unsigned int domains_count(struct domain *root);

#endif
