/* The places of a machine: what workers are given, threads, cores, caches, nodes or sockets. */
#ifndef PLACES_H
#define PLACES_H

#include "topology.h"

struct place {
	hwloc_obj_t object;     /* whose PUs they are: for NUMA nodes, the one that has the node */
	hwloc_bitmap_t whole;   /* its PUs, also those that are not allowed: where it lies */
	hwloc_bitmap_t allowed; /* of those, the allowed ones: at least one */
	unsigned int pus;       /* that are allowed */
	int kind;             /* of its cores, as topology_kind() ranks them; 0 for coarse places */
	unsigned int workers; /* that are planned for it */
	unsigned int numbered; /* of those, the workers that have their numbers */
	bool open;             /* to one more worker, in this pass */
};

struct places {
	struct place *rows; /* in the order of the topology */
	unsigned int count;
	bool divided; /* the workers of a place have a PU each; otherwise they share it whole */
};

/*
 * Finds the places of a type: HWLOC_OBJ_PU, _CORE, _L3CACHE for the last level of caches whatever
 * it is, _NUMANODE or _PACKAGE. Every allowed PU is in one place, and in only one. PUs of several
 * NUMA nodes are the innermost one's. Those outside of all such objects form places of their own:
 * the largest objects without any; where cores are asked for, each of these PUs.
 * Returns 0 or -ENOMEM; places_free() in any case.
 */
int places_find(struct places *places, const struct placement *placement, hwloc_obj_type_t type);
void places_free(struct places *places);

/*
 * The PU for the turn-th worker of a divided place; after as many as it has PUs, they begin anew.
 * Beneath a core there may be caches and groups: apart, the first workers have different ones of
 * them; otherwise the PUs of one are taken before those of the next. Returns a new set, NULL
 * without memory.
 */
hwloc_bitmap_t places_pu(const struct placement *placement, const struct place *place,
			 unsigned int turn, bool apart);

#endif
