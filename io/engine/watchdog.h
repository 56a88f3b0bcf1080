/*
 * A watchdog over calls of libcurl: with a server that sends without end what makes no body (empty
 * DATA frames of HTTP/2), 7.88 reads on and does not return. One thread for all loops of a process
 * finds the connection that is being read, and shuts it down.
 */
#ifndef WATCHDOG_H
#define WATCHDOG_H

#include <stdatomic.h>
#include <stdbool.h>

struct sockets;

/* Of one loop; all of it the watchdog's but for sockets and limit_s. */
struct watchdog {
	struct sockets *sockets;
	double limit_s;     /* a call that lasts longer is stuck; at least one second is waited */
	atomic_uint calls;  /* odd: one is under way; relaxed: it guards no data */
	unsigned int seen;  /* of them */
	unsigned int ticks; /* for how long the same one was seen */
	bool stuck;
	struct watchdog *next;
};

/* Starts to watch. The thread is there while anybody is watched. Returns 0, or -errno
 * having said why. */
int watchdog_open(struct watchdog *watchdog);
void watchdog_close(struct watchdog *watchdog);

/* Around each call. The loop's thread only; read by the watchdog's. */
static inline void watchdog_flip(struct watchdog *watchdog)
{
	atomic_fetch_add_explicit(&watchdog->calls, 1, memory_order_relaxed);
}

#endif
