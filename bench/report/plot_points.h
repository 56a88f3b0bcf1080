/* What a picture of a study has to show: points of curves, as the rows of a result have them. */
#ifndef PLOT_POINTS_H
#define PLOT_POINTS_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/result/result.h"

/* What there is to see below the speedup. */
enum plot_panel { PANEL_FACTORS, PANEL_LATENCY, PANEL_RATE };

/* One point of one curve. */
struct plot_point {
	const struct row *row;
	unsigned int n;     /* workers, or what is in flight */
	unsigned int curve; /* its number */
	char name[CELL_SHOWN];
};

struct plot {
	FILE *script;
	const struct result *result;
	struct plot_point *points; /* by curve, and by n within it */
	size_t count;
	unsigned int curves, longest; /* how many, and the most points of one */
	unsigned int fewest, most;    /* n */
	size_t widest;                /* letters of the longest name */
	bool intervals;               /* any is known */
	enum plot_panel panel;
	const char *axis; /* what n counts */
};

/* Gathers the points of plot->result, which are to be freed. Returns 0, -ENODATA or -ENOMEM. */
int plot_points_gather(struct plot *plot);

/* The next curve's first point; plot->count after the last. from: a point of the one before. */
size_t plot_points_next_curve(const struct plot *plot, size_t from);

/* Puts the lines of a block of data, of all curves: two empty lines between curves. */
void plot_points_put_block(const struct plot *plot, const char *name, double scale,
			   void (*put)(const struct plot *plot, size_t point, double scale));

#endif
