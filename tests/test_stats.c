/* Order statistics: known values, and simulations of what is promised. */
#include "tests/noise.h"

#include <math.h>
#include <string.h>

#include "bench/stats/stats.h"

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
	return stats_summarise(samples, count);
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
	assert_true(stats_summarise(one, 1).median == -3);
	assert_true(stats_summarise(two, 2).median == 3);
	assert_true(stats_summarise(three, 3).median == 5);
	assert_true(stats_summarise(same, 4).median == 2);
	assert_true(stats_summarise(skew, 4).median == (1e-9 + 1) / 2);
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
	stats_summarise(copy, COUNT(copy));
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
	stats_sort(samples, COUNT(samples));
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_true(samples[i] == (double)(i / 3));
	stats_sort(samples, 1);
	stats_sort(samples, 0);
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
			summary = stats_summarise(samples, counts[i]);
			held += summary.low <= log(2) && log(2) <= summary.high;
		}
		if (held < (0.95 - 0.01) * REPEATS)
			fail_msg("%zu samples: the interval held the median %d times of %d",
				 counts[i], held, REPEATS);
	}
}

static void medians_need_no_order(void **state)
{
	const double odd[] = { 9, 1, 5 }, even[] = { 4, 1, 3, 2 };

	(void)state;
	assert_true(stats_median(odd, 3) == 5);
	assert_true(stats_median(even, 4) == 2.5);
	assert_true(isnan(stats_median(odd, 0)));
}

static void one_wild_sample_moves_no_deviation(void **state)
{
	const double tame[] = { 4, 2, 1, 3, 5 }, wild[] = { 4, 2, 1, 3, 1e9 };
	static double samples[100001];
	uint64_t seed = 17;

	(void)state;
	assert_true(stats_deviation(tame, 5) == 1.4826);
	assert_true(stats_deviation(wild, 5) == 1.4826);
	assert_true(stats_deviation(wild, 1) == 0);
	assert_true(isnan(stats_deviation(wild, 0)));
	for (size_t i = 0; i < COUNT(samples); i++)
		samples[i] = 50 + 3 * normal(&seed);
	assert_true(fabs(stats_deviation(samples, COUNT(samples)) - 3) < 0.03);
}

static void ratios_and_their_intervals(void **state)
{
	const double a[] = { 2, 4, 3, 5, 1, 3 }, b[] = { 6, 2, 4, 8, 10, 4 };
	struct estimate ratio = stats_ratio(a, 6, a, 6);

	(void)state;
	assert_true(ratio.value == 1 && ratio.low < 1 && ratio.high > 1);
	ratio = stats_ratio(a, 6, b, 6);
	assert_true(ratio.value == 0.6 && ratio.low < 0.6 && ratio.high > 0.6);
	assert_memory_equal(&ratio, &(struct estimate[]){ stats_ratio(a, 6, b, 6) }, sizeof(ratio));
	assert_true(isnan(stats_ratio(a, 6, b, 0).value));
	assert_true(isnan(stats_ratio(a, 0, b, 6).value));
}

/* What would hold the truth in less than 90 % of all cases is not called an interval. */
static void few_samples_have_no_interval(void **state)
{
	const double a[] = { 2, 4, 3, 5, 1, 3 };

	(void)state;
	for (size_t few = 1; few < 6; few++) {
		struct estimate ratio = stats_ratio(a, few, a, 6);

		assert_true(!isnan(ratio.value) && isnan(ratio.low) && isnan(ratio.high));
		ratio = stats_ratio(a, 6, a, few);
		assert_true(!isnan(ratio.value) && isnan(ratio.low) && isnan(ratio.high));
	}
}

/* The median of many normal samples is normal, with a deviation of sqrt(pi / 2 / count). */
static void the_ends_leave_out_as_much_on_both_sides(void **state)
{
	enum { REPEATS = 100, SAMPLES = 401 };
	const double one[] = { 1, 1, 1, 1, 1, 1 };
	double noise = 0.01, low = 0, high = 0, ought = 1.96 * noise * sqrt(M_PI / 2 / SAMPLES);
	uint64_t seed = 20;

	(void)state;
	for (int repeat = 0; repeat < REPEATS; repeat++) {
		double samples[SAMPLES];
		struct estimate ratio;

		for (size_t i = 0; i < SAMPLES; i++)
			samples[i] = 1 + noise * normal(&seed);
		ratio = stats_ratio(samples, SAMPLES, one, 6);
		low += (ratio.value - ratio.low) / REPEATS;
		high += (ratio.high - ratio.value) / REPEATS;
	}
	if (fabs(low / ought - 1) > 0.1 || fabs(high / ought - 1) > 0.1)
		fail_msg("%g below and %g above, of 1", low / ought, high / ought);
}

static void the_interval_holds_the_ratio(void **state)
{
	static const size_t counts[][2] = { { 6, 7 }, { 6, 6 }, { 10, 10 }, { 30, 20 } };
	enum { REPEATS = 500 };
	uint64_t seed = 19;

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		int held = 0;

		for (int repeat = 0; repeat < REPEATS; repeat++) {
			double a[30], b[30];
			struct estimate ratio;

			for (size_t k = 0; k < counts[i][0]; k++)
				a[k] = 1.25 * exp(0.03 * normal(&seed));
			for (size_t k = 0; k < counts[i][1]; k++)
				b[k] = exp(0.03 * normal(&seed));
			ratio = stats_ratio(a, counts[i][0], b, counts[i][1]);
			held += ratio.low <= 1.25 && 1.25 <= ratio.high;
		}
		if (held < 0.9 * REPEATS || held == REPEATS)
			fail_msg("%zu and %zu samples: the interval held the ratio %d times of %d",
				 counts[i][0], counts[i][1], held, REPEATS);
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
		cmocka_unit_test(medians_need_no_order),
		cmocka_unit_test(one_wild_sample_moves_no_deviation),
		cmocka_unit_test(ratios_and_their_intervals),
		cmocka_unit_test(few_samples_have_no_interval),
		cmocka_unit_test(the_ends_leave_out_as_much_on_both_sides),
		cmocka_unit_test(the_interval_holds_the_ratio),
	};

	return RUN_TESTS(tests);
}
