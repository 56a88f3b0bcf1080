/* What each host did, and which one holds up the others. */
#ifndef NODES_H
#define NODES_H

#include <stdio.h>

#include "bench/result/result.h"

/*
 * Fills result.nodes, replacing what was there, from the measured row whose workers are on the most
 * hosts; of several such, from the last. On one host there are none. Returns 0 or -ENOMEM.
 */
int nodes_conclude(struct result *result);

/* One sentence on each slow host, its rate beside that of the others, and whether something else
 * had its CPUs; up to ten hosts. */
void nodes_advise(FILE *file, const struct result *result);

#endif
