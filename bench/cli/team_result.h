/* What a team found, into a result: the one place where the two meet. */
#ifndef TEAM_RESULT_H
#define TEAM_RESULT_H

#include "bench/base/conditions.h"
#include "bench/result/result.h"
#include "bench/team/team.h"

/* Adds the host of this process. Returns 0 or -ENOMEM. */
int team_result_host(struct result *result, const struct placement *placement);

/* Adds the hosts of the other ranks, each once, in the order of ranks. Returns 0 or -ENOMEM. */
int team_result_hosts(struct result *result, const struct team *team);

/* Fills the identity of a row, and who its workers are, from an open team. schedule and rate_unit
 * are copied. Returns 0 or -ENOMEM. */
int team_result_row(struct row *row, const struct team_request *spec, const struct team *team,
		    const char *schedule, const char *rate_unit);

/* One worker's identity, as it is planned and bound. Returns 0 or -ENOMEM. */
int team_result_worker(struct row *row, const struct worker *worker);

/*
 * Adds a sample: what the last run of the team took and what its workers did in it. cpu_bound: its
 * workers wait for nothing, so that time that they did not have a CPU was taken from them. Returns
 * the sample, for the program's metrics; NULL without memory.
 */
struct sample *team_result_sample(struct row *row, const struct team *team, double seconds,
				  double startup_s, const struct conditions *conditions,
				  bool cpu_bound);

#endif
