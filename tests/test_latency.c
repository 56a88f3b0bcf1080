/* Tallies: each figure as counting it in the plainest way gives it. */
#include "tests/testing.h"

#include <math.h>
#include <string.h>

#include "io/latency.h"

enum { MANY = 500 };

static struct outcome random_outcome(uint64_t *seed)
{
	struct outcome outcome = {
		/* Coarse, so that begins and ends often meet. */
		.start_ns = random_below(seed, 100) * 1000000,
		.total_ns = 1000 + random_width(seed, 38) / 1000 * 1000,
		.bytes = random_width(seed, 30),
		.cpu_ns = random_below(seed, 3) ? 0 : random_width(seed, 20),
		.first_byte_us = (uint32_t)random_width(seed, 20),
		.http = random_below(seed, 2) ? 20 : 11,
		.connections = (uint8_t)random_below(seed, 3),
		.error = random_below(seed, 3) ? FETCH_OK
					       : (uint8_t)random_below(seed, FETCH_ERRORS),
	};

	if (outcome.connections) {
		outcome.resolve_us = (uint32_t)random_width(seed, 10);
		outcome.connect_us = (uint32_t)random_width(seed, 12);
		outcome.tls_us = (uint32_t)random_width(seed, 14);
	}
	return outcome;
}

static size_t make(struct outcome outcomes[MANY], uint64_t seed)
{
	size_t count = 1 + random_below(&seed, MANY);

	for (size_t i = 0; i < count; i++)
		outcomes[i] = random_outcome(&seed);
	return count;
}

static double seconds_of(const struct outcome *outcome)
{
	return (double)outcome->total_ns * 1e-9;
}

/* Whether so many per cent of the good ones, and no fewer one step below, took no longer. */
static bool is_percentile(double value, double share, const struct outcome *outcomes, size_t count)
{
	size_t good = 0, below = 0, within = 0;

	for (size_t i = 0; i < count; i++) {
		if (outcomes[i].error)
			continue;
		good++;
		below += seconds_of(&outcomes[i]) < value;
		within += seconds_of(&outcomes[i]) <= value;
	}
	if (!good)
		return isnan(value);
	return (double)within >= share * (double)good && (double)below < share * (double)good;
}

static void percentiles(void **state)
{
	static struct outcome outcomes[MANY];

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		size_t count = make(outcomes, seed);
		struct latency latency;

		assert_int_equal(latency_sum_up(&latency, outcomes, count), 0);
		assert_true(is_percentile(latency.p50, 0.5, outcomes, count));
		assert_true(is_percentile(latency.p95, 0.95, outcomes, count));
		assert_true(is_percentile(latency.p99, 0.99, outcomes, count));
		assert_true(is_percentile(latency.max, 1, outcomes, count));
	}
}

/* At each begin, those that have begun by then, and not ended. */
static double slow_peak(const struct outcome *outcomes, size_t count)
{
	size_t peak = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t at = outcomes[i].start_ns;
		size_t inflight = 0;

		for (size_t k = 0; k < count; k++)
			inflight += outcomes[k].start_ns <= at &&
				    at < outcomes[k].start_ns + outcomes[k].total_ns;
		peak = inflight > peak ? inflight : peak;
	}
	return (double)peak;
}

static void peaks(void **state)
{
	static struct outcome outcomes[MANY];

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		size_t count = make(outcomes, seed);
		struct latency latency;

		assert_int_equal(latency_sum_up(&latency, outcomes, count), 0);
		assert_true(latency.peak_inflight == slow_peak(outcomes, count));
	}
}

/* One begins as another ends: they are never in flight together. */
static void one_after_the_other_is_one(void **state)
{
	struct outcome outcomes[10] = { 0 };
	struct latency latency;

	(void)state;
	for (size_t i = 0; i < COUNT(outcomes); i++) {
		outcomes[i].start_ns = 100 * (COUNT(outcomes) - i);
		outcomes[i].total_ns = 100;
	}
	assert_int_equal(latency_sum_up(&latency, outcomes, COUNT(outcomes)), 0);
	assert_true(latency.peak_inflight == 1);
	outcomes[3].total_ns = 101;
	assert_int_equal(latency_sum_up(&latency, outcomes, COUNT(outcomes)), 0);
	assert_true(latency.peak_inflight == 2);
}

static void histograms(void **state)
{
	static struct outcome outcomes[MANY];

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		size_t count = make(outcomes, seed);
		struct latency latency;

		assert_int_equal(latency_sum_up(&latency, outcomes, count), 0);
		for (size_t bucket = 0; bucket <= LATENCY_EDGES; bucket++) {
			double above = bucket ? latency.edges[bucket - 1] : -1,
			       upto = bucket < LATENCY_EDGES ? latency.edges[bucket] : INFINITY;
			size_t inside = 0;

			for (size_t i = 0; i < count; i++)
				inside += !outcomes[i].error && seconds_of(&outcomes[i]) > above &&
					  seconds_of(&outcomes[i]) <= upto;
			assert_true(latency.counts[bucket] == (double)inside);
		}
	}
}

