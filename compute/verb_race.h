/* race: lost updates and what prevents them, as a verb of sumsq. */
#ifndef VERB_RACE_H
#define VERB_RACE_H

#include "bench/cli/command.h"
#include "race.h"

/* What the options of race say. */
struct race_config {
	const struct race_way *way; /* NULL: all of them, side by side */
	struct choices workers;
	unsigned int tasks, increments; /* 0 for the default */
};

/* Puts the defaults where nothing was said. Returns 0 or -errno, having said why; -EBADMSG if a way
 * lost updates that never should. */
int verb_race(struct command *command, struct race_config *config);

#endif
