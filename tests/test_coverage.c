/*
 * How often what is printed is true: intervals of known figures, winners among equal rows, changes
 * between equal results, of made-up samples with noise as measured times have it. COVERAGE_REPEATS
 * says how many of each; tests/coverage.sh asks for many, and shows the counts.
 */
#include "tests/made_up.h"
#include "tests/noise.h"

#include "bench/stats/break_even.h"
#include "bench/stats/knee.h"
#include "bench/stats/laws.h"
#include "bench/study/comparison.h"
#include "bench/study/experiment.h"
#include "bench/study/ranking.h"
#include "bench/study/regression.h"
#include "bench/study/scaling.h"

#define DEVIATION 0.02

enum { POINTS = 5, MOST = 20, REPEATS = 60 };

static const size_t counts[] = { 6, 8, 12, 20 };
static const double workers[POINTS] = { 1, 2, 4, 8, 16 };

static unsigned int repeats(void)
{
	const char *text = getenv("COVERAGE_REPEATS");

	return text ? (unsigned int)strtoul(text, NULL, 10) : REPEATS;
}

/* The median of lateness(). */
static double late(void)
{
	static double samples[100001], median;
	uint64_t seed = 51;

	for (size_t i = 0; !(median > 0) && i < COUNT(samples); i++)
		samples[i] = lateness(&seed, DEVIATION);
	median = median > 0 ? median : stats_median(samples, COUNT(samples));
	return median;
}

static void fill(double *samples, size_t count, double seconds, uint64_t *seed)
{
	for (size_t i = 0; i < count; i++)
		samples[i] = seconds * lateness(seed, DEVIATION);
}

/* What a law says of a rate of one worker of 1e9 items a second, and 1e9 items. */
static double amdahl_seconds(double n)
{
	return 0.05 + 0.95 / n;
}

static double gustafson_seconds(double n)
{
	return n / (0.05 + 0.95 * n);
}

static double usl_seconds(double n)
{
	return (1 + 0.05 * (n - 1) + 0.004 * n * (n - 1)) / n;
}

/* Points of a law; a weak one has n times the items. */
struct points {
	struct point list[POINTS];
	double samples[POINTS][MOST];
};

static void points_fill(struct points *points, double (*seconds)(double n), bool weak, size_t count,
			uint64_t *seed)
{
	for (size_t i = 0; i < POINTS; i++) {
		fill(points->samples[i], count, seconds(workers[i]), seed);
		points->list[i] = (struct point){ .n = workers[i],
						  .items = weak ? 1e9 * workers[i] : 1e9,
						  .samples = points->samples[i],
						  .count = count };
	}
}

/* Every figure that is printed with an interval, of so many samples; and what it truly is. */
struct figure {
	const char *name;
	struct estimate (*of)(size_t count, uint64_t *seed);
	double truth;
};

static struct estimate of_median(size_t count, uint64_t *seed)
{
	double samples[MOST];
	struct summary summary;

	fill(samples, count, 1 / late(), seed);
	summary = stats_summarise(samples, count);
	return (struct estimate){ summary.median, summary.low, summary.high };
}

static struct estimate of_speedup(size_t count, uint64_t *seed)
{
	double one[MOST], two[MOST];

	fill(one, count, 1, seed);
	fill(two, count, 0.52, seed);
	return stats_ratio(one, count, two, count);
}

static struct estimate of_amdahl(size_t count, uint64_t *seed)
{
	struct serial_law law;
	struct points points;

	points_fill(&points, amdahl_seconds, false, count, seed);
	assert_int_equal(laws_amdahl(&law, points.list, POINTS), 0);
	return law.serial;
}

static struct estimate of_gustafson(size_t count, uint64_t *seed)
{
	struct serial_law law;
	struct points points;

	points_fill(&points, gustafson_seconds, true, count, seed);
	assert_int_equal(laws_gustafson(&law, points.list, POINTS), 0);
	return law.serial;
}

static struct usl usl_of(size_t count, uint64_t *seed)
{
	struct points points;
	struct usl law;

