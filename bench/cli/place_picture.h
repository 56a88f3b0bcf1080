/* Pictures of the machines that workers are placed on: hosts that look the same have one. */
#ifndef PLACE_PICTURE_H
#define PLACE_PICTURE_H

#include <stdio.h>

#include "bench/place/placement.h"
#include "bench/result/result.h"

/*
 * Draws the hosts of the result's first row, by the topology of this one: those that are of its
 * kind, CPU and cores, and whose workers lie otherwise than in an earlier picture. The others are
 * named. Returns 0 or -ENOMEM.
 */
int place_picture_draw(FILE *file, const struct result *result, const struct placement *placement);

#endif
