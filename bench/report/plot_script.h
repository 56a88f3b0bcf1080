/* A study as a script of gnuplot, with the data in it. */
#ifndef PLOT_SCRIPT_H
#define PLOT_SCRIPT_H

#include <stdio.h>

#include "bench/result/result.h"

enum plot_form { PLOT_SVG, PLOT_PNG };

/*
 * Writes what draws the rows of a result, see plot_draw(). Returns 0; -ENODATA where no row has a
 * speedup over serial; -ENOMEM. Whether the file took it all, ferror() tells.
 */
int plot_script_write(FILE *script, const struct result *result, enum plot_form form);

/* Sets a variable of a script to a text, whatever is in it: NAME = 'TEXT', on one line. */
void plot_script_set(FILE *script, const char *name, const char *text);

/* Sets the variable that tells the scripts which form is drawn. */
void plot_script_set_form(FILE *script, enum plot_form form);

#endif