	points_fill(&points, usl_seconds, false, count, seed);
	assert_int_equal(laws_usl(&law, points.list, POINTS), 0);
	return law;
}

static struct estimate of_contention(size_t count, uint64_t *seed)
{
	return usl_of(count, seed).contention;
}

static struct estimate of_coherency(size_t count, uint64_t *seed)
{
	return usl_of(count, seed).coherency;
}

static struct estimate of_peak(size_t count, uint64_t *seed)
{
	return usl_of(count, seed).peak;
}

static struct estimate of_karp_flatt(size_t count, uint64_t *seed)
{
	struct estimate serial[POINTS];
	struct points points;

	points_fill(&points, amdahl_seconds, false, count, seed);
	assert_int_equal(laws_karp_flatt(serial, points.list, POINTS), 0);
	return serial[2];
}

static struct estimate of_knee(size_t count, uint64_t *seed)
{
	struct points points;

	points_fill(&points, usl_seconds, false, count, seed);
	return knee_find(points.list, POINTS, 0.05);
}

static struct estimate of_break_even(size_t count, uint64_t *seed)
{
	double startups[MOST], seconds[MOST], base_startups[MOST], base_seconds[MOST];
	const struct startup_rate way = { startups, seconds, count, 1e9 },
				  base = { base_startups, base_seconds, count, 1e9 };

	fill(startups, count, 0.3 / late(), seed);
	fill(base_startups, count, 0.01 / late(), seed);
	fill(seconds, count, 0.5 / late(), seed);
	fill(base_seconds, count, 1 / late(), seed);
	return break_even_estimate(&way, &base);
}

static const struct figure figures[] = {
	{ "median", of_median, 1 },
	{ "speedup, ratio", of_speedup, 1 / 0.52 },
	{ "Amdahl", of_amdahl, 0.05 },
	{ "Gustafson", of_gustafson, 0.05 },
	{ "USL contention", of_contention, 0.05 },
	{ "USL coherency", of_coherency, 0.004 },
	{ "USL peak", of_peak, 15.4110350074 },
	{ "Karp and Flatt", of_karp_flatt, 0.05 },
	{ "knee", of_knee, 16 },
	{ "break-even", of_break_even, 0.29 * 2e9 },
};

/* Fails if fewer than 90 % held, by more than chance: three standard errors. */
static void intervals_hold_what_they_promise(void **state)
{
	unsigned int of = repeats();
	double least = 0.90 - 3 * sqrt(0.90 * 0.10 / of);
	int failed = 0;

	(void)state;
	for (size_t f = 0; f < COUNT(figures); f++)
		for (size_t c = 0; c < COUNT(counts); c++) {
			uint64_t seed = 100 * f + c;
			unsigned int held = 0;

			for (unsigned int i = 0; i < of; i++) {
				struct estimate found = figures[f].of(counts[c], &seed);

				held += found.low <= figures[f].truth &&
					figures[f].truth <= found.high;
			}
			printf("# %-16s %2zu samples: %5.1f %% of %u intervals hold\n",
			       figures[f].name, counts[c], 100. * held / of, of);
			failed += held < least * of;
		}
	assert_int_equal(failed, 0);
}

static void seconds_fill(struct row *row, double seconds, size_t first, uint64_t *seed)
{
	for (size_t i = first; i < row->sample_count; i++)
		row->samples[i].seconds = seconds * lateness(seed, DEVIATION);
}

/* What a study says of equal rows, over all of its looks. */
struct told {
	bool winner; /* one row was told from all others */
	bool worse;  /* some row was told from the best */
};

static struct told told_of_equals(size_t rows, unsigned int looks, uint64_t *seed)
{
	struct told told = { false, false };
	struct result result;

