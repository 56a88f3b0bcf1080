/* Laws of scaling: exact data give exact parameters, and intervals hold the truth as often as they
 * promise. */
#include "tests/noise.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/stats/laws.h"

#define POINTS  32
#define SAMPLES 20
#define ITEMS   1e6
#define ALONE   5e7 /* items a second of one worker, in all that is made up here */

static const double doubling[] = { 1, 2, 4, 8, 16, 32 };

/* Seconds of a job of so many items with n workers. */
struct truth {
	double (*seconds)(double n, double items, double first, double second);
	double first, second; /* the law's parameters */
	bool weak;            /* the items grow with n */
};

static double amdahl(double n, double items, double serial, double none)
{
	(void)none;
	return items / ALONE * (serial + (1 - serial) / n);
}

static double gustafson(double n, double items, double serial, double none)
{
	(void)none;
	return items / (ALONE * (serial + (1 - serial) * n));
}

static double usl(double n, double items, double contention, double coherency)
{
	return items * (1 + contention * (n - 1) + coherency * n * (n - 1)) / (ALONE * n);
}

/* Points and what they point to. */
struct study {
	struct point points[POINTS];
	double samples[POINTS][SAMPLES];
};

/* Lognormal noise leaves the median where it is. */
static void study_make(struct study *study, const struct truth *truth, const double *n,
		       size_t count, size_t samples, double noise, uint64_t *seed)
{
	for (size_t i = 0; i < count; i++) {
		double items = truth->weak ? ITEMS * n[i] : ITEMS;
		double exact = truth->seconds(n[i], items, truth->first, truth->second);

		for (size_t k = 0; k < samples; k++)
			study->samples[i][k] =
				noise > 0 ? exact * exp(noise * normal(seed)) : exact;
		study->points[i] = (struct point){ n[i], items, study->samples[i], samples };
	}
}

