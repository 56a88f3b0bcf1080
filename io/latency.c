/* Counting, sorting and sweeping over outcomes. */
#include "latency.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Nothing was asked for where the file was there: that has no latency. */
static bool latency_has(const struct outcome *outcome)
{
	return outcome->error == FETCH_OK && !(outcome->flags & OUTCOME_THERE);
}

static int latency_ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value that a share of the sorted ones does not exceed (nearest rank). */
static double latency_at_rank(const double *sorted, size_t count, double share)
{
	size_t rank = (size_t)ceil(share * (double)count);

	return count ? sorted[rank ? rank - 1 : 0] : NAN;
}

/* bench/stats/ is for what judges; io/ sees the ground floor alone. */
static double latency_median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), latency_ascending);
	return latency_at_rank(values, count, 0.5);
}

static void latency_count_all(struct latency *latency, const struct outcome *outcomes)
{
	for (size_t i = 0; i < latency->count; i++) {
		const struct outcome *outcome = &outcomes[i];

		latency->failed += outcome->error != FETCH_OK;
		latency->kinds[outcome->error]++;
		latency->latency_sum += (double)outcome->total_ns * 1e-9;
		latency->bytes += (double)outcome->bytes;
		latency->cpu += (double)outcome->cpu_ns * 1e-9;
		latency->connections += outcome->connections;
		latency->streams += outcome->http == 20;
		latency->checked += (outcome->flags & OUTCOME_CHECKED) != 0;
		latency->proxied += (outcome->flags & OUTCOME_PROXIED) != 0;
	}
}

static void latency_fill_histogram(struct latency *latency, const double *sorted, size_t count)
{
	size_t bucket = 0;

	for (size_t i = 0; i < LATENCY_EDGES; i++)
		latency->edges[i] = 1e-5 * pow(10, (double)i / LATENCY_A_DECADE);
	for (size_t i = 0; i < count; i++) {
		while (bucket < LATENCY_EDGES && sorted[i] > latency->edges[bucket])
			bucket++;
		latency->counts[bucket]++;
	}
}

static void latency_fill_values(struct latency *latency, double *room,
				const struct outcome *outcomes)
{
	size_t count = 0;

	for (size_t i = 0; i < latency->count; i++)
		if (latency_has(&outcomes[i]))
			room[count++] = (double)outcomes[i].total_ns * 1e-9;
	qsort(room, count, sizeof(*room), latency_ascending);
	latency->p50 = latency_at_rank(room, count, 0.5);
	latency->p95 = latency_at_rank(room, count, 0.95);
	latency->p99 = latency_at_rank(room, count, 0.99);
	latency->max = latency_at_rank(room, count, 1);
	latency_fill_histogram(latency, room, count);
}

/* The median of one phase, a uint32_t of microseconds at that offset. */
static double latency_phase(double *room, const struct outcome *outcomes, size_t count,
			    size_t offset, bool of_connections)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t us;

		if (!latency_has(&outcomes[i]) || (of_connections && !outcomes[i].connections))
			continue;
		memcpy(&us, (const char *)&outcomes[i] + offset, sizeof(us));
		room[found++] = us * 1e-6;
	}
	return latency_median(room, found);
}

/* The most that are in flight at one time: at a begin, those that have begun and not ended. */
static double latency_sweep(double *begins, double *ends, const struct outcome *outcomes,
			    size_t count)
{
	size_t ended = 0, peak = 0, all = count;

	count = 0;
	for (size_t i = 0; i < all; i++) {
		if (outcomes[i].flags & OUTCOME_THERE)
			continue;
		begins[count] = (double)outcomes[i].start_ns;
		ends[count++] = (double)(outcomes[i].start_ns + outcomes[i].total_ns);
	}
	qsort(begins, count, sizeof(*begins), latency_ascending);
	qsort(ends, count, sizeof(*ends), latency_ascending);
	for (size_t i = 0; i < count; i++) {
		while (ended < i && ends[ended] <= begins[i])
			ended++;
		peak = i + 1 - ended > peak ? i + 1 - ended : peak;
	}
	return (double)peak;
}

int latency_sum_up(struct latency *latency, const struct outcome *outcomes, size_t count)
{
	double *room = calloc(2 * count + 1, sizeof(*room));

	*latency = (struct latency){ .count = count };
	if (!room)
		return -ENOMEM;
	latency_count_all(latency, outcomes);
	latency_fill_values(latency, room, outcomes);
	latency->resolve =
		latency_phase(room, outcomes, count, offsetof(struct outcome, resolve_us), true);
	latency->connect =
		latency_phase(room, outcomes, count, offsetof(struct outcome, connect_us), true);
	latency->tls = latency_phase(room, outcomes, count, offsetof(struct outcome, tls_us), true);
	latency->first_byte = latency_phase(room, outcomes, count,
					    offsetof(struct outcome, first_byte_us), false);
	latency->peak_inflight = latency_sweep(room, room + count, outcomes, count);
	free(room);
	return 0;
}
