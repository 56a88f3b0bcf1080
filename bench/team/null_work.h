/* The null work: no items. */
#ifndef NULL_WORK_H
#define NULL_WORK_H

#include "bench/work.h"

extern const struct work_type null_work;

/* NULL if there is no memory. */
struct work *null_work_new(void);

#endif
