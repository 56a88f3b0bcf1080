/* The inside of a placement, for the files of this folder. */
#ifndef TOPOLOGY_H
#define TOPOLOGY_H

#include <hwloc.h>
#include <stdbool.h>

#include "placement.h"

struct policy;

struct placement {
	struct place_request request;
	const struct policy *policy; /* as the request names it */
	struct machine machine;
	hwloc_topology_t topology;
	hwloc_bitmap_t started_with; /* the mask of the process when it opened the placement */
	hwloc_bitmap_t allowed;      /* what it may use, within what --places selects */
	hwloc_obj_type_t type;       /* of a place */
	hwloc_bitmap_t *planned;     /* of this process's workers */
	unsigned int count;
	bool unequal;
	unsigned int places; /* that the last plan found */
};

/* As many as a mask has room for in its text. */
enum { PUS_MAX = 4096 };
_Static_assert(MASK_TEXT > 2 + PUS_MAX / 4, "a mask of all PUs fits its text");

void topology_mask_text(hwloc_const_bitmap_t set, char text[MASK_TEXT]);

/* Rank of the kind of core that a set lies in: 0 the fastest, more than 0 slower; -1 if unknown or
 * several. */
int topology_kind(const struct placement *placement, hwloc_const_bitmap_t set);
/* hwloc's own number of that kind, as "cpukind:N" takes it; -1 if unknown or several. */
int topology_kind_index(hwloc_topology_t topology, hwloc_const_bitmap_t set);

/* Reads the topology that the request names, or this machine's. Returns 0, or -errno having said
 * why. */
int topology_load(struct placement *placement);

#endif