#define assert_near(is, ought)                                                \
	do {                                                                  \
		double is_ = (is), ought_ = (ought);                          \
		if (!(fabs(is_ - ought_) <= 1e-9 * fmax(fabs(ought_), 1)))    \
			fail_msg("%s is %.17g, not %.17g", #is, is_, ought_); \
	} while (0)

static bool holds(const struct estimate *estimate, double truth)
{
	return estimate->low <= truth && truth <= estimate->high;
}

static void exact_times_give_exact_fractions(void **state)
{
	static const double serial[] = { 0, 0.01, 0.05, 0.1, 0.3, 0.9, 1 };
	struct study study;

	(void)state;
	for (size_t i = 0; i < COUNT(serial); i++) {
		struct truth strong = { amdahl, serial[i], 0, false };
		struct truth weak = { gustafson, serial[i], 0, true };
		struct serial_law law;

		study_make(&study, &strong, doubling, 6, 6, 0, NULL);
		assert_int_equal(laws_amdahl(&law, study.points, 6), 0);
		assert_near(law.serial.value, serial[i]);
		assert_near(law.serial.low, serial[i]);
		assert_near(law.serial.high, serial[i]);
		assert_near(law.alone.value / ALONE, 1);
		study_make(&study, &weak, doubling, 6, 6, 0, NULL);
		assert_int_equal(laws_gustafson(&law, study.points, 6), 0);
		assert_near(law.serial.value, serial[i]);
		assert_near(law.alone.value / ALONE, 1);
	}
}

static void exact_times_give_exact_usl(void **state)
{
	static const double contention[] = { 0, 0.01, 0.05, 0.5, 1 },
			    coherency[] = { 0, 1e-5, 0.002, 0.1 };
	static const double shuffled[] = { 12, 1, 192, 3, 48, 2, 96 };
	struct study study;

	(void)state;
	for (size_t i = 0; i < COUNT(contention) * COUNT(coherency); i++) {
		double a = contention[i / COUNT(coherency)], b = coherency[i % COUNT(coherency)];
		struct truth truth = { usl, a, b, false };
		struct usl law;

		study_make(&study, &truth, shuffled, COUNT(shuffled), 6, 0, NULL);
		assert_int_equal(laws_usl(&law, study.points, COUNT(shuffled)), 0);
		assert_near(law.contention.value, a);
		assert_near(law.coherency.value, b);
		assert_near(law.alone.value / ALONE, 1);
		if (a == 1 && b == 0)
			continue; /* The same rate everywhere: any n is the peak. */
		if (b == 0)
			assert_true(law.peak.value == INFINITY && law.peak.high == INFINITY);
		else
			assert_true(fabs(law.peak.value / fmax(1, sqrt((1 - a) / b)) - 1) < 1e-6);
	}
}

/* With a job twice as large at one of the points the rates are the same. */
static void rates_count_not_times(void **state)
{
	struct truth strong = { amdahl, 0.1, 0, false };
	struct study study;
	struct serial_law law;
	struct estimate fractions[6];

	(void)state;
	study_make(&study, &strong, doubling, 6, 5, 0, NULL);
	for (size_t k = 0; k < 5; k++)
		study.samples[3][k] *= 2;
	study.points[3].items *= 2;
	assert_int_equal(laws_amdahl(&law, study.points, 6), 0);
	assert_near(law.serial.value, 0.1);
	assert_int_equal(laws_karp_flatt(fractions, study.points, 6), 0);
	for (size_t i = 1; i < 6; i++)
		assert_near(fractions[i].value, 0.1);
}

static void too_few_points_fill_nothing(void **state)
{
	struct truth truth = { amdahl, 0.1, 0, false };
	static const double without_one[] = { 2, 4, 8 };
	struct study study;
	union {
		struct serial_law serial;
		struct usl usl;
		struct estimate fractions[3];
		unsigned char bytes[sizeof(struct usl)];
	} law, untouched;

	(void)state;
	memset(&law, 0x5a, sizeof(law));
	memset(&untouched, 0x5a, sizeof(untouched));
	study_make(&study, &truth, doubling, 3, 2, 0, NULL);
	assert_int_equal(laws_amdahl(&law.serial, study.points, 2), -EDOM);
	assert_int_equal(laws_gustafson(&law.serial, study.points, 2), -EDOM);
	assert_int_equal(laws_usl(&law.usl, study.points, 3), -EDOM);
	assert_int_equal(laws_usl(&law.usl, study.points, 0), -EDOM);
	assert_int_equal(laws_karp_flatt(law.fractions, study.points, 1), -EDOM);
	assert_int_equal(laws_karp_flatt(law.fractions, study.points, 0), -EDOM);
	study_make(&study, &truth, without_one, 3, 2, 0, NULL);
	assert_int_equal(laws_karp_flatt(law.fractions, study.points, 3), -EDOM);
	assert_memory_equal(&law, &untouched, sizeof(law));
	assert_int_equal(laws_amdahl(&law.serial, study.points, 3), 0);
}

/* Faster than n times: what is least is 0, and the best fit is proportional. */
static void superlinear_rates_have_no_loss(void **state)
{
	static const double rates[] = { 1, 2.1, 4.3, 9 };
	struct study study;
	struct truth truth = { usl, 0, 0, false };
	struct serial_law serial;
	struct usl law;
	struct estimate fractions[4];

	(void)state;
	study_make(&study, &truth, doubling, 4, 2, 0, NULL);
	for (size_t i = 0; i < 4; i++)
		study.samples[i][0] = study.samples[i][1] = ITEMS / ALONE / rates[i];
	assert_int_equal(laws_amdahl(&serial, study.points, 4), 0);
	assert_true(serial.serial.value == 0);
	assert_int_equal(laws_usl(&law, study.points, 4), 0);
	assert_true(law.contention.value == 0 && law.coherency.value == 0);
	assert_true(law.peak.value == INFINITY);
	assert_true(law.alone.value > ALONE && law.alone.value < 9. / 8 * ALONE);
	assert_int_equal(laws_karp_flatt(fractions, study.points, 4), 0);
	for (size_t i = 1; i < 4; i++)
		assert_true(fractions[i].value < 0);
	assert_near(fractions[1].value, (1 / 2.1 - 1 / 2.) / (1 - 1 / 2.));
}

static void rates_that_only_fall_peak_at_one(void **state)
{
	static const double coherency[] = { 0.01, 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(coherency); i++) {
		struct truth truth = { usl, 1.5, coherency[i], false };
		struct study study;
		struct usl law;

		study_make(&study, &truth, doubling, 6, 6, 0, NULL);
		assert_int_equal(laws_usl(&law, study.points, 6), 0);
		assert_near(law.contention.value, 1.5);
		assert_true(law.peak.value == 1 && law.peak.low == 1 && law.peak.high == 1);
	}
}

/* Sum of the squared relative errors of n / X(n). */
static double misfit(const struct point *points, size_t count, const double *parameters)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		double n = points[i].n;
		double y = n * stats_median(points[i].samples, points[i].count) / points[i].items;
		double fitted =
			parameters[0] + parameters[1] * (n - 1) + parameters[2] * n * (n - 1);

		sum += (fitted / y - 1) * (fitted / y - 1);
	}
	return sum;
}

