/* The kernels as tables, for `list`. */
#ifndef KERNEL_TABLES_H
#define KERNEL_TABLES_H

#include "bench/result/table.h"

/* All of them: what each serves, and why one is missing. */
struct table kernel_tables_list(void);

/* Measures those that can be used here, in each range; the table owns what it shows. Returns 0 or
 * -ENOMEM. */
int kernel_tables_measured(struct table *table);

#endif
