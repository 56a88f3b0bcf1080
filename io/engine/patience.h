/*
 * How long a transfer is waited for. Only the time in which its loop could have taken something in
 * counts: a loop that was kept from its work finds nobody guilty of that.
 */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "fetch.h"

struct patience {
	uint64_t waited_ns;  /* since the transfer began */
	uint64_t quiet_ns;   /* since the beginning of the window that is looked at ... */
	uint64_t quiet_from; /* ... and the bytes that had come by then */
};

enum patience_end {
	PATIENCE_LASTS,
	PATIENCE_CONNECT,  /* no connection within connect_timeout, whoever it waited for */
	PATIENCE_STALL,    /* hardly a byte in stall_timeout */
	PATIENCE_TRANSFER, /* not over within transfer_timeout */
};

/* How often to look, in ns: a small part of the shortest limit. */
uint64_t patience_period_ns(const struct fetch_options *options);

void patience_begin(struct patience *patience);

/* So much time has passed since the last look; so many bytes have come in all; connected: it has a
 * connection. Says which limit is over. */
enum patience_end patience_look(struct patience *patience, const struct fetch_options *options,
				uint64_t passed_ns, uint64_t bytes, bool connected);

#endif
