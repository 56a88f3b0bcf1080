/* Running another program to its end, and what it printed. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stddef.h>
#include <stdint.h>

/* What a child printed: malloc'd, ended by NUL. */
struct output {
	char *text;
	size_t length, room;
};

/*
 * Runs argv[0], looked for in PATH, with that environment (NULL: ours), and standard input from the
 * descriptor feed, or from nowhere if -1. At until_ns, on the clock of clock.h, it is asked to end,
 * and killed eight seconds later; 0: never. Nothing that it started outlives it.
 *
 * Returns its exit code; 128 + signal if one killed it; -ETIME if its time was over; -ENOENT where
 * there is no such program; or another -errno. *out and *err are to be freed in any case. A signal
 * that asked us to end meanwhile was passed on to it, and is raised again when it is gone: it ends
 * us, or whoever watches it gets -EINTR.
 */
int capture_program(char *const *argv, char *const *environment, int feed, uint64_t until_ns,
		    struct output *out, struct output *err);

#endif
