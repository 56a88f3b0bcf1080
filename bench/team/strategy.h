/*
 * Strategies: who does the work. One file and one row each; a row that cannot be used here says
 * why.
 *
 * open makes, places and proves the workers, off the clock; run does the job once, from go until
 * every chunk is committed; close ends the workers and undoes their binding. A strategy knows no
 * work and no schedule.
 */
#ifndef STRATEGY_H
#define STRATEGY_H

#include <stdbool.h>

#include "source.h"
#include "team.h"

struct strategy {
	const char *name;
	const char *about;
	const char *missing; /* why it is not to be had in this build, NULL if it is */
	bool outer;          /* its workers are ranks, and each runs an inner strategy */
	bool one_worker;     /* it has exactly one worker (in each rank) */
	bool one_in_flight;  /* it has one item in flight */
	bool in_ranks;       /* it can be the inner strategy of ranks */
	bool leader_apart; /* its leader is none of the workers, and reports the progress itself */
	/* Refuses a team that cannot be made here, before any is. NULL if any can. Returns 0, or
	 * -errno having said why. */
	int (*check)(const struct team_request *spec);
	int (*open)(struct team *team);
	int (*run)(struct team *team);
	void (*close)(struct team *team);
	/* Serves the leader's runs until the leader closes, in a process that does not lead. NULL
	 * if all lead. */
	int (*follow)(struct team *team);
	/* Gives all ranks the leader's weights. NULL if all workers are here. */
	void (*share_weights)(struct team *team);
};

extern const struct strategy strategy_serial, strategy_async, strategy_openmp, strategy_processes,
	strategy_mpi;

/* All of them, ended by NULL. */
extern const struct strategy *const strategies[];

/* An open team: what every strategy has. */
struct team {
	struct team_request spec;
	unsigned int ranks;
	unsigned int first; /* number of this process's first worker in the whole team */
	unsigned int total; /* workers of the whole team */
	struct partition partition;
	struct ledger ledger;    /* the leader's; elsewhere there are leases */
	struct source *source;   /* of this process's workers */
	struct dealing *dealing; /* of all workers of the team, on shared pages */
	void **states;           /* of this process's workers, by worker */
	struct worker *workers;  /* of this process; at the leader of ranks, of all, its own first.
				    On shared pages. */
	unsigned int rows;       /* of workers */
	uint64_t next_report_ns;
	bool opened, follows;
	void *own; /* the strategy's */
};

/*
 * For strategies, called by a worker's own thread: become a worker (bind, read back, make the private
 * state), do one run, stop being one. Return 0 or -errno, having said why.
 */
int worker_open(struct team *team, unsigned int worker);
int worker_run(struct team *team, unsigned int worker);
void worker_close(struct team *team, unsigned int worker);

/* A strategy of one worker, in the thread that leads. */
int worker_alone_open(struct team *team);
int worker_alone_run(struct team *team);
void worker_alone_close(struct team *team);

/* Refuses a CHUNK that cuts the job too small. Returns 0, or -EINVAL having said what fits. */
int team_check_partition(const struct team *team);

/* Room for this process's workers, and `rows` rows of figures, at least as many. Returns 0 or
 * -ENOMEM. */
int team_make_rows(struct team *team, unsigned int rows);

/* How long weights are measured. */
#define MEASURE_NS 20000000

/* The leader's look at the progress, for a duty: throttles itself. context is the team. */
void team_report(void *context);

#endif
