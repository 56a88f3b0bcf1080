/* The bars of a study: its efficiency, and what each factor took of it. */
#ifndef PLOT_FACTORS_H
#define PLOT_FACTORS_H

#include "plot_points.h"

/* Writes a bar for each point, and what draws them (factors.gp). */
void plot_factors_put(const struct plot *plot);

#endif