/* The misfit is convex: where no small step that is allowed lowers it, there is no better fit. */
static void no_step_is_better(void **state)
{
	uint64_t seed = 21;
	int on_a_bound = 0;

	(void)state;
	for (int repeat = 0; repeat < 200; repeat++) {
		struct truth truth = { usl, repeat % 3 * 0.02, repeat % 2 * 0.001, false };
		struct study study;
		struct usl law;
		double at[3], least;

		study_make(&study, &truth, doubling, 6, 3, 0.2, &seed);
		assert_int_equal(laws_usl(&law, study.points, 6), 0);
		at[0] = 1 / law.alone.value;
		at[1] = law.contention.value * at[0];
		at[2] = law.coherency.value * at[0];
		on_a_bound += at[1] == 0 || at[2] == 0;
		least = misfit(study.points, 6, at);
		for (int step = 0; step < 27; step++) {
			double there[3];

			for (int i = 0, code = step; i < 3; i++, code /= 3)
				there[i] = fmax(0, at[i] + (code % 3 - 1) * 1e-4 / ALONE);
			if (misfit(study.points, 6, there) < least - 1e-12)
				fail_msg("set %d: a step is better by %g", repeat,
					 least - misfit(study.points, 6, there));
		}
	}
	assert_in_range(on_a_bound, 20, 180);
}

/* How often, and how wide for it. */
struct record {
	int held;
	double width, sum, squares;
};

static void record_add(struct record *record, const struct estimate *estimate, double truth)
{
	record->held += holds(estimate, truth);
	record->width += estimate->high - estimate->low;
	record->sum += estimate->value;
	record->squares += estimate->value * estimate->value;
}

enum { REPEATS = 200 };

/*
 * Nothing is said by an interval that holds all: it is to be no wider than half again what the
 * estimates themselves scatter (which is known to 5 % after 200 sets). Where they are cut off at 0
 * they scatter less, and width is not asked.
 */
static void record_check(const struct record *record, bool cut, const char *what, double truth,
			 size_t samples, double noise)
{
	double mean = record->sum / REPEATS;
	double deviation = sqrt(record->squares / REPEATS - mean * mean);
	double wider = record->width / REPEATS / (2 * 1.96 * deviation);

	if (record->held < 0.9 * REPEATS || (!cut && !(wider < 1.5)))
		fail_msg("%s = %g, %zu samples, noise %g: held %d times of %d, %.2f as wide", what,
			 truth, samples, noise, record->held, REPEATS, wider);
}

static const size_t sample_counts[] = { 6, 10 };
static const double noises[] = { 0.01, 0.03 };

static void serial_law_check(const struct truth *truth, const char *what,
			     int (*fit)(struct serial_law *, const struct point *, size_t))
{
	uint64_t seed = 22;

	for (size_t i = 0; i < COUNT(sample_counts) * COUNT(noises); i++) {
		size_t samples = sample_counts[i % 2];
		struct record serial = { 0 }, alone = { 0 };

		for (int repeat = 0; repeat < REPEATS; repeat++) {
			struct study study;
			struct serial_law law;

			study_make(&study, truth, doubling, 6, samples, noises[i / 2], &seed);
			assert_int_equal(fit(&law, study.points, 6), 0);
			record_add(&serial, &law.serial, truth->first);
			record_add(&alone, &law.alone, ALONE);
		}
		record_check(&serial, false, what, truth->first, samples, noises[i / 2]);
		record_check(&alone, false, "rate of one", ALONE, samples, noises[i / 2]);
	}
}

static void amdahl_intervals_hold(void **state)
{
	static const double serial[] = { 0.01, 0.05, 0.1, 0.3 };

	(void)state;
	for (size_t i = 0; i < COUNT(serial); i++)
		serial_law_check(&(struct truth){ amdahl, serial[i], 0, false }, "Amdahl's s",
				 laws_amdahl);
}

static void gustafson_intervals_hold(void **state)
{
	static const double serial[] = { 0.05, 0.2 };

	(void)state;
	for (size_t i = 0; i < COUNT(serial); i++)
		serial_law_check(&(struct truth){ gustafson, serial[i], 0, true }, "Gustafson's s",
				 laws_gustafson);
}

static void usl_check(const struct truth *truth, size_t samples, double noise)
{
	double b = truth->second, top = b > 0 ? sqrt((1 - truth->first) / b) : INFINITY;
	struct record contention = { 0 }, coherency = { 0 }, peak = { 0 }, alone = { 0 };
	uint64_t seed = 23;

	for (int repeat = 0; repeat < REPEATS; repeat++) {
		struct study study;
		struct usl law;

		study_make(&study, truth, doubling, 6, samples, noise, &seed);
		assert_int_equal(laws_usl(&law, study.points, 6), 0);
		record_add(&contention, &law.contention, truth->first);
		record_add(&coherency, &law.coherency, b);
		record_add(&peak, &law.peak, top);
		record_add(&alone, &law.alone, ALONE);
	}
	record_check(&contention, b == 0, "contention", truth->first, samples, noise);
	record_check(&coherency, b == 0, "coherency", b, samples, noise);
	record_check(&peak, b == 0, "peak", top, samples, noise);
	record_check(&alone, false, "rate of one", ALONE, samples, noise);
}

