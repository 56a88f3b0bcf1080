/* A session: the team that a command asks for, opened where it has to be opened. */
#ifndef TEAM_SESSION_H
#define TEAM_SESSION_H

#include "bench/team/stream.h"
#include "bench/team/team.h"
#include "command.h"

struct team_session {
	const struct work_type *work_type;
	/* Makes the work, at the leader. Returns 0, or -errno having said why. */
	int (*get_work)(struct command *command, struct work **work);
	/* The leader's part, with the team open and the row filled as far as it is known.
	 * Returns 0 if what was found is to be reported, or -errno. *verdict: what verify() said
	 * of it, if that was not 0, which ends the command once it is reported. */
	int (*lead)(struct command *command, struct team *team, const struct team_request *spec,
		    struct result *result, struct row *row, int *verdict);
	/* Prints results as they end; NULL: the report does, in the end. */
	stream_print *print;
	/* After the team is closed: what of it is shown. */
	int (*report)(struct command *command, const struct team_request *spec,
		      struct result *result);
};

/*
 * Makes the team by the command's options and does the session with it: under mpirun, which it
 * starts if need be, the leader leads and the others follow. Returns 0 or -errno, having said why.
 */
int team_session_run(struct command *command, const struct team_session *session);

#endif
