/* What many outcomes are together: latencies, concurrency, connections, failures. */
#ifndef LATENCY_H
#define LATENCY_H

#include <stddef.h>
#include <stdint.h>

#include "io/engine/error.h"
#include "io/engine/fetch.h"

/* Buckets of the histogram: 8 a decade from 10 us to 100 s, and one for all above. */
enum {
	LATENCY_DECADES = 7,
	LATENCY_A_DECADE = 8,
	LATENCY_EDGES = LATENCY_DECADES * LATENCY_A_DECADE + 1
};

struct latency {
	size_t count, failed;
	uint64_t kinds[FETCH_ERRORS];
	/* Seconds from the start of a transfer to its end, of those that succeeded: so many per
	 * cent took no longer (nearest rank). NAN if none succeeded. */
	double p50, p95, p99, max;
	/* Seconds of its phases, medians; resolve, connect and TLS of transfers that opened a
	 * connection, NAN if none did. */
	double resolve, connect, tls, first_byte;
	double edges[LATENCY_EDGES];      /* upper edges of the buckets, in seconds */
	double counts[LATENCY_EDGES + 1]; /* transfers in each; the last is beyond all edges */
	double peak_inflight;             /* the most at one time */
	double latency_sum;               /* seconds of all transfers, laid end to end */
	double bytes, cpu;                /* of all bodies; seconds of the workers' threads */
	size_t connections, streams;      /* opened; transfers by HTTP/2 */
	size_t proxied;                   /* transfers through a proxy */
	size_t checked;                   /* bodies compared with what their seed makes them */
};

/* A pure function. start_ns of the outcomes must be of one clock. Returns 0 or -ENOMEM. */
int latency_sum_up(struct latency *latency, const struct outcome *outcomes, size_t count);

#endif
