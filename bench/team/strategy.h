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
#include <stddef.h>

#include "request.h"

struct team;

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
	/* Off the clock, before each go: all who take part are awake when it returns. NULL where
	 * the go itself wakes them at once. */
	void (*ready)(struct team *team);
	/* What team->go is for, by all workers. Returns 0 or -errno, having said why. */
	int (*run)(struct team *team);
	void (*close)(struct team *team);
	/* Serves the leader's runs until the leader closes, in a process that does not lead. NULL
	 * if all lead. */
	int (*follow)(struct team *team);
	/* Gives all ranks the leader's weights. NULL if all workers are here. */
	void (*share_weights)(struct team *team);
	/* At the leader: what a rank said of itself. NULL if there is one process. */
	const struct hello *(*hello)(const struct team *team, unsigned int rank);
};

extern const struct strategy strategy_serial, strategy_async, strategy_openmp, strategy_processes,
	strategy_mpi;

/* All of them, ended by NULL. */
extern const struct strategy *const strategies[];

/*
 * The name of a strategy, or of a composition ("mpi+openmp"). Returns 0, or -EINVAL having named
 * the choices. The inner strategy of plain "mpi" is serial.
 */
int strategy_find(const char *name, const struct strategy **strategy,
		  const struct strategy **inner);
/* The names that it takes, valid until the next call; NULL after the last. */
const char *strategy_nth_name(size_t n);

/* Once, by whoever knows: why no ranks can be had (a literal), NULL if they can. */
void strategy_set_ranks_missing(const char *why);

/* NULL, or why the strategy (and its inner one) is not to be had. */
const char *strategy_missing(const struct strategy *strategy, const struct strategy *inner);

/* Version of the MPI library, NULL if built without. */
const char *strategy_mpi_version(void);

#endif
