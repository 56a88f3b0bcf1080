/* A session: the team that a command asks for, opened where it has to be opened. */
#ifndef SESSION_H
#define SESSION_H

#include "command.h"

struct session {
	const struct work_type *work_type;
	/* Makes the work, at the leader. Returns 0, or -errno having said why. */
	int (*get_work)(struct command *command, struct work **work);
	/* The leader's part, with the team open and the run's row filled as far as it is known.
	 * Returns 0, or -errno; -EIO with samples in the run if some items failed, and the others
	 * are to be reported. */
	int (*lead)(struct command *command, struct team *team, const struct team_spec *spec,
		    struct run *run);
	/* After the team is closed: what of it is shown. */
	int (*report)(struct command *command, const struct team_spec *spec,
		      struct document *document);
};

/* Keeps the rows of a team's workers, as they are now, in the run: they are those of its last
 * round. Returns 0 or -ENOMEM. */
int session_keep_workers(struct run *run, const struct team *team);

/*
 * Makes the team by the command's options and does the session with it: under mpirun, which it
 * starts if need be, the leader leads and the others follow. Returns 0 or -errno, having said why.
 */
int session_run(struct command *command, const struct session *session);

#endif
