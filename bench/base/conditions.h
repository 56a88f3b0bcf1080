/* What the machine did beside us for a while: read before and after, from the system's counters. */
#ifndef CONDITIONS_H
#define CONDITIONS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The counters of /proc/stat are in ticks of 10 ms for each PU, so that in a window of less than
 * CONDITIONS_WINDOW_S they tell nothing, and steal_s and others_s are NAN.
 */
#define CONDITIONS_WINDOW_S 0.2

struct conditions {
	double window_s; /* how long was looked at */
	double steal_s;  /* CPU time that the hypervisor took, of the PUs looked at; NAN: unknown */
	double others_s; /* that other programs had of them, at least 0; NAN: unknown */
	double throttled_s; /* that the quota of our cgroup kept us waiting; NAN: there is none */
	double load;        /* average of one minute, at the begin; NAN: unknown */
};

/* Counters at one time. */
struct conditions_mark {
	uint64_t at_ns;
	double busy_s, steal_s, own_s, throttled_s, load;
};

/* pus: a mask as placement gives it, "0x3": the PUs to look at. */
void conditions_begin(struct conditions_mark *mark, const char *pus);
/* own_s: CPU time that our own processes had since, children that still live included. */
void conditions_end(struct conditions *conditions, const struct conditions_mark *mark,
		    const char *pus, double own_s);

/*
 * Of the text of /proc/stat, for the PUs of a mask: seconds that they were busy, and that were
 * stolen of them. hz: ticks a second.
 */
void conditions_parse_stat(double *busy_s, double *steal_s, const char *text, const char *pus,
			   long hz);

/* Seconds of throttled time in the text of a cgroup's cpu.stat, v2 (throttled_usec) or v1
 * (throttled_time, ns); NAN if there is none. */
double conditions_parse_throttled(const char *text);

/* Whether a PU is in a mask, "0x3". */
int conditions_has_pu(const char *pus, unsigned int pu);

#endif
