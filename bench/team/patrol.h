/* A patrol: a process on every PU, each of which probes its own. */
#ifndef PATROL_H
#define PATROL_H

#include <sys/types.h>

#include "bench/place/placement.h"
#include "bench/probe.h"

/* Windows that a PU's time is divided into, each with a rate of its own. */
enum { PATROL_WINDOWS = 16 };

/* What became of one PU. Plain bytes, on shared pages. */
struct patrol_pu {
	struct location at;
	uint64_t rounds, items;
	uint64_t busy_ns, cpu_ns; /* of all rounds, and the CPU time that it had in them */
	/* Of the rounds in which nothing else had the PU: their number, and by windows their items
	 * and CPU time. */
	uint64_t quiet_rounds;
	uint64_t quiet_items[PATROL_WINDOWS], quiet_cpu_ns[PATROL_WINDOWS];
	double steal_s,
		watched_s; /* that the hypervisor had the PU, and of so long; NAN: not known */
	bool wrong;        /* a result was, and the PU did nothing more */
	struct probe_fault fault;
	int status; /* wait status of its process; 0 if it ended as it should */
	bool hung;  /* it did not end in its time, and was killed */
};

/* What may be asked of one. */
struct patrol_options {
	double time;     /* seconds; 0 for the default */
	const char *pus; /* "0,2-3"; NULL: all that are allowed */
	bool one_at_a_time;
};

struct patrol_request {
	const struct probe *probe;
	struct placement *placement; /* with places of one PU each, as many as are asked for */
	double seconds;
	/* A round counts as quiet unless its process missed more than this share of its time, and
	 * more than so many seconds. */
	double quiet_share, quiet_least_s;
	bool one_at_a_time; /* each PU for so long, one after the other */
	int spoiled;        /* the PU whose results are falsified, for tests; -1: none */
	/* Told the time that is over, in seconds. May be NULL. */
	void (*progress)(double elapsed_s);
};

/*
 * Probes `count` PUs, the workers of the plan. pus: on pages that patrol_new() made. Takes the time
 * that was asked for, and PATROL_GRACE_S more at most. Returns 0, or -errno having said why: a
 * process could not be made or bound.
 */
int patrol_run(struct patrol_pu *pus, unsigned int count, const struct patrol_request *request);

enum { PATROL_GRACE_S = 5 };

/* Shared pages for so many, all zero; NULL if there are none. */
struct patrol_pu *patrol_new(unsigned int count);
void patrol_free(struct patrol_pu *pus, unsigned int count);

#endif
