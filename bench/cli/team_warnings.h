/* Teams that are too many for their hosts, lie badly there, or cannot be there. */
#ifndef TEAM_WARNINGS_H
#define TEAM_WARNINGS_H

#include "bench/team/team.h"
#include "command.h"

/* Refuses ranks that are not on as many hosts as --per-node says. Returns 0, or -ENOTSUP having
 * said what to do. */
int team_warnings_check_hosts(const struct command *command, const struct result *result,
			      const struct row *row);

/* Says that nothing can run on another machine's topology, and returns -EINVAL. */
int team_warnings_refuse_elsewhere(const struct command *command);

/* Warns of more workers than places, and of more than the CPU quota. */
void team_warnings_places(const struct placement *placement, unsigned int workers);

/* Warns of more workers than places to spread over, once they are planned. */
void team_warnings_spread(const struct placement *placement, unsigned int workers);

/* Once the team is open: warns of workers that were bound to one PU, and says what to type instead;
 * of hosts with more workers than they can serve; and of CPUs of Slurm's that are idle. Returns 0,
 * -ENOMEM, or -EINVAL for a mask that is none. */
int team_warnings_shared(const struct command *command, const struct team *team,
			 const struct team_request *spec, const struct result *result,
			 const struct row *row);

#endif
