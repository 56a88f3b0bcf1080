/* The inside of an open team, for those who do its work: strategies, ranks, workers. */
#ifndef TEAM_INSIDE_H
#define TEAM_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"
#include "strategy.h"
#include "team.h"
#include "worker.h"

/* What every strategy has. */
struct team {
	struct team_request spec;
	unsigned int ranks;
	unsigned int first; /* number of this process's first worker in the whole team */
	unsigned int total; /* workers of the whole team */
	struct partition partition;
	struct ledger ledger;    /* the leader's; elsewhere there are leases */
	struct source *source;   /* of this process's workers */
	struct go *go;           /* of this process's workers, on shared pages */
	struct weights *weights; /* of all workers of the team, on shared pages */
	struct duty duty;        /* of this process's first worker, also when it has nothing to do
				    but others have; call may be NULL: none */
	void **states;           /* of this process's workers, by worker */
	struct worker *workers;  /* of this process; at the leader of ranks, of all, its own first.
				    On shared pages. */
	unsigned int rows;       /* of workers */
	bool *said_moved;        /* of each row: that its mask has changed was said */
	unsigned int deaths;     /* of workers, that the team survives */
	uint64_t next_report_ns;
	bool opened, follows;
	void *own; /* the strategy's */
};

/*
 * How long weights are measured. A rank that slept until go runs first for as long as the scheduler
 * owes it: in 20 ms, one with a seventh of its core looked 4 % slower than one with a whole core.
 */
#define MEASURE_NS 40000000

#endif