	made_up_begin(&result, "compare");
	for (size_t i = 0; i < rows; i++)
		seconds_fill(made_up_row(&result, i ? "openmp" : "serial", 1,
					 experiment_look(looks - 1), 1),
			     1, 0, seed);
	for (unsigned int look = 0; look < looks; look++) {
		struct ranking ranking;
		size_t worse = 0, all = 0;

		for (size_t i = 0; i < rows; i++) {
			all = result.rows[i].sample_count;
			result.rows[i].sample_count = experiment_look(look);
			assert_int_equal(row_summarise(&result.rows[i]), 0);
		}
		assert_int_equal(ranking_make(&ranking, &result, RANKING_RATE), 0);
		for (size_t i = 0; i < rows; i++) {
			worse += ranking.standing[i] == RANKING_WORSE;
			result.rows[i].sample_count = all;
		}
		told.worse = told.worse || worse;
		told.winner = told.winner || worse == rows - 1;
		ranking_free(&ranking);
	}
	result_free(&result);
	return told;
}

static void equal_rows_have_no_winner(void **state)
{
	static const size_t rows[] = { 2, 3, 5, 12 };
	unsigned int of = repeats();
	double most = 0.05 + 3 * sqrt(0.05 * 0.95 / of);
	int failed = 0;

	(void)state;
	for (size_t r = 0; r < COUNT(rows); r++) {
		uint64_t seed = 1000 + r;
		unsigned int winners = 0, worse = 0;

		for (unsigned int i = 0; i < of; i++) {
			struct told told = told_of_equals(rows[r], 7, &seed);

			winners += told.winner;
			worse += told.worse;
		}
		printf("# %2zu equal rows, looked at after 6, 8 ... 48 rounds: a winner in %.1f %% of "
		       "%u, any worse in %.1f %%\n",
		       rows[r], 100. * winners / of, of, 100. * worse / of);
		failed += winners > most * of || worse > most * of;
	}
	assert_int_equal(failed, 0);
}

/* Eight workers have that share of the rate of 16: the knee is where 5 % less begins, which a few
 * rounds hardly tell. */
static const struct knee_case {
	const char *name;
	double share, knee;
} knee_cases[] = {
	{ "just below", 0.945, 16 },
	{ "just above", 0.955, 8 },
};

/* The knee that scale says, when it stops to ask or after seven looks. */
static struct estimate knee_told(const struct knee_case *asked, bool *answered, uint64_t *seed)
{
	const struct study_question question = { .cpu_bound = true };
	const double rates[POINTS] = { 1, 2, 4, 12 * asked->share, 12 };
	struct estimate knee;
	struct result result;

	made_up_begin(&result, "scale");
	for (unsigned int i = 0; i < POINTS; i++)
		seconds_fill(made_up_row(&result, i ? "openmp" : "serial", (unsigned int)workers[i],
					 experiment_look(6), 1),
			     1 / rates[i], 0, seed);
	*answered = false;
	for (unsigned int look = 0; look < 7 && !*answered; look++) {
		for (size_t i = 0; i < POINTS; i++) {
			result.rows[i].sample_count = experiment_look(look);
			assert_int_equal(row_summarise(&result.rows[i]), 0);
		}
		*answered = scaling_is_answered((void *)&question, &result);
	}
	assert_int_equal(scaling_conclude(&result, &question), 0);
	assert_int_equal(result.knee_count, 1);
	knee = result.knees[0].knee;
	for (size_t i = 0; i < POINTS; i++)
		result.rows[i].sample_count = experiment_look(6);
	result_free(&result);
	return knee;
}

static void knees_hold_however_often_they_are_looked_at(void **state)
{
	unsigned int of = repeats();
	double least = 0.90 - 3 * sqrt(0.90 * 0.10 / of);
	int failed = 0;

	(void)state;
	for (size_t c = 0; c < COUNT(knee_cases); c++) {
		uint64_t seed = 3000 + c;
		unsigned int held = 0, answers = 0;

		for (unsigned int i = 0; i < of; i++) {
			bool answered;
			struct estimate knee = knee_told(&knee_cases[c], &answered, &seed);

			held += knee.low <= knee_cases[c].knee && knee_cases[c].knee <= knee.high;
			answers += answered;
		}
		printf("# knee, %s the 5 %%, looked at after 6, 8 ... 48 rounds: %.1f %% of %u "
		       "intervals hold, %.1f %% were sure\n",
		       knee_cases[c].name, 100. * held / of, of, 100. * answers / of);
		failed += held < least * of;
	}
	assert_int_equal(failed, 0);
}

