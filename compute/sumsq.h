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
	struct kernel_choice kernels;
	const struct kernel *forced; /* or NULL */
	u128 *sums, *before;         /* of each task, after a run, and after the one before */
	size_t at;                   /* collect: the task that the last chunk ended in */
};

/* With the forced kernel or, if that is NULL, the fastest in each range. Takes the tasks over; they
 * go with the work. Returns 0 or -ENOMEM. */
int sumsq_new(struct sumsq **sumsq, struct tasks *tasks, const struct kernel *forced);

/* Whether there are terms in each range of the kernels. */
void sumsq_ranges(const struct sumsq *sumsq, bool ranges[KERNEL_RANGES]);

#endif
