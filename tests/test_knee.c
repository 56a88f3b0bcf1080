/* Knees, break-even sizes and slow cores: known ones, and how often chance makes one. */
#include "tests/noise.h"

#include <math.h>

#include "bench/stats/break_even.h"
#include "bench/stats/knee.h"
#include "bench/stats/slow_cores.h"

#define ITEMS 1e6

/* Points of one sample, with these rates. */
static struct estimate knee_of(const double *n, const double *rates, size_t count, double tolerance)
{
	struct point points[8];
	double seconds[8];

	for (size_t i = 0; i < count; i++) {
		double items = ITEMS * (double)(1 + i % 3);

		seconds[i] = items / rates[i];
		points[i] = (struct point){ n[i], items, &seconds[i], 1 };
	}
	return knee_find(points, count, tolerance);
}

static void known_knees(void **state)
{
	const double n[] = { 16, 1, 4, 2, 32, 8 }, rates[] = { 4.04, 1, 3.7, 2, 3.8, 3.9 };

	(void)state;
	assert_true(knee_of(n, rates, 6, 0).value == 16);
	assert_true(knee_of(n, rates, 6, 0.03).value == 16);
	assert_true(knee_of(n, rates, 6, 0.05).value == 8);
	assert_true(knee_of(n, rates, 6, 0.1).value == 4);
	assert_true(knee_of(n, rates, 6, 0.6).value == 2);
	assert_true(knee_of(n, rates, 6, 1).value == 1);
	assert_true(knee_of(n, rates, 1, 0.05).value == 16);
	assert_true(isnan(knee_of(n, rates, 6, 0.05).low));
	assert_true(isnan(knee_of(n, rates, 6, 0.05).high));
	assert_true(isnan(knee_of(n, rates, 0, 0.05).value));
}

static bool is_of(const double *n, size_t count, double value)
{
	for (size_t i = 0; i < count; i++) {
		if (n[i] == value)
			return true;
	}
	return false;
}

/* Rates of 24 and 32 are alike, 16 is 8 % behind: noise may hide it, or tell 24 from 32. */
static void the_interval_holds_the_knee(void **state)
{
	static const double n[] = { 1, 8, 16, 24, 32 }, rates[] = { 1, 7, 11, 12, 12 };
	enum { REPEATS = 200, SAMPLES = 10 };
	uint64_t seed = 31;
	int held = 0, certain = 0;

	(void)state;
	for (int repeat = 0; repeat < REPEATS; repeat++) {
		double samples[COUNT(n)][SAMPLES];
		struct point points[COUNT(n)];
		struct estimate knee;

		for (size_t i = 0; i < COUNT(n); i++) {
			for (size_t k = 0; k < SAMPLES; k++)
				samples[i][k] = ITEMS / rates[i] * exp(0.03 * normal(&seed));
			points[i] = (struct point){ n[i], ITEMS, samples[i], SAMPLES };
		}
		knee = knee_find(points, COUNT(n), 0.05);
		assert_true(is_of(n, COUNT(n), knee.low) && is_of(n, COUNT(n), knee.high));
		assert_true(knee.low <= knee.value && knee.value <= knee.high);
		assert_true(knee.low >= 16);
		held += knee.low <= 24 && 24 <= knee.high;
		certain += knee.low == knee.high;
	}
	if (held < 0.9 * REPEATS || certain == REPEATS || !certain)
		fail_msg("the interval held the knee %d times of %d, and was one point %d times",
			 held, REPEATS, certain);
}

