/*
 * Of how many chunks leases are: few enough of them that the leader can serve all ranks, and each
 * small enough that no rank has much in hand when the others have finished.
 */
#ifndef LEASE_SIZE_H
#define LEASE_SIZE_H

#include "bench/work.h"
#include "partition.h"
#include "schedule.h"

/* Whom the leases are for. */
struct lease_takers {
	unsigned int ranks, workers; /* of the whole team */
	/* How long the leader was away lately: what a rank has in hand must last. */
	uint64_t gap_ns;
};

/* Chunks for each worker of the rank, at least and at most; both at least 1. */
struct lease_size {
	unsigned int least, most;
};

/* Of a schedule's leases: whatever CHUNK is, in time they are the same. */
struct lease_size lease_size_of(const struct schedule_type *type, const struct work *work,
				const struct partition *partition,
				const struct lease_takers *takers);

/*
 * The part of its time that the leader's first worker serves the other ranks in a static schedule,
 * of the time that a worker of the mean rate has: 0 where it cannot be seen, and 1 at most.
 */
double lease_size_serving(const struct work *work, const struct partition *partition,
			  const struct lease_takers *takers);

#endif
