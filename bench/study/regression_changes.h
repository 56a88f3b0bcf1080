/* What changed between two results beside their times: hosts, compilers, rows, load. */
#ifndef REGRESSION_CHANGES_H
#define REGRESSION_CHANGES_H

#include <stdio.h>

#include "regression.h"

/* A sentence a line, each ended, to be said before any verdict. */
void regression_changes_put(FILE *file, const struct result *before, const struct result *after,
			    const struct regression_request *request);

#endif