static void known_break_even_sizes(void **state)
{
	(void)state;
	/* 0.4 s later, 1 s less for each 10 items. */
	assert_true(fabs(break_even(0.5, 10, 0.1, 5) - 4) < 1e-12);
	assert_true(fabs(break_even(0.4, 2e9, 0, 1e9) - 0.8e9) < 1);
	assert_true(break_even(0.1, 10, 0.5, 5) == 0);
	assert_true(break_even(0.1, 10, 0.1, 5) == 0);
	assert_true(break_even(0.1, 5, 0.5, 5) == 0);
	assert_true(break_even(0.1, 5, 0.1, 5) == INFINITY);
	assert_true(break_even(0.5, 5, 0.1, 5) == INFINITY);
	assert_true(break_even(0.5, 5, 0.1, 10) == INFINITY);
	assert_true(break_even(0.1, 5, 0.5, 10) == INFINITY);
	assert_true(isnan(break_even(NAN, 10, 0.1, 5)));
	assert_true(isnan(break_even(0.5, NAN, 0.1, 5)));
	assert_true(isnan(break_even(0.5, 10, NAN, 5)));
	assert_true(isnan(break_even(0.5, 10, 0.1, NAN)));
	assert_true(isnan(break_even(0.5, 0, 0.1, 5)));
	assert_true(isnan(break_even(0.5, 10, 0.1, 0)));
}

#define CORES  16
#define ROUNDS 12
#define RATE   3e9

/* Rounds of cores: their rates, and what noise there is on them. */
struct trial {
	unsigned int cores, rounds;
	double noise;
	double rates[CORES];
	int kinds[CORES];
};

static int name_slow(struct slow_core *out, const struct trial *trial, uint64_t *seed)
{
	struct core_rate rates[CORES * ROUNDS];
	size_t count = 0;

	/* Round by round and in no order, as measurements come. */
	for (unsigned int round = 0; round < trial->rounds; round++) {
		for (unsigned int i = 0; i < trial->cores; i++) {
			unsigned int core = (i * 7 + round) % trial->cores;

			rates[count++] = (struct core_rate){
				core, trial->kinds[core],
				RATE * trial->rates[core] *
					(trial->noise > 0 ? exp(trial->noise * normal(seed)) : 1)
			};
		}
	}
	return slow_cores(out, rates, count);
}

static struct trial trial_of(unsigned int cores, unsigned int rounds, double noise)
{
	struct trial trial = { .cores = cores, .rounds = rounds, .noise = noise };

	for (unsigned int core = 0; core < cores; core++)
		trial.rates[core] = 1;
	return trial;
}

static void a_slow_core_is_named(void **state)
{
	struct trial trial = trial_of(16, 5, 0);
	struct slow_core slow[CORES];

	(void)state;
	assert_int_equal(name_slow(slow, &trial, NULL), 0);
	trial.rates[5] = 0.98; /* too little to speak of */
	assert_int_equal(name_slow(slow, &trial, NULL), 0);
	trial.rates[9] = 0.96;
	assert_int_equal(name_slow(slow, &trial, NULL), 1);
	assert_int_equal(slow[0].core, 9);
	assert_true(slow[0].rate == RATE * 0.96 && slow[0].of_kind == RATE);
	trial.rates[3] = 0.5;
	trial.rates[1] = 2; /* and quick ones are no fault */
	assert_int_equal(name_slow(slow, &trial, NULL), 2);
	assert_int_equal(slow[0].core, 3);
	assert_int_equal(slow[1].core, 9);
}

static void of_two_cores_the_slow_one_is_named(void **state)
{
	struct trial trial = trial_of(2, 3, 0);
	struct slow_core slow[CORES];

	(void)state;
	trial.rates[1] = 0.5;
	assert_int_equal(name_slow(slow, &trial, NULL), 1);
	assert_int_equal(slow[0].core, 1);
	assert_true(slow[0].of_kind == RATE * 0.75);
}

