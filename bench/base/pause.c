/* Spin, yield, sleep. */
#define _GNU_SOURCE
#include "pause.h"

#include <sched.h>
#include <time.h>

#include "clock.h"

/* Looks without a pause: what arrives within some microseconds is met at once. */
#define PAUSE_SPINS 1000
/*
 * Time of yields. Yielding ranks starve others though they do nothing: with several on a core, the
 * scheduler gives each yielder its turn first (a server beside them got no CPU for 7 s).
 */
#define PAUSE_YIELDS_NS  2000000
#define PAUSE_NAP_MAX_NS 10000000

void pause_once(struct pause *pause)
{
	uint64_t waited, nap;

	if (pause->tries++ < PAUSE_SPINS)
		return;
	if (!pause->began_ns)
		pause->began_ns = clock_ns();
	waited = clock_ns() - pause->began_ns;
	if (waited < PAUSE_YIELDS_NS) {
		sched_yield();
		return;
	}
	nap = waited / 64;
	if (nap > PAUSE_NAP_MAX_NS)
		nap = PAUSE_NAP_MAX_NS;
	nanosleep(&(struct timespec){ .tv_nsec = (long)nap }, NULL);
}
