/* The rows of a race as a table: what was counted, and what was lost. */
#ifndef LOSSES_TABLE_H
#define LOSSES_TABLE_H

#include "bench/result/result.h"

/* It refers to the result. */
struct table losses_table(const struct result *result);

#endif
