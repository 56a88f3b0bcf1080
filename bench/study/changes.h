/* What changed between two results beside their times: hosts, compilers, rows, load. */
#ifndef CHANGES_H
#define CHANGES_H

#include <stdio.h>

#include "regression.h"

/* A sentence a line, each ended, to be said before any verdict. */
void changes_put(FILE *file, const struct result *before, const struct result *after,
		 const struct regression_request *request);

#endif
