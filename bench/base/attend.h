/*
 * Staying with a child until its end. Every wait has a bound: it is asked to end (SIGTERM) when its
 * time is over, and killed with all that it started if it does not within its grace. While it runs,
 * the first SIGINT, SIGTERM, SIGHUP or SIGUSR1 that comes to us is passed on to it, and a second
 * one kills it. When this returns, the child and all that it started are gone.
 */
#ifndef ATTEND_H
#define ATTEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "process.h"

struct attend {
	/* Take what it prints; 0, or -errno, at which it is asked to end. */
	int (*out)(struct attend *attend, const char *bytes, size_t length);
	int (*err)(struct attend *attend, const char *bytes, size_t length);
	void *context;
	/* When it is asked to end, by clock_ns(); 0: never. out and err may set it anew. */
	uint64_t until_ns;
	uint64_t grace_ns; /* how long it may take to end when it is asked */

	/* What happened, in the order of what comes first here. */
	int signal;  /* that came to us, and was passed on; 0: none */
	bool late;   /* until_ns was reached */
	bool killed; /* it had to be */
	int error;   /* -errno of out or err */
	int status;  /* its wait status */
};

/*
 * From here on the signals above are noted, not obeyed, until as many attend_unwatch()s: what is
 * begun can be put in order first. The last one restores what was before, and raises a signal that
 * was noted, which ends this process, or is another watcher's: then it returns -EINTR. Otherwise 0.
 */
void attend_watch(void);
int attend_unwatch(void);

/* Attends a child that process_start() started, to its end, and waits for it; while signals are
 * watched. Fills the second half of *attend. */
void attend(struct attend *attend, struct process *child);

#endif
