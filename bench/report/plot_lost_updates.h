/* What a race lost, as a script of gnuplot, with the data in it. */
#ifndef PLOT_LOST_UPDATES_H
#define PLOT_LOST_UPDATES_H

#include "plot_script.h"

/*
 * Writes what draws the share that was lost against the number of workers: the median of the
 * rounds, and the least and the most of them. Ways that never lost any have no curve. Returns 0;
 * -ENODATA where nothing was lost in any round. Whether the file took it all, ferror() tells.
 */
int plot_lost_updates_write(FILE *script, const struct result *result, enum plot_form form);

#endif
