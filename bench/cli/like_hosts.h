/* Pictures of the machines that workers are placed on: hosts that look the same have one. */
#ifndef LIKE_HOSTS_H
#define LIKE_HOSTS_H

#include <stdio.h>

#include "bench/place/placement.h"
#include "bench/result/result.h"

/*
 * Draws the hosts of the result's first row, by the topology of this one: those that are of its
 * kind, CPU and cores, and whose workers lie otherwise than in an earlier picture. The others are
 * named. Returns 0 or -ENOMEM.
 */
int like_hosts_draw(FILE *file, const struct result *result, const struct placement *placement);

#endif
