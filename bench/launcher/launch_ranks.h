/* Ranks that we start: what they get, what they print, and what their end means. */
#ifndef LAUNCH_RANKS_H
#define LAUNCH_RANKS_H

#include <stddef.h>

#include "launcher.h"

struct launch_ranks {
	const struct launcher *launcher;        /* that starts them ... */
	const struct launcher_request *request; /* ... and what is asked of it */
	const char *program;                    /* its name, which its messages begin with */
	unsigned int ranks;
	/* What rank 0 and the others do: words that command_parse() takes, options only. */
	char *const *words;
	size_t word_count;
	int feed;       /* what rank 0 reads as its standard input */
	double start_s; /* how long they may take until the team stands, and to leave MPI */
};

/*
 * Starts this program with those words in so many ranks (wire.h: the launcher sees none of them),
 * and relays what they print. A launcher that hangs is ended, with all that it started: after
 * start_s, or ten seconds after the last word. Returns the exit code that ours should be, having
 * said what it means if the ranks did not: 0 only if rank 0 has said its last word (stage.h); or
 * -errno having said why, -ENOTSUP where the launcher is missing, or does not start ranks. A
 * signal that came to us is raised again when all is gone: it ends us, or returns -EINTR.
 */
int launch_ranks(const struct launch_ranks *relay);

#endif
