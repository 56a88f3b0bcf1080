/* Which failures are worth another try, and when. Pure functions. */
#ifndef RETRY_H
#define RETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "error.h"

/* The longest that a server is waited for, in seconds, whatever it says. */
enum { RETRY_AFTER_MAX = 300 };

/*
 * Whether it may end otherwise the next time: no connection, a limit of time, a connection that
 * broke or a body that was cut, a body that is not what it should be, and HTTP 408, 429 and 5xx.
 */
bool retry_is_worth(enum fetch_error error, unsigned int status);

/* What to do about a failure. */
struct retry_plan {
	bool again;
	uint64_t wait_ns;  /* before the next try */
	uint64_t pause_ns; /* before anything else is asked of that host; 0: at once */
};

/*
 * Of a download that has failed after so many tries, when `retries` more were allowed than the
 * first, and each of its mirrors has one at least. asked: seconds that its server wants to be
 * waited for; -1: it did not say. chance: see retry_backoff_ns().
 */
struct retry_plan retry_plan(enum fetch_error error, unsigned int status, int asked,
			     unsigned int tries, unsigned int retries, unsigned int mirrors,
			     uint64_t chance);

/*
 * How long to wait before try number `tries` + 1, in ns: from half of to all of 0.25 s x 2^(tries -
 * 1), up to 30 s. chance: any 64 bits, by which those that failed together come apart.
 */
uint64_t retry_backoff_ns(unsigned int tries, uint64_t chance);

/* A date as HTTP writes it (RFC 9110, 5.6.7), in any of its three forms; -1 if it is none. */
time_t retry_date(const char *text, size_t length);

/*
 * What a Retry-After asks for, in seconds from now on: seconds, or a date, which is seen from the
 * server's own (-1: it gave none, and ours has to do). From 0 to RETRY_AFTER_MAX; -1 if it is
 * neither.
 */
int retry_after(const char *text, size_t length, time_t server);

#endif
