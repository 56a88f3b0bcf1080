/*
 * A team: workers that stand ready to do a job, over and over. How they came to be is the
 * strategy's business.
 *
 *	team_open() -> where it leads team_run() ..., else team_follow() -> team_close()
 *
 * All but the mpi strategy lead in the one process there is. Under mpi every rank calls these, and
 * only rank 0 leads.
 */
#ifndef TEAM_H
#define TEAM_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"
#include "worker.h"

struct team;

/* Off the clock. Returns 0, or -errno having said why. */
int team_open(struct team **team, const struct team_request *spec);

/* On a rank that does not lead: does what the leader asks until it closes. Returns 0 or -errno. */
int team_follow(struct team *team);

/*
 * Does the whole job once and leaves the results in the work. *elapsed_ns is from the go until they
 * are there; what else is found out of the workers (masks, clocks) is found off the clock, and
 * nothing is subtracted. Returns 0; -ETIME if it was stopped, the results as they were before; or
 * another -errno having said why: a worker that died, a chunk that nobody did, times that cannot be
 * (see invariants.h). A worker whose mask has changed is a warning.
 */
int team_run(struct team *team, uint64_t *elapsed_ns);
void team_close(struct team *team);

/* What was opened. The rows are valid until team_close(). */
unsigned int team_ranks(const struct team *team);
/* At the leader: what a rank said of itself when the team was opened. */
const struct hello *team_hello(const struct team *team, unsigned int rank);
unsigned int team_workers(const struct team *team, const struct worker **rows);

/* For strategies. */

/* Room for this process's workers, and `rows` rows of figures, at least as many. Returns 0 or
 * -ENOMEM. */
int team_make_rows(struct team *team, unsigned int rows);

/* The leader's look at the progress, for a duty: throttles itself. context is the team. */
uint64_t team_report(void *context);

#endif
