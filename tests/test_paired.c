/* Pairs, and intervals that may be looked at after every one of them. */
#include "tests/noise.h"

#include "bench/stats/paired.h"

/* What a bet on n pairs, all won, is worth: 2^(n + 1) / (n + 1), less a trifle; 1 / alpha is
 * asked. */
static void known_numbers_of_pairs(void **state)
{
	(void)state;
	assert_int_equal(paired_needs(0.025), 8);
	assert_int_equal(paired_needs(0.025 / 2), 9);
	assert_int_equal(paired_needs(0.025 / 5), 11);
	assert_int_equal(paired_needs(0.025 / 63), 15);
}

static void drift_of_both_cancels(void **state)
{
	double a[8], b[8];
	struct estimate ratio;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		b[i] = 1 + 0.3 * (double)i;
		a[i] = b[i] * (1.05 + 0.001 * (double)i);
	}
	ratio = paired_ratio(a, b, 8, 0.025);
	assert_true(fabs(ratio.value - 1.0535) < 1e-9);
	assert_true(fabs(ratio.low - 1.05) < 1e-9 && fabs(ratio.high - 1.057) < 1e-9);
	ratio = paired_ratio(a, b, 7, 0.025);
	assert_true(isnan(ratio.low) && isnan(ratio.high) && fabs(ratio.value - 1.053) < 1e-9);
	assert_true(isnan(paired_ratio(a, b, 0, 0.025).value));
}

/* An end that leaves the truth out once, at any count up to 200, is wrong: by chance at most alpha
 * of all times, for either end. */
static void looking_again_and_again_does_no_harm(void **state)
{
	enum { REPEATS = 500, MOST = 200 };
	uint64_t seed = 31;
	int wrong = 0, told = 0;

	(void)state;
	for (int repeat = 0; repeat < REPEATS; repeat++) {
		double a[MOST], b[MOST], c[MOST];
		bool out = false, found = false;

		for (size_t i = 0; i < MOST; i++) {
			a[i] = lateness(&seed, 0.02);
			b[i] = lateness(&seed, 0.02);
			c[i] = 1.01 * lateness(&seed, 0.02);
		}
		for (size_t n = 1; n <= MOST; n += n < 20 ? 1 : 9) {
			struct estimate equal = paired_ratio(a, b, n, 0.025),
					longer = paired_ratio(c, b, n, 0.025);

			out = out || equal.low > 1 || equal.high < 1;
			found = found || longer.low > 1;
		}
		wrong += out;
		told += found;
	}
	if (wrong > 0.05 * REPEATS || wrong < 0.005 * REPEATS || told < 0.9 * REPEATS)
		fail_msg("of %d, %d were wrong, and %d told 1 %%", REPEATS, wrong, told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_numbers_of_pairs),
		cmocka_unit_test(drift_of_both_cancels),
		cmocka_unit_test(looking_again_and_again_does_no_harm),
	};

	return RUN_TESTS(tests);
}
