/* What changed between two results beside their times: hosts, compilers, load. */
#ifndef CHANGES_H
#define CHANGES_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/result/result.h"

/* A sentence a line, each ended, to be said before any verdict. */
void changes_put(FILE *file, const struct result *before, const struct result *after,
		 bool cpu_bound);

#endif
