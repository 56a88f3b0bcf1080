/* The completion for a shell. */
#ifndef COMPLETION_H
#define COMPLETION_H

#include <stdio.h>

#include "program.h"

/* The completion, for bash to source. */
void completion_print(FILE *file, const struct program *program);

#endif
