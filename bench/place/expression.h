/* hwloc expressions, as hwloc-calc has them. */
#ifndef EXPRESSION_H
#define EXPRESSION_H

#include "topology.h"

/*
 * The PUs that an hwloc expression selects ("core:0-3.pu:0", "numa:1", "cpukind:1", "0xff").
 * Returns 0, or -EINVAL having said what is wrong with it.
 */
int expression_parse(hwloc_topology_t topology, hwloc_bitmap_t set, const char *text);

#endif