static void edges_go_from_10_us_to_100_s(void **state)
{
	struct outcome outcome = { .total_ns = 1 };
	struct latency latency;

	(void)state;
	assert_int_equal(latency_sum_up(&latency, &outcome, 1), 0);
	assert_true(fabs(latency.edges[0] / 1e-5 - 1) < 1e-12);
	assert_true(fabs(latency.edges[LATENCY_EDGES - 1] / 100 - 1) < 1e-12);
	for (size_t i = LATENCY_A_DECADE; i < LATENCY_EDGES; i++)
		assert_true(fabs(latency.edges[i] / latency.edges[i - LATENCY_A_DECADE] / 10 - 1) <
			    1e-12);
}

static void sums(void **state)
{
	static struct outcome outcomes[MANY];

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		size_t count = make(outcomes, seed), kinds[FETCH_ERRORS] = { 0 };
		size_t connections = 0, streams = 0;
		double bytes = 0, sum = 0, cpu = 0;
		struct latency latency;

		for (size_t i = 0; i < count; i++) {
			kinds[outcomes[i].error]++;
			connections += outcomes[i].connections;
			streams += outcomes[i].http == 20;
			bytes += (double)outcomes[i].bytes;
			sum += seconds_of(&outcomes[i]);
			cpu += (double)outcomes[i].cpu_ns * 1e-9;
		}
		assert_int_equal(latency_sum_up(&latency, outcomes, count), 0);
		assert_int_equal(latency.count, count);
		assert_int_equal(latency.failed, count - kinds[FETCH_OK]);
		assert_memory_equal(latency.kinds, kinds, sizeof(kinds));
		assert_int_equal(latency.connections, connections);
		assert_int_equal(latency.streams, streams);
		assert_true(latency.bytes == bytes);
		assert_true(fabs(latency.latency_sum - sum) <= 1e-9 * sum);
		assert_true(fabs(latency.cpu - cpu) <= 1e-9 * cpu);
	}
}

/* Phases of a connection count only those that opened one; that of the first byte counts all. */
static void phases(void **state)
{
	const struct outcome outcomes[] = {
		{ .connections = 1,
		  .resolve_us = 1,
		  .connect_us = 10,
		  .tls_us = 100,
		  .first_byte_us = 7 },
		{ .connections = 2,
		  .resolve_us = 3,
		  .connect_us = 30,
		  .tls_us = 300,
		  .first_byte_us = 5 },
		{ .connections = 1,
		  .resolve_us = 2,
		  .connect_us = 20,
		  .tls_us = 200,
		  .first_byte_us = 9 },
		{ .first_byte_us = 6 },
		{ .first_byte_us = 8 },
		{ .connections = 1,
		  .resolve_us = 1000,
		  .first_byte_us = 1000,
		  .error = FETCH_SHORT },
	};
	struct latency latency;

	(void)state;
	assert_int_equal(latency_sum_up(&latency, outcomes, COUNT(outcomes)), 0);
	assert_true(fabs(latency.resolve - 2e-6) < 1e-15);
	assert_true(fabs(latency.connect - 20e-6) < 1e-15);
	assert_true(fabs(latency.tls - 200e-6) < 1e-15);
	assert_true(fabs(latency.first_byte - 7e-6) < 1e-15);
	assert_int_equal(latency_sum_up(&latency, outcomes + 3, 2), 0);
	assert_true(isnan(latency.resolve) && isnan(latency.connect) && isnan(latency.tls));
}

static void nothing_at_all(void **state)
{
	const struct outcome failed = { .error = FETCH_OTHER };
	struct latency latency;

	(void)state;
	assert_int_equal(latency_sum_up(&latency, NULL, 0), 0);
	assert_true(isnan(latency.p50) && isnan(latency.max) && isnan(latency.first_byte));
	assert_true(latency.peak_inflight == 0 && latency.count == 0);
	assert_int_equal(latency_sum_up(&latency, &failed, 1), 0);
	assert_true(isnan(latency.p99) && latency.failed == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles),
		cmocka_unit_test(peaks),
		cmocka_unit_test(one_after_the_other_is_one),
		cmocka_unit_test(histograms),
		cmocka_unit_test(edges_go_from_10_us_to_100_s),
		cmocka_unit_test(sums),
		cmocka_unit_test(phases),
		cmocka_unit_test(nothing_at_all),
	};

	return RUN_TESTS(tests);
}
