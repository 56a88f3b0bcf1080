/*
 * How long a transfer is waited for. Only the time in which its loop could have taken something in
 * counts: a loop that was kept from its work finds nobody guilty of that.
 */
#ifndef TIMEOUTS_H
#define TIMEOUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "fetch.h"

struct timeouts {
	uint64_t waited_ns;  /* since the transfer began */
	uint64_t quiet_ns;   /* since the beginning of the window that is looked at ... */
	uint64_t quiet_from; /* ... and the bytes that had come by then */
};

enum timeouts_end {
	TIMEOUTS_LASTS,
	TIMEOUTS_CONNECT,  /* no connection within connect_timeout, whoever it waited for */
	TIMEOUTS_STALL,    /* hardly a byte in stall_timeout */
	TIMEOUTS_TRANSFER, /* not over within transfer_timeout */
	TIMEOUTS_RUN,      /* the run is over */
};

/* How often to look, in ns: a small part of the shortest limit. */
uint64_t timeouts_period_ns(const struct fetch_options *options);

void timeouts_begin(struct timeouts *timeouts);

/* So much time has passed since the last look; so many bytes have come in all; connected: it has a
 * connection. Says which limit is over. */
enum timeouts_end timeouts_look(struct timeouts *timeouts, const struct fetch_options *options,
				uint64_t passed_ns, uint64_t bytes, bool connected);

#endif