static void usl_intervals_hold(void **state)
{
	static const double coherency[] = { 0.002, 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(coherency) * COUNT(sample_counts) * COUNT(noises); i++)
		usl_check(&(struct truth){ usl, 0.05, coherency[i / 4], false },
			  sample_counts[i % 2], noises[i / 2 % 2]);
}

static void karp_flatt_intervals_hold(void **state)
{
	const struct truth truth = { amdahl, 0.05, 0, false };
	struct record records[6] = { { 0 } };
	uint64_t seed = 24;

	(void)state;
	for (int repeat = 0; repeat < REPEATS; repeat++) {
		struct study study;
		struct estimate fractions[6];

		study_make(&study, &truth, doubling, 6, 10, 0.03, &seed);
		assert_int_equal(laws_karp_flatt(fractions, study.points, 6), 0);
		assert_true(isnan(fractions[0].value) && isnan(fractions[0].low));
		for (size_t i = 1; i < 6; i++)
			record_add(&records[i], &fractions[i], 0.05);
	}
	for (size_t i = 1; i < 6; i++)
		record_check(&records[i], false, "Karp and Flatt's e", 0.05, 10, 0.03);
}

static void one_sample_has_no_interval(void **state)
{
	struct truth truth = { usl, 0.05, 0.002, false };
	struct study study;
	struct estimate fractions[6];
	struct usl law;
	uint64_t seed = 25;

	(void)state;
	study_make(&study, &truth, doubling, 6, 10, 0.01, &seed);
	study.points[4].count = 1;
	assert_int_equal(laws_usl(&law, study.points, 6), 0);
	assert_true(fabs(law.contention.value - 0.05) < 0.02);
	assert_true(isnan(law.contention.low) && isnan(law.contention.high));
	assert_true(isnan(law.peak.low) && isnan(law.peak.high));
	assert_int_equal(laws_karp_flatt(fractions, study.points, 6), 0);
	assert_true(isnan(fractions[4].low) && !isnan(fractions[4].value));
	assert_true(fractions[5].low < fractions[5].value);
	assert_true(fractions[5].high > fractions[5].value);
}

/* Whatever the order of the points and of the samples, and however often it is asked. */
static void the_same_points_give_the_same(void **state)
{
	struct truth truth = { usl, 0.05, 0.002, false };
	struct study study, copy;
	struct usl law, again;
	uint64_t seed = 26;

	(void)state;
	memset(&study, 0, sizeof(study));
	study_make(&study, &truth, doubling, 6, 10, 0.03, &seed);
	memcpy(&copy, &study, sizeof(copy));
	assert_int_equal(laws_usl(&law, study.points, 6), 0);
	assert_int_equal(laws_usl(&again, study.points, 6), 0);
	assert_memory_equal(&law, &again, sizeof(law));
	assert_memory_equal(&study, &copy, sizeof(study));
	for (size_t i = 0; i < 6; i++) {
		double kept = study.samples[i][2];

		study.samples[i][2] = study.samples[i][7];
		study.samples[i][7] = kept;
	}
	assert_int_equal(laws_usl(&again, study.points, 6), 0);
	assert_memory_equal(&law, &again, sizeof(law));
	for (size_t i = 0; i < 6; i++)
		copy.points[i] = study.points[5 - i];
	assert_int_equal(laws_usl(&again, copy.points, 6), 0);
	assert_near(again.contention.value, law.contention.value);
	assert_near(again.coherency.value, law.coherency.value);
	assert_true(holds(&again.peak, law.peak.value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_times_give_exact_fractions),
		cmocka_unit_test(exact_times_give_exact_usl),
		cmocka_unit_test(rates_count_not_times),
		cmocka_unit_test(too_few_points_fill_nothing),
		cmocka_unit_test(superlinear_rates_have_no_loss),
		cmocka_unit_test(rates_that_only_fall_peak_at_one),
		cmocka_unit_test(no_step_is_better),
		cmocka_unit_test(amdahl_intervals_hold),
		cmocka_unit_test(gustafson_intervals_hold),
		cmocka_unit_test(usl_intervals_hold),
		cmocka_unit_test(karp_flatt_intervals_hold),
		cmocka_unit_test(one_sample_has_no_interval),
		cmocka_unit_test(the_same_points_give_the_same),
	};

	return RUN_TESTS(tests);
}
