/* Order statistics: known ranks, exact probabilities, and a simulation of the promise. */
#include "tests/testing.h"

#include <math.h>
#include <string.h>

#include "bench/measure/stats.h"

static void shuffle(double *samples, size_t count, uint64_t *seed)
{
	for (size_t i = count; i > 1; i--) {
		size_t k = random_below(seed, i);
		double kept = samples[i - 1];

		samples[i - 1] = samples[k];
		samples[k] = kept;
	}
}

/* Of 1, 2 ... count in some order, so that a sample is its own rank. */
static struct summary of_ranks(size_t count)
{
	double samples[1000];
	uint64_t seed = count;

	for (size_t i = 0; i < count; i++)
		samples[i] = (double)(i + 1);
	shuffle(samples, count, &seed);
	return summarise(samples, count);
}

static void medians_of_even_and_odd_counts(void **state)
{
	(void)state;
	for (size_t count = 1; count <= 1000; count++)
		assert_true(of_ranks(count).median == ((double)count + 1) / 2);
}

static void known_medians(void **state)
{
	const double one[] = { -3 }, two[] = { 5, 1 }, three[] = { 9, 1, 5 },
		     same[] = { 2, 2, 2, 2 }, skew[] = { 1e9, 1e-9, 1, 0 };

	(void)state;
	assert_true(summarise(one, 1).median == -3);
	assert_true(summarise(two, 2).median == 3);
	assert_true(summarise(three, 3).median == 5);
	assert_true(summarise(same, 4).median == 2);
	assert_true(summarise(skew, 4).median == (1e-9 + 1) / 2);
}

static void known_interval_ranks(void **state)
{
	static const struct {
		size_t count;
		double low, high;
	} known[] = {
		{ 6, 1, 6 },   { 7, 1, 7 },    { 8, 1, 8 },     { 9, 2, 8 },
		{ 10, 2, 9 },  { 12, 3, 10 },  { 15, 4, 12 },   { 20, 6, 15 },
		{ 25, 8, 18 }, { 50, 18, 33 }, { 100, 40, 61 }, { 1000, 469, 532 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct summary summary = of_ranks(known[i].count);

		if (summary.low != known[i].low || summary.high != known[i].high)
			fail_msg("%zu samples: ranks %g and %g", known[i].count, summary.low,
				 summary.high);
	}
}

static void no_interval_below_6_samples(void **state)
{
	(void)state;
	for (size_t count = 1; count <= 5; count++) {
		assert_true(isnan(of_ranks(count).low));
		assert_true(isnan(of_ranks(count).high));
	}
}

/* The narrowest symmetric interval with 95 %, by exact binomial coefficients. */
static void every_rank_to_100_is_exact(void **state)
{
	(void)state;
	for (unsigned int count = 6; count <= 100; count++) {
		struct summary summary = of_ranks(count);
		u128 choose = 1, tail = 1;
		unsigned int rank = 0;

		/* tail is the number of throws, of 2^count, with at most rank heads. */
		while (40 * tail <= (u128)1 << count) {
			choose = choose * (count - rank) / (rank + 1);
			tail += choose;
			rank++;
		}
		if (summary.low != rank || summary.high != count + 1 - rank)
			fail_msg("%u samples: ranks %g and %g instead of %u and %u", count,
				 summary.low, summary.high, rank, count + 1 - rank);
	}
}

static void leaves_the_samples_alone(void **state)
{
	const double samples[] = { 5, 3, 9, 1, 7, 2, 8 };
	double copy[COUNT(samples)];

	(void)state;
	memcpy(copy, samples, sizeof(copy));
	summarise(copy, COUNT(copy));
	assert_memory_equal(copy, samples, sizeof(copy));
}

static void sorts(void **state)
{
	double samples[1000];
	uint64_t seed = 15;

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		samples[i] = (double)(i / 3);
	shuffle(samples, COUNT(samples), &seed);
	sort_samples(samples, COUNT(samples));
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_true(samples[i] == (double)(i / 3));
	sort_samples(samples, 1);
	sort_samples(samples, 0);
}

/* Exponential, as times are that something random is added to; its median is log(2). */
static double skewed(uint64_t *seed)
{
	return -log(((double)(random_next(seed) >> 12) + 0.5) * 0x1p-52);
}

/* 2000 repeats leave a standard error of half a per cent. */
static void the_interval_holds_the_median(void **state)
{
	static const size_t counts[] = { 6, 10, 20, 30, 100 };
	enum { REPEATS = 2000 };
	uint64_t seed = 16;

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		double samples[100];
		int held = 0;

		for (int repeat = 0; repeat < REPEATS; repeat++) {
			struct summary summary;

			for (size_t k = 0; k < counts[i]; k++)
				samples[k] = skewed(&seed);
			summary = summarise(samples, counts[i]);
			held += summary.low <= log(2) && log(2) <= summary.high;
		}
		if (held < (0.95 - 0.01) * REPEATS)
			fail_msg("%zu samples: the interval held the median %d times of %d",
				 counts[i], held, REPEATS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medians_of_even_and_odd_counts),
		cmocka_unit_test(known_medians),
		cmocka_unit_test(known_interval_ranks),
		cmocka_unit_test(no_interval_below_6_samples),
		cmocka_unit_test(every_rank_to_100_is_exact),
		cmocka_unit_test(leaves_the_samples_alone),
		cmocka_unit_test(sorts),
		cmocka_unit_test(the_interval_holds_the_median),
	};

	return RUN_TESTS(tests);
}
