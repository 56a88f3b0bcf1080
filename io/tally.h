/* What many outcomes are together: latencies, concurrency, connections, failures. Pure functions.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>

#include "fetch.h"

/* Buckets of the histogram: 8 a decade from 10 us to 100 s, and one for all above. */
enum { TALLY_DECADES = 7, TALLY_A_DECADE = 8, TALLY_EDGES = TALLY_DECADES * TALLY_A_DECADE + 1 };

struct tally {
	size_t count, failed;
	size_t kinds[FETCH_ERRORS];
	/* Seconds from the start of a transfer to its end, of those that succeeded: so many per
	 * cent took no longer (nearest rank). NAN if none succeeded. */
	double p50, p95, p99, max;
	/* Seconds of its phases, medians; resolve, connect and TLS of transfers that opened a
	 * connection, NAN if none did. */
	double resolve, connect, tls, first_byte;
	double edges[TALLY_EDGES];      /* upper edges of the buckets, in seconds */
	double counts[TALLY_EDGES + 1]; /* transfers in each; the last is beyond all edges */
	double peak_inflight;           /* the most at one time */
	double latency_sum;             /* seconds of all transfers, laid end to end */
	double bytes, cpu;              /* of all bodies; seconds of the workers' threads */
	size_t connections, streams;    /* opened; transfers by HTTP/2 */
};

/* Returns 0 or -ENOMEM. start_ns of the outcomes must be of one clock. */
int tally_up(struct tally *tally, const struct outcome *outcomes, size_t count);

#endif
