/* The inside of a placement, for the files of this folder. */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include <hwloc.h>
#include <stdbool.h>

#include "place.h"

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

void mask_text(hwloc_const_bitmap_t set, char text[MASK_TEXT]);

/* Rank of the kind of core that a set lies in: 0 the fastest, more than 0 slower; -1 if unknown or
 * several. */
int kind_of(const struct placement *placement, hwloc_const_bitmap_t set);
/* hwloc's own number of that kind, as "cpukind:N" takes it; -1 if unknown or several. */
int kind_index(hwloc_topology_t topology, hwloc_const_bitmap_t set);

/*
 * The PUs that an hwloc expression selects ("core:0-3.pu:0", "numa:1", "cpukind:1", "0xff").
 * Returns 0, or -EINVAL having said what is wrong with it.
 */
int expression_parse(hwloc_topology_t topology, hwloc_bitmap_t set, const char *text);

/* OMP_PLACES and OMP_PROC_BIND as our words, NULL where they are not set or ask for the default. */
const char *openmp_places(void);
const char *openmp_bind(void);
/*
 * Names, once, what the variables ask for and is not done: KMP_AFFINITY, and the order of PUs in
 * OMP_PLACES or GOMP_CPU_AFFINITY.
 */
void openmp_warn(void);
/* Keeps of a set what is in the OpenMP runtime's places. Returns false, leaving it alone, if it has
 * none. */
bool openmp_all_places(hwloc_bitmap_t set);

#endif
