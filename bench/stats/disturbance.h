/* Whether a run was disturbed: its workers were ready, and something else had their PUs. */
#ifndef DISTURBANCE_H
#define DISTURBANCE_H

#include <stdbool.h>
#include <stddef.h>

/* What a worker that computes all the time had in a run. */
struct disturbance_worker {
	double busy_s; /* by the wall clock */
	double cpu_s;  /* of that, what it had of a PU */
	int pu;        /* the only one that it is bound to; -1 if there are several */
	bool alone;    /* no other worker is planned for any of its PUs */
};

/* What the system counted meanwhile on the workers' PUs (see bench/base/conditions.h). */
struct disturbance_counters {
	double steal_s, throttled_s; /* NAN where nobody looked */
	double resolution_s;         /* of steal_s: less of it is nothing */
};

struct disturbance {
	enum disturbance_kind {
		DISTURBANCE_NONE,
		DISTURBANCE_OTHERS,    /* other programs had the PU */
		DISTURBANCE_STEAL,     /* other virtual machines had it */
		DISTURBANCE_THROTTLED, /* the quota of the cgroup was used up */
	} kind;
	double share; /* of its busy time that the worst worker did not have a PU; 0 if none */
	int pu;       /* that worker's; -1 if it has several */
};

/*
 * A worker alone on its PU has it all the time but for the kernel's ticks: on a quiet PU it had
 * 0.9997 to 1.0000 of runs of 20 and 500 ms (Linux 6.18, a virtual machine of 2 PUs).
 *
 * Where a disturbance begins is a choice. A smaller share would leave out most trials of machines
 * that are merely in use, and few rounds would be left to tell anything; a larger one would let
 * through what passes for a difference between strategies, of which 5 % is worth a word
 * (RANKING_NEAR). Comparisons of rounds side by side cancel what stays below; that of two results,
 * which have no rounds in common, heeds it (study/regression_row.h). And 100 us may be taken by one
 * interrupt, or one thread of the kernel, on any machine.
 */
#define DISTURBANCE_SHARE   0.05
#define DISTURBANCE_LEAST_S 100e-6

/*
 * Judges one run. Workers that share a PU by plan are no disturbance of each other: only those
 * alone on theirs are looked at. The cause is throttling or steal if its counter has at least half
 * of the time that all of them missed; whatever else had the PU is other programs.
 */
struct disturbance disturbance_find(const struct disturbance_worker *workers, size_t count,
				    const struct disturbance_counters *counters);

#endif
