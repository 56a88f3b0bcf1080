/* Pictures of a study: how its speedup grows, and where its efficiency went. */
#ifndef PLOT_H
#define PLOT_H

#include "bench/base/capture.h"
#include "format.h"
#include "plot_script.h"

/* Who draws, where it is not here. */
#define PLOT_NEEDS "gnuplot is not installed: the package gnuplot-nox draws the plots"

/*
 * Draws the runs: their speedup over serial with its 95 % intervals, and below it, for each
 * strategy, what took its efficiency; where that is not known, latencies or rates. *picture is an
 * SVG file, or a PNG file of twice its pixels; it is to be freed in any case.
 *
 * Returns 0; -ENOENT where there is no gnuplot and -ENODATA where no run has a speedup over
 * serial, which the caller may say; other -errno having said why.
 */
int plot_draw(struct output *picture, const struct result *result, enum plot_form form);

#endif
