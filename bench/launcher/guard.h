/*
 * A guard: a process of ours that outlives us by a moment. A launcher is asked to end when we are
 * killed (process.h), and may hang while it does: Open MPI 4 has been seen to wait for ever in the
 * end of PMIx. The guard then kills it.
 */
#ifndef GUARD_H
#define GUARD_H

#include <sys/types.h>

struct guard {
	pid_t pid;
	int held; /* it watches until this is closed, by us or by our end */
};

/* Guards a child of ours that leads its group. Where none can be had, nothing is guarded. */
void guard_start(struct guard *guard, pid_t child);

/* Once that child has ended. */
void guard_end(struct guard *guard);

#endif
