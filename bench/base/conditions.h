/* Under which conditions something was measured: what else the machine did meanwhile. */
#ifndef CONDITIONS_H
#define CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cpus.h"

struct conditions {
	double window_s;     /* from begin to end */
	double resolution_s; /* of steal_s and others_s on each PU: a tick of /proc/stat, 10 ms */
	double steal_s;      /* CPU time that other virtual machines had of these PUs */
	double others_s;     /* CPU time that other programs and interrupts had of these PUs */
	double throttled_s;  /* how long the quota of this process's cgroups held threads back */
	double load;         /* average load of one minute, at the begin; NAN if unknown */
};

/* CPU time of some PUs, in ticks since boot. */
struct conditions_ticks {
	uint64_t busy, steal;
};

/* What is kept from begin to end, and from one window to the next. All 0 before the first. */
struct conditions_meter {
	struct cpus pus;
	struct conditions_ticks ticks;
	double throttled_s, load;
	uint64_t began_ns;
	bool brief; /* the window before was shorter than a tick */
};

/*
 * Begins to watch these PUs. What cannot be read counts as nothing. Reading takes longer than a
 * brief window, and wakes what the next one measures, and ticks tell nothing of either: so a window
 * that follows a brief one is not looked at. Its steal_s, others_s and throttled_s are NAN.
 */
void conditions_begin(struct conditions_meter *meter, const struct cpus *pus);

/* Ends. own_s: CPU time that this program's processes had in the window; others_s is the rest. */
void conditions_end(struct conditions_meter *meter, double own_s, struct conditions *conditions);

/*
 * What the texts of the kernel's files say; public for tests. /proc/stat: the sums of the PUs in
 * the set. cpu.stat of a cgroup, version 1 (throttled_time, ns) or 2 (throttled_usec): seconds, 0
 * if it is not there. /proc/loadavg: the first number, NAN if there is none.
 */
struct conditions_ticks conditions_parse_stat(const char *text, const struct cpus *pus);
double conditions_parse_throttled(const char *text);
double conditions_parse_load(const char *text);

#endif
