/* The inside of a placement, for the files of this folder. */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include <hwloc.h>

#include "place.h"

struct placement {
	struct place_request request;
	struct machine machine;
	hwloc_topology_t topology;
	hwloc_bitmap_t started_with; /* the mask of the process when it opened the placement */
	hwloc_bitmap_t allowed;      /* that, within what the topology allows */
	hwloc_bitmap_t *planned;     /* of this process's workers */
	unsigned int count;
};

void mask_text(hwloc_const_bitmap_t set, char text[MASK_TEXT]);

#endif
