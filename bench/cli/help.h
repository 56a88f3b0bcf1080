/* Help for a terminal. */
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

#include "program.h"

/* What the exit codes mean, as one paragraph. */
extern const char help_exit_codes[];

/* The help of a verb, or of the program if verb is NULL; no line is longer than 80 columns, which
 * `make check` holds. */
void help_print(FILE *file, const struct program *program, const struct verb *verb);

#endif
