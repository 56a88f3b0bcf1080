/* The team that a command asks for. */
#ifndef PLAN_H
#define PLAN_H

#include "command.h"

struct plan {
	struct team_spec spec; /* without work and progress */
	unsigned int ranks;
	bool launch; /* mpirun must start the ranks first */
};

/* Returns 0, or -errno having said why there can be no such team. */
int plan_team(struct plan *plan, const struct command *command, struct placement *placement);

#endif
