/* Whether something else had the CPUs of workers that were never idle. */
#ifndef DISTURBANCE_H
#define DISTURBANCE_H

#include <stddef.h>

/* One worker in one run, of work that waits for nothing. */
struct disturbance_worker {
	double busy_s; /* that it worked, by the wall */
	double cpu_s;  /* of CPU that it had meanwhile */
	int pu; /* the only one that it may use, as the system numbers it; -1: it has several */
};

enum disturbance_kind {
	DISTURBANCE_NONE,
	DISTURBANCE_OTHERS,   /* other programs had the CPU */
	DISTURBANCE_STEAL,    /* the hypervisor had */
	DISTURBANCE_THROTTLE, /* the quota of the cgroup kept the workers waiting */
};

struct disturbance {
	enum disturbance_kind kind;
	double share; /* of the time, that the worst hit PU or worker did not have */
	int pu;       /* that PU; -1: a worker that has several */
};

/*
 * A PU is disturbed where its workers, together, had less CPU time than the longest of them was busy
 * by more than 5 % of it and by more than 100 us; what a kernel does on a quiet PU was measured at
 * less than 1 %. Workers that are planned to share a PU do not disturb each other. Workers with
 * several PUs count one by one, if there are no more of them than `pus`, those that they may use.
 *
 * steal_s and throttled_s: what the system's counters say of the same time, NAN if nothing; the kind
 * is theirs where they explain half of what is missing or more.
 */
struct disturbance disturbance_find(const struct disturbance_worker *workers, size_t count,
				    unsigned int pus, double steal_s, double throttled_s);

#endif