static void where_nothing_can_be_known_none_is_named(void **state)
{
	struct trial alone = trial_of(1, 5, 0), once = trial_of(4, 1, 0);
	/* One round of a core, where others have two and no noise. */
	const struct core_rate few[] = {
		{ 0, 0, RATE }, { 0, 0, RATE }, { 1, 0, RATE }, { 1, 0, RATE }, { 2, 0, RATE / 2 }
	};
	struct slow_core slow[CORES];

	(void)state;
	assert_int_equal(name_slow(slow, &alone, NULL), 0);
	once.rates[2] = 0.1;
	assert_int_equal(name_slow(slow, &once, NULL), 0);
	assert_int_equal(slow_cores(slow, few, COUNT(few)), 0);
	once.rounds = 2;
	assert_int_equal(name_slow(slow, &once, NULL), 1);
	assert_int_equal(slow_cores(slow, NULL, 0), 0);
}

/* Eight quick cores and eight at half their speed, one of which is slower still. */
static void kinds_are_not_compared(void **state)
{
	struct trial trial = trial_of(16, 4, 0);
	struct slow_core slow[CORES];

	(void)state;
	for (unsigned int core = 8; core < 16; core++) {
		trial.kinds[core] = -1;
		trial.rates[core] = 0.5;
	}
	assert_int_equal(name_slow(slow, &trial, NULL), 0);
	trial.rates[2] = 0.8;
	trial.rates[12] = 0.4;
	assert_int_equal(name_slow(slow, &trial, NULL), 2);
	assert_int_equal(slow[0].core, 12);
	assert_int_equal(slow[0].kind, -1);
	assert_true(slow[0].of_kind == RATE * 0.5);
	assert_int_equal(slow[1].core, 2);
	assert_int_equal(slow[1].kind, 0);
}

/* Something else ran on a core for one round of five. */
static void a_bad_round_is_not_a_slow_core(void **state)
{
	struct core_rate rates[20];
	struct slow_core slow[4];

	(void)state;
	for (unsigned int i = 0; i < 20; i++)
		rates[i] = (struct core_rate){ i % 4, 0, RATE };
	rates[6].rate = RATE / 3;
	assert_int_equal(slow_cores(slow, rates, 20), 0);
	rates[10].rate = rates[14].rate = RATE / 3; /* three of five */
	assert_int_equal(slow_cores(slow, rates, 20), 1);
	assert_int_equal(slow[0].core, 2);
}

/* From two rounds on: 3 deviations of one round are more than 4 of a median of two. */
static void noise_names_hardly_any(void **state)
{
	static const unsigned int rounds[] = { 2, 3, 4, 5, 12 };
	enum { REPEATS = 300 };
	uint64_t seed = 32;

	(void)state;
	for (size_t i = 0; i < COUNT(rounds); i++) {
		struct trial trial = trial_of(CORES, rounds[i], 0.05);
		struct slow_core slow[CORES];
		int by_chance = 0, truly = 0, others = 0;

		for (int repeat = 0; repeat < REPEATS; repeat++) {
			int named;

			trial.rates[4] = 1;
			by_chance += name_slow(slow, &trial, &seed) > 0;
			trial.rates[4] = 0.7;
			named = name_slow(slow, &trial, &seed);
			for (int k = 0; k < named; k++) {
				truly += slow[k].core == 4;
				others += slow[k].core != 4;
			}
		}
		if (by_chance > 0.02 * REPEATS || others > 0.02 * REPEATS || truly < 0.95 * REPEATS)
			fail_msg("%u rounds: %d of %d named one by chance, %d the slow one, %d "
				 "another",
				 rounds[i], by_chance, REPEATS, truly, others);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_knees),
		cmocka_unit_test(the_interval_holds_the_knee),
		cmocka_unit_test(known_break_even_sizes),
		cmocka_unit_test(a_slow_core_is_named),
		cmocka_unit_test(of_two_cores_the_slow_one_is_named),
		cmocka_unit_test(where_nothing_can_be_known_none_is_named),
		cmocka_unit_test(kinds_are_not_compared),
		cmocka_unit_test(a_bad_round_is_not_a_slow_core),
		cmocka_unit_test(noise_names_hardly_any),
	};

	return RUN_TESTS(tests);
}
