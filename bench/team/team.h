/*
 * A team: workers that stand ready to do a job, over and over. How they came to be is the
 * strategy's business.
 *
 *	team_open() -> if team_follows(): team_follow(), else team_run() ... -> team_close()
 *
 * All but the mpi strategy lead in the one process there is. Under mpi every rank calls these, and
 * only rank 0 leads.
 */
#ifndef TEAM_H
#define TEAM_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/place/place.h"
#include "bench/work.h"
#include "schedule.h"

struct strategy;
struct team;

struct team_spec {
	const struct strategy *strategy;
	const struct strategy
		*inner;        /* what each rank runs; NULL unless the strategy is an outer one */
	unsigned int workers;  /* of each rank */
	/* What the launcher said of this process: how many ranks, and which one. MPI has to say the
	 * same; 0 ranks: nothing was said. */
	unsigned int told_ranks, told_rank;
	unsigned int inflight; /* items in flight in each worker */
	struct schedule schedule;
	/*
	 * The static schedule's shares: equal; measured in a short run of the job off the clock,
	 * whose results are forgotten; measured only if placement_unequal(); or given, one weight
	 * for each worker of the whole team.
	 */
	enum { WEIGHTS_EQUAL, WEIGHTS_MEASURED, WEIGHTS_IF_UNEQUAL, WEIGHTS_GIVEN } weighting;
	const double *weights; /* if given */
	unsigned int weight_count;
	struct placement *placement;
	struct work *work; /* NULL where another rank has it; then it is received, and stays the
			      team's */
	const struct work_type *work_type;
	bool clocks; /* each worker times its core's clock, before and after its work */
	/* Told now and then, on the clock, how far the leader's run is. May be NULL. */
	void (*progress)(void *context, uint64_t done, uint64_t items);
	void *progress_context;
};

/* One worker, and what became of it in the last run. */
struct worker {
	char host[64];
	int pid;
	char planned[MASK_TEXT], bound[MASK_TEXT];
	struct location at; /* where the planned mask lies */
	double weight;      /* its share of a static schedule, over the mean */
	uint64_t items;
	uint64_t busy_ns;  /* from its first claim to its last commit, less the time in claims */
	double clock_hz;   /* of its core, while it worked; 0 if it was not measured ... */
	uint64_t clock_ns; /* ... which took so long */
};

/* Off the clock. Returns 0, or -errno having said why. */
int team_open(struct team **team, const struct team_spec *spec);

/* True where another rank leads: there team_follow() does what the leader asks until it closes.
 * Returns 0 or -errno. */
bool team_follows(const struct team *team);
int team_follow(struct team *team);

/*
 * Does the whole job once and leaves the results in the work. *elapsed_ns is from the go until they
 * are there, less what the timing of clocks took. Returns 0, or -errno having said why: a worker
 * that died, a grain that nobody did.
 */
int team_run(struct team *team, uint64_t *elapsed_ns);
void team_close(struct team *team);

/* What was opened. The rows are valid until team_close(). */
unsigned int team_ranks(const struct team *team);
unsigned int team_workers(const struct team *team, const struct worker **rows);

/*
 * The name of a strategy, or of a composition ("mpi+openmp"). Returns 0, or -EINVAL having named
 * the choices. The inner strategy of plain "mpi" is serial.
 */
int strategy_find(const char *name, const struct strategy **strategy,
		  const struct strategy **inner);
/* Writes the name of it, as strategy_find() takes it. */
void strategy_name(const struct team_spec *spec, char name[32]);

/* Refuses what no team can be made of, before one is made. Returns 0, or -errno having said why. */
int team_check(const struct team_spec *spec);

/* Once, by whoever knows: why no ranks can be had (a literal), NULL if they can. */
void strategy_set_ranks_missing(const char *why);

/* NULL, or why the strategy (and its inner one) is not to be had. */
const char *strategy_missing(const struct strategy *strategy, const struct strategy *inner);

/* Version of the MPI library, NULL if built without. */
const char *mpi_version(void);

#endif
