/* Every usable kernel over numbers of all magnitudes, each sum against the closed form. */
#ifndef SUMSQ_PROBE_H
#define SUMSQ_PROBE_H

#include "bench/probe.h"

extern const struct probe sumsq_probe;

#endif
