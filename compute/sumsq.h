/* The sum of squares as a work for the workbench: an item is one term of all the tasks laid end to
 * end. */
#ifndef SUMSQ_H
#define SUMSQ_H

#include "bench/work.h"
#include "kernel.h"
#include "tasks.h"

extern const struct work_type sumsq_work;

struct sumsq {
	struct work work; /* first */
	struct tasks tasks;
	const struct kernel *kernel;
	bool forced;
	u128 *sums; /* of each task, after a run */
	size_t at;  /* collect: the task that the last chunk ended in */
};

/* Takes the tasks over; they go with the work. Returns 0 or -ENOMEM. */
int sumsq_new(struct sumsq **sumsq, struct tasks *tasks, const struct kernel *kernel, bool forced);

/* The largest term, for which the kernel may or may not be exact; 0 if there is none. */
uint64_t sumsq_largest(const struct sumsq *sumsq);

#endif
