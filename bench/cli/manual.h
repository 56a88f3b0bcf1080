/* The manual page. */
#ifndef MANUAL_H
#define MANUAL_H

#include <stdio.h>

#include "program.h"

/* The manual page, in roff. */
void manual_print(FILE *file, const struct program *program);

#endif
