/*
 * One worker of a team: where it is, and what became of it in the last run. The same for threads
 * and processes.
 */
#ifndef WORKER_H
#define WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/place/placement.h"

struct team;

/* What a worker had in a run of the job. Plain bytes: MPI carries it. */
struct worker_figures {
	uint64_t items;   /* committed */
	uint64_t busy_ns; /* from its first claim to its last commit, less the time in claims */
	/*
	 * CPU time that it had in busy_ns, by CLOCK_THREAD_CPUTIME_ID. Where the work is bound by
	 * the CPU, cpu_ns below busy_ns is time that the worker was ready, and its PU did something
	 * else: other workers, other programs, another virtual machine. It may pass busy_ns by the
	 * CPU time of claims that found something at once: some 100 ns each.
	 */
	uint64_t cpu_ns;
	/* Context switches from its first claim to its last commit: it waited, or was put aside. */
	uint64_t voluntary, involuntary;
};

/* What a worker finds when it looks, off the clock. Plain bytes. */
struct worker_look {
	double clock_hz;             /* 0 if clocks are not asked for */
	char bound_after[MASK_TEXT]; /* as in struct worker */
};

struct worker {
	char host[64];
	int pid;
	char planned[MASK_TEXT]; /* "" where nothing is bound */
	/*
	 * Read back by the worker itself, after it was bound and after the last run. "" where
	 * nothing is bound; bound_after is not "" if the mask of an unbound worker has changed.
	 */
	char bound[MASK_TEXT], bound_after[MASK_TEXT];
	char allowed[MASK_TEXT]; /* the PUs that it had when it was made: bound, if it is bound */
	struct location at;      /* where the planned mask lies */
	double weight;           /* its share of a static schedule, over the mean */
	uint64_t items, busy_ns, cpu_ns, voluntary, involuntary; /* as in worker_figures */
	bool died;       /* in the last run, and was replaced: it has no figures but items */
	double clock_hz; /* of its core, the mean of just before and just after the last run, timed
			    by all workers at once; 0 if that was not asked for */
};

void worker_put_figures(struct worker *row, const struct worker_figures *figures);
struct worker_figures worker_figures_of(const struct worker *row);

/*
 * Items a second that the worker did, over its busy time: whoever has a part of its PU makes it
 * slower, and a share of the job is to be as long as the others. NAN for one that did nothing.
 */
double worker_rate(const struct worker *row);

/* CPU seconds that the workers of a list had in the last run, those on the host of the first. */
double worker_cpu_s_here(const struct worker *workers, unsigned int count);

/* True if the mask read after the run is not the one read before it. */
bool worker_moved(const struct worker *row);
/* Warns of it, of the worker of that number. */
void worker_say_moved(const struct worker *row, unsigned int number);

/*
 * For strategies, called by a worker's own thread. open: bind, read back, make the private state;
 * run: do what the team's go is for; close: undo. Return 0 or -errno, having said why.
 */
int worker_open(struct team *team, unsigned int worker);
int worker_run(struct team *team, unsigned int worker);
void worker_close(struct team *team, unsigned int worker);

/* A strategy of one worker, in the thread that leads. */
int worker_alone_open(struct team *team);
int worker_alone_run(struct team *team);
void worker_alone_close(struct team *team);

#endif
