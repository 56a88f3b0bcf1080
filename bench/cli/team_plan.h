/* The team that a command asks for: a strategy, and how many ranks and workers. */
#ifndef TEAM_PLAN_H
#define TEAM_PLAN_H

#include "bench/team/team.h"
#include "command.h"

struct team_plan {
	struct team_request spec; /* without work and progress */
	unsigned int ranks;
	bool launch; /* mpirun must start the ranks first */
};

/* Returns 0, or -errno having said why there can be no such team. */
int team_plan_make(struct team_plan *plan, const struct command *command,
		   struct placement *placement);

#endif
