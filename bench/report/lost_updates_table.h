/* The rows of a race as a table: what was counted, and what was lost. */
#ifndef LOST_UPDATES_TABLE_H
#define LOST_UPDATES_TABLE_H

#include "bench/result/result.h"

/* It refers to the result. */
struct table lost_updates_table(const struct result *result);

#endif
