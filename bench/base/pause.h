/* Waiting for what cannot be slept on: messages that only a look brings nearer. */
#ifndef PAUSE_H
#define PAUSE_H

#include <stdint.h>

/* One wait. All 0 before its first pause. */
struct pause {
	uint64_t tries;
	uint64_t began_ns;
};

/*
 * Between two looks: returns at once for some microseconds, then gives the CPU to others for some
 * milliseconds, then sleeps. A nap is never longer than a 64th of the wait so far, nor than 10 ms:
 * naps make a wait at most 1.6 % longer (but for the system's own slack, 50 us), and a process that
 * waits for long leaves the CPU alone.
 */
void pause_once(struct pause *pause);

#endif
