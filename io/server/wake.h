/* Waking connections: one that waits is suspended, and resumed by a thread when it is due. */
#ifndef WAKE_H
#define WAKE_H

#include <stdbool.h>
#include <stdint.h>

struct MHD_Connection;
struct wake;

/* A connection that waits; its owner's, who leaves it alone until it is resumed. */
struct sleeper {
	struct MHD_Connection *connection;
	uint64_t due_ns; /* by clock_ns() */
};

/* Starts the thread. Returns 0 or -errno. */
int wake_open(struct wake **wake);

/*
 * Suspends the connection until then. Returns false if it is better given up: there is no memory,
 * or the server stops. The lock is held throughout, so that nobody resumes what is not suspended
 * yet.
 */
bool wake_at(struct wake *wake, struct sleeper *sleeper, uint64_t due_ns);

/* Resumes all, before their time, and suspends no other from then on. Ends the thread. Only once;
 * wake_close() after it. */
void wake_stop(struct wake *wake);
void wake_close(struct wake *wake);

#endif
