/*
 * The clock of a process that listens to another: it stands still while the process does not
 * listen, for it was stopped itself, or is in a long chunk. So nobody is held to be silent for what
 * the listener missed.
 */
#ifndef LISTENING_H
#define LISTENING_H

#include <stdint.h>

struct listening {
	uint64_t looked_ns; /* by clock_ns() */
	uint64_t at_ns;     /* the time of this clock, as of that look; never 0 */
};

void listening_begin(struct listening *listening, uint64_t now_ns);

/* A look for messages, now. Between two looks this clock goes on by a quarter of the patience at
 * most: so it takes several looks to lose patience. Returns its time. */
uint64_t listening_look(struct listening *listening, uint64_t now_ns, uint64_t patience_ns);

#endif
