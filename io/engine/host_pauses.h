/*
 * Until when hosts are left alone, as a 429 or a Retry-After asks for: in pages that all workers of
 * a job share. A pause that is set here is told to the other ranks; one that they told is not told
 * again.
 */
#ifndef HOST_PAUSES_H
#define HOST_PAUSES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Hosts that are told apart. The pages of those that there are not are never touched. */
enum { HOSTS_APART = 1 << 16 };

/* Zeroed pages hold no pause. Of the members nothing is written but by the functions below. */
struct host_pauses {
	struct {
		_Atomic uint64_t until;
		/* Not 0: the pause was set, and was not asked for. The host behind it in that
		 * list, + 1, or one more than any. */
		_Atomic uint32_t untold;
	} hosts[HOSTS_APART];
	_Atomic uint32_t untold; /* the first host of that list, + 1; 0: none */
	uint32_t telling;        /* the same of the list that was taken; of one worker only */
};

/* For how many ns from now, by clock_ns(), no transfer from that host is to begin; 0: it may. */
uint64_t host_pauses_left(struct host_pauses *pauses, unsigned int host, uint64_t now);

/* No transfer from that host is begun before then. One that ends sooner than another is nothing. */
void host_pauses_set(struct host_pauses *pauses, unsigned int host, uint64_t until);

/* The same, of a pause that others told. */
void host_pauses_hear(struct host_pauses *pauses, unsigned int host, uint64_t until);

/* The host of a pause that was set, lasts, and was not asked for here yet, by one worker of all;
 * -1: none is left. */
int host_pauses_next(struct host_pauses *pauses, uint64_t now);

#endif
