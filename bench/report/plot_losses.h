/* What a race lost, as a script of gnuplot, with the data in it. */
#ifndef PLOT_LOSSES_H
#define PLOT_LOSSES_H

#include "plot_script.h"

/*
 * Writes what draws the share that was lost against the number of workers: the median of the
 * rounds, and the least and the most of them. Ways that never lost any have no curve. Returns 0;
 * -ENODATA where nothing was lost in any round. Whether the file took it all, ferror() tells.
 */
int plot_losses_write(FILE *script, const struct result *result, enum plot_form form);

#endif