/* How a machine moves while it is measured. */
enum drift { DRIFT_NONE, DRIFT_TREND, DRIFT_WALK, DRIFT_ONWARDS, DRIFT_WAVE, DRIFT_KINDS };

static const char *const drifts[] = { "no drift", "a trend each", "random walks",
				      "one trend through both", "waves" };

/* What all times of a round are multiplied by, of up to 10 % in all. */
static void drift_fill(double *factors, size_t rounds, enum drift drift, double slope, bool second,
		       uint64_t *seed)
{
	double own = 0.1 * (2 * uniform(seed) - 1), phase = 2 * M_PI * uniform(seed), walk = 0;

	for (size_t i = 0; i < rounds; i++) {
		double at = (double)i / (double)(rounds - 1), moved[DRIFT_KINDS] = { 0 };

		walk += 0.05 * normal(seed) / sqrt((double)rounds);
		moved[DRIFT_TREND] = own * at;
		moved[DRIFT_WALK] = walk;
		moved[DRIFT_ONWARDS] = 0.1 * slope * (at + second);
		moved[DRIFT_WAVE] = 0.05 * sin(phase + M_PI * at);
		factors[i] = exp(moved[drift]);
	}
}

static void made_up_measure(struct result *result, size_t rounds, enum drift drift, double slope,
			    bool second, uint64_t *seed)
{
	double factors[MOST];

	made_up_begin(result, "compare");
	drift_fill(factors, rounds, drift, slope, second, seed);
	for (unsigned int i = 0; i < 6; i++) {
		struct row *row = made_up_row(result, "openmp", i + 1, rounds, 1);

		seconds_fill(row, 1, 0, seed);
		made_up_noise(row, factors, rounds);
	}
	made_up_sum_up(result);
}

/* Compares two results of the same thing. Returns whether any row became slower or faster. */
static bool changed_by_nothing(size_t rounds, enum drift drift, uint64_t *seed)
{
	const struct regression_request request = {
		.tolerance = 0.03, .cpu_bound = true, .before = "old.json", .after = "new.json"
	};
	double slope = 2 * uniform(seed) - 1;
	struct result before, after, result;
	struct regression regression;

	made_up_measure(&before, rounds, drift, slope, false, seed);
	made_up_measure(&after, rounds, drift, slope, true, seed);
	made_up_begin(&result, "compare");
	assert_int_equal(regression_conclude(&result, &regression, &before, &after, &request), 0);
	result_free(&before);
	result_free(&after);
	result_free(&result);
	return regression.slower || regression.faster;
}

static void equal_results_differ_rarely(void **state)
{
	unsigned int of = repeats();
	int failed = 0;

	(void)state;
	for (enum drift drift = DRIFT_NONE; drift < DRIFT_KINDS; drift++)
		for (size_t c = 1; c < COUNT(counts); c++) {
			double most = 0.05 + 3 * sqrt(0.05 * 0.95 / of);
			uint64_t seed = 2000 + 10 * drift + c;
			unsigned int changed = 0;

			for (unsigned int i = 0; i < of; i++)
				changed += changed_by_nothing(counts[c], drift, &seed);
			printf("# equal results, %2zu rounds, %s: slower or faster in %.1f %% of %u\n",
			       counts[c], drifts[drift], 100. * changed / of, of);
			failed += changed > most * of;
		}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_hold_what_they_promise),
		cmocka_unit_test(equal_rows_have_no_winner),
		cmocka_unit_test(knees_hold_however_often_they_are_looked_at),
		cmocka_unit_test(equal_results_differ_rarely),
	};

	return RUN_TESTS(tests);
}
