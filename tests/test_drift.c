/* Rounds that drift, and rounds that do not. */
#include "tests/noise.h"

#include "bench/stats/drift.h"

static void known_orders(void **state)
{
	const double up[] = { 1, 2, 3, 4, 5, 6, 7, 8 }, down[] = { 8, 7, 6, 5, 4, 3, 2, 1 },
		     to_and_fro[] = { 1, 8, 2, 7, 3, 6, 4, 5 }, same[] = { 1, 1, 1, 1 };

	(void)state;
	/* The smoothest orders of eight are two of 40320. */
	assert_true(drift_p(up, 1, 8) < 0.003);
	assert_true(drift_p(down, 1, 8) == drift_p(up, 1, 8));
	assert_true(drift_p(to_and_fro, 1, 8) > 0.9);
	assert_true(drift_p(same, 1, 4) == 1);
	assert_true(isnan(drift_p(up, 1, DRIFT_NEEDS - 1)));
	assert_true(isnan(drift_p(up, 0, 8)));
}

/* Six rows, whose rounds are late together: one drift, or none. */
static double drift_of_rounds(double slope, uint64_t *seed)
{
	enum { ROWS = 6, ROUNDS = 10 };
	double samples[ROWS * ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		double all = lateness(seed, 0.02) * (1 + slope * (double)i);

		for (size_t row = 0; row < ROWS; row++)
			samples[row * ROUNDS + i] = all * lateness(seed, 0.02);
	}
	return drift_p(samples, ROWS, ROUNDS);
}

static void what_hits_a_round_is_no_drift(void **state)
{
	enum { REPEATS = 400 };
	uint64_t seed = 41;
	int chance = 0, found = 0;

	(void)state;
	for (int i = 0; i < REPEATS; i++) {
		chance += drift_of_rounds(0, &seed) <= 0.1;
		found += drift_of_rounds(0.01, &seed) <= 0.1;
	}
	if (chance < 0.06 * REPEATS || chance > 0.14 * REPEATS || found < 0.9 * REPEATS)
		fail_msg("of %d, %d drift by chance, %d truly", REPEATS, chance, found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_orders),
		cmocka_unit_test(what_hits_a_round_is_no_drift),
	};

	return RUN_TESTS(tests);
}
