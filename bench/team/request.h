/* Requests: what may be asked of this room, and what a team is made of. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/place/placement.h"
#include "bench/work.h"
#include "hello.h"
#include "schedule.h"
#include "weighting.h"

struct checkpoint;
struct strategy;
struct stream;

/* What may be asked of a team, as it was given. */
struct team_options {
	const char *strategy;                  /* NULL for the default */
	unsigned int ranks, workers, inflight; /* 0 for the default */
	bool clocks, survive;
	double patience; /* seconds; 0 for the default */
	struct schedule schedule;
	const char *schedule_text;
	bool schedule_given;
	struct weighting weighting;
};

/* What a team is made of: all of it chosen. */
struct team_request {
	const struct strategy *strategy;
	const struct strategy
		*inner;       /* what each rank runs; NULL unless the strategy is an outer one */
	unsigned int workers; /* of each rank */
	/* What the launcher said of this process: how many ranks, and which one. MPI has to say the
	 * same; 0 ranks: nothing was said. */
	unsigned int told_ranks, told_rank;
	unsigned int inflight; /* items in flight in each worker */
	struct schedule schedule;
	struct weighting weighting; /* the list stays the options' */
	struct placement *placement;
	struct work *work; /* NULL where another rank has it; then it is received, and stays the
			      team's */
	const struct work_type *work_type;
	/* Of the work: what is finished is kept there, and only the rest is done. NULL: nothing is
	 * kept. At the leader only. */
	struct checkpoint *checkpoint;
	/* Prints what ends while others work. NULL: nobody does. At the leader only. */
	struct stream *stream;
	double patience_s;  /* how long a rank may be silent in a run */
	struct hello hello; /* of this process, for the ranks of a team */
	bool survive; /* a worker that dies is replaced, and its unfinished chunks are done again */
	bool clocks;  /* each worker times its core's clock, before and after each run */
	/* Told now and then, on the clock, how far the leader's run is. May be NULL. */
	void (*progress)(void *context, uint64_t done, uint64_t items);
	void *progress_context;
	/* By clock_ns(), when a run must be over: it is stopped then. 0: never. At the leader
	 * only. */
	uint64_t until_ns;
};

/* Refuses what no team can be made of, before one is made. Returns 0, or -errno having said why. */
int request_check(const struct team_request *request);

/* The name of its strategy, or composition, as strategy_find() takes it. */
void request_name(const struct team_request *request, char name[32]);

#endif
