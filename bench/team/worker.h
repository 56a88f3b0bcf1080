/* One worker of a team: who and where it is, and what it did in the last run. */
#ifndef WORKER_H
#define WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/place/place.h"

struct team;

/* What a worker did in one run. Plain bytes: shared pages and MPI carry it. */
struct worker_figures {
	uint64_t items;
	uint64_t busy_ns; /* from its first claim to its last commit, less the time in claims */
	uint64_t cpu_ns;  /* of CPU that it had from its first claim to its last commit */
	uint64_t voluntary, involuntary; /* context switches in that time */
	double clock_hz; /* of its core, timed beside the run and never within it; 0: not timed */
	bool moved;      /* its mask after the run was not the one that was bound */
};

/* One worker, and what became of it in the last run. */
struct worker {
	char host[64];
	int pid;
	char planned[MASK_TEXT], bound[MASK_TEXT];
	char bound_after[MASK_TEXT]; /* if figures.moved */
	struct location at;          /* where the planned mask lies */
	double weight;               /* its share of a static schedule, over the mean */
	struct worker_figures figures;
};

/* What a run is for. */
enum errand {
	ERRAND_WORK,
	/* Every worker looks at itself, all at the same time: it times its core's clock if that is
	 * asked for, and reads its mask back. No work is done. */
	ERRAND_LOOK,
};

/*
 * For strategies, called by a worker's own thread: open (bind, read back, make the private state),
 * one run of whatever errand the team is on, close. Return 0 or -errno, having said why.
 */
int worker_open(struct team *team, unsigned int worker);
int worker_run(struct team *team, unsigned int worker);
void worker_close(struct team *team, unsigned int worker);

/*
 * What no measurement of a run can show, unless the program or a clock is wrong: a worker that was
 * busy, or had a CPU, for longer than the run took; or workers that had more CPU time together than
 * their PUs have. pus: those that all these workers may use, 0 where it is not known. Two clocks
 * are compared: 50 us and 0.1 % are allowed for their difference.
 *
 * Returns 0, or -EIO having said which figures contradict each other.
 */
int worker_check(const struct worker *workers, unsigned int count, unsigned int pus,
		 uint64_t elapsed_ns);

#endif
