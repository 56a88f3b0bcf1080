/* What studies conclude from results that are made up: never more than the samples tell. */
#include "tests/made_up.h"

#include "bench/study/comparison.h"
#include "bench/study/ranking.h"
#include "bench/study/regression.h"
#include "bench/study/scaling.h"

static const struct study_question cpu_bound = { .cpu_bound = true };

/* One, and a bit around it. */
static const double noise[] = { 1, 1.02, 0.99, 1.01, 0.98, 1.005, 0.995, 1.015 };
/* Of another order, so that paired differences are noise. */
static const double other_noise[] = { 1.01, 0.98, 1.02, 0.985, 1.015, 0.99, 1.005, 1 };

static void the_fastest_is_named(void **state)
{
	struct result result;

	(void)state;
	made_up_begin(&result, "compare");
	made_up_noise(made_up_row(&result, "serial", 1, 9, 1.0), noise, 8);
	made_up_noise(made_up_row(&result, "openmp", 2, 9, 0.50), noise, 8);
	made_up_noise(made_up_row(&result, "processes", 2, 9, 0.60), noise, 8);
	made_up_sum_up(&result);
	assert_int_equal(comparison_conclude(&result, &cpu_bound), 0);
	expect_advice(&result, "Fastest is openmp, ");
	expect_advice(&result, "2.00 times serial.");
	assert_true(fabs(result.rows[1].efficiency - 1) < 0.03);
	assert_true(comparison_is_answered(NULL, &result));
	result_free(&result);
}

static void five_rounds_name_nobody(void **state)
{
	struct result result;

	(void)state;
	made_up_begin(&result, "compare");
	made_up_noise(made_up_row(&result, "serial", 1, 5, 1.0), noise, 8);
	made_up_noise(made_up_row(&result, "openmp", 2, 5, 0.1), noise, 8);
	made_up_sum_up(&result);
	assert_int_equal(comparison_conclude(&result, &cpu_bound), 0);
	expect_advice(&result, "Too few rounds to tell which is fastest: 3 more.");
	expect_no_advice(&result, "astest is openmp");
	assert_false(comparison_is_answered(NULL, &result));
	result_free(&result);
}

static void rows_that_noise_parts_are_a_tie(void **state)
{
	struct result result;

	(void)state;
	made_up_begin(&result, "compare");
	made_up_noise(made_up_row(&result, "serial", 1, 16, 1.0), noise, 8);
	made_up_noise(made_up_row(&result, "openmp", 2, 16, 0.500), noise, 8);
	made_up_noise(made_up_row(&result, "processes", 2, 16, 0.503), other_noise, 8);
	made_up_noise(made_up_row(&result, "mpi", 2, 16, 0.47), (double[]){ 1, 1.4 }, 2);
	made_up_sum_up(&result);
	assert_int_equal(comparison_conclude(&result, &cpu_bound), 0);
	expect_no_advice(&result, "Fastest is");
	expect_advice(&result, "Least time had openmp");
	expect_advice(&result, "As good, within 5 %: processes.");
	expect_advice(&result, "do not tell it from mpi.");
	assert_false(comparison_is_answered(NULL, &result));
	result_free(&result);
}

/* Drift hits all rows of a round alike: paired, they are told apart all the same. */
static void drift_cancels(void **state)
{
	struct result result;
	struct ranking ranking;

	(void)state;
	made_up_begin(&result, "compare");
	for (size_t i = 0; i < 2; i++) {
		struct row *row =
			made_up_row(&result, i ? "processes" : "openmp", 2, 10, i ? 0.53 : 0.5);

		for (size_t k = 0; k < row->sample_count; k++)
			row->samples[k].seconds *= 1 + 0.1 * (double)k;
	}
	made_up_sum_up(&result);
	assert_int_equal(ranking_make(&ranking, &result, RANKING_RATE), 0);
	assert_int_equal(ranking.best, 0);
	assert_int_equal(ranking.standing[1], RANKING_WORSE);
	assert_true(fabs(ranking.ratio[1].low - 1.06) < 1e-9);
	ranking_free(&ranking);
	result_free(&result);
}

static void disturbed_trials_do_not_count(void **state)
{
	struct result result;
	struct row *row;

	(void)state;
	made_up_begin(&result, "compare");
	made_up_noise(made_up_row(&result, "serial", 1, 20, 1.0), noise, 8);
	row = made_up_row(&result, "openmp", 2, 20, 0.5);
	made_up_noise(row, noise, 8);
	for (size_t i = 0; i < 4; i++) {
		row->samples[i].seconds = 3;
		row->samples[i].disturbed = true;
		assert_int_equal(record_set_text(&row->samples[i].disturbance,
						 "other programs had 41 % of PU 1"),
				 0);
	}
	made_up_sum_up(&result);
	assert_int_equal(comparison_conclude(&result, &cpu_bound), 0);
	expect_advice(&result, "4 of 40 trials were disturbed, and do not count:\n"
			       "other programs had 41 % of PU 1.");
	expect_advice(&result, "Fastest is openmp");
	/* With many more no winner is named. */
	for (size_t i = 4; i < 20; i++)
		row->samples[i].disturbed = true;
	made_up_sum_up(&result);
	assert_int_equal(comparison_conclude(&result, &cpu_bound), 0);
	expect_advice(&result, "No winner is named: repeat it on a quiet machine.");
	expect_no_advice(&result, "Fastest");
	expect_no_advice(&result, "Least time");
	result_free(&result);
}

static void rows_are_medians_of_what_counts(void **state)
{
	struct result result;
	struct row *row;
	double *seconds;

	(void)state;
	made_up_begin(&result, "compare");
	row = made_up_row(&result, "openmp", 2, 9, 1);
	for (size_t i = 0; i < 9; i++) {
		row->samples[i].seconds = (double)(i + 1);
		row->samples[i].startup_s = 0.1 * (double)(9 - i);
		row->samples[i].disturbed = i < 2;
	}
	made_up_sum_up(&result);
	assert_int_equal(row->disturbed, 2);
	assert_true(row->median.value == 6 && row->median.low == 3 && row->median.high == 9);
	assert_true(fabs(row->startup_s - 0.4) < 1e-12);
	seconds = row_seconds(row);
	assert_true(row_counted(row) == 7 && seconds[0] == 3 && seconds[6] == 9);
	free(seconds);
	for (size_t i = 0; i < 9; i++)
		row->samples[i].disturbed = true;
	made_up_sum_up(&result);
	assert_true(row_counted(row) == 9 && row->median.value == 5 && row->disturbed == 9);
	result_free(&result);
}

/* A series of openmp with times by a law of n. */
static void add_series(struct result *result, const unsigned int *n, size_t count,
		       double (*seconds)(double n), size_t samples)
{
	made_up_noise(made_up_row(result, "serial", 1, samples, seconds(1)), noise, 8);
	for (size_t i = 0; i < count; i++)
		made_up_noise(made_up_row(result, "openmp", n[i], samples, seconds(n[i])), noise,
			      8);
	metrics_set_text(&result->job, "scaling", "strong");
	made_up_sum_up(result);
}

static double perfect(double n)
{
	return 1 / n;
}

static double flat_from_eight(double n)
{
	return 1 / fmin(n, 8);
}

static double amdahl_tenth(double n)
{
	return 0.1 + 0.9 / n;
}

static double no_gain(double n)
{
	return n > 1 ? 0.99 : 1;
}

static const unsigned int powers[] = { 1, 2, 4, 8, 16, 32, 64 };

static const struct law_finding *law_of(const struct result *result, const char *law,
					const char *parameter)
{
	for (size_t i = 0; i < result->law_count; i++)
		if (!strcmp(result->laws[i].law, law) &&
		    !strcmp(result->laws[i].parameter, parameter))
			return &result->laws[i];
	fail_msg("no %s of %s", parameter, law);
	return NULL;
}

static void laws_that_hold_fit(void **state)
{
	const struct law_finding *amdahl;
	struct result result;

	(void)state;
	made_up_begin(&result, "scale");
	add_series(&result, powers, COUNT(powers), amdahl_tenth, 16);
	assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
	amdahl = law_of(&result, "Amdahl", "serial fraction");
	assert_true(fabs(amdahl->estimate.value - 0.1) < 0.005);
	assert_true(amdahl->fits && amdahl->misfit < 0.02);
	/* serial is the point of one worker, and stands for openmp's own. */
	assert_int_equal(amdahl->points, 7);
	assert_int_equal(result.knees[0].knee.value, 64);
	/* Karp and Flatt's fraction is that of the law, at every point. */
	for (size_t i = 2; i < result.row_count; i++)
		assert_true(fabs(result.rows[i].karp_flatt.value - 0.1) < 0.01);
	expect_advice(&result, "Take openmp with 64 workers");
	result_free(&result);
}

static void laws_that_do_not_hold_say_so(void **state)
{
	const struct law_finding *amdahl;
	struct result result;

	(void)state;
	made_up_begin(&result, "scale");
	add_series(&result, powers, COUNT(powers), flat_from_eight, 16);
	assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
	amdahl = law_of(&result, "Amdahl", "serial fraction");
	assert_false(amdahl->fits);
	assert_true(amdahl->misfit > 0.2);
	assert_int_equal(result.knees[0].knee.value, 8);
	expect_advice(&result, "Take openmp with 8 workers");
	result_free(&result);
}

static void what_gains_nothing_is_not_taken(void **state)
{
	struct result result;

	(void)state;
	made_up_begin(&result, "scale");
	add_series(&result, powers, 3, no_gain, 16);
	assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
	expect_advice(&result, "Take serial");
	expect_advice(&result, "nothing here is more than 5 % faster");
	result_free(&result);
}

/* A serial whose median is the least is not shown to be enough where another may be faster. */
static void what_may_be_faster_is_not_left_out(void **state)
{
	static const double wide[] = { 0.6, 1.9, 0.7, 1.5, 1.1, 1.8, 0.8, 1.3 };
	struct result result;

	(void)state;
	made_up_begin(&result, "scale");
	add_series(&result, powers, 3, no_gain, 16);
	made_up_noise(&result.rows[2], wide, COUNT(wide));
	made_up_sum_up(&result);
	assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
	expect_no_advice(&result, "Take serial");
	expect_advice(&result, "The rounds do not tell whether anything is more than 5 % faster");
	result_free(&result);
}

/* One sample of serial, and none of anything else, says nothing of anything. */
static void few_rounds_advise_nothing(void **state)
{
	struct result result;

	(void)state;
	for (size_t samples = 1; samples < 10; samples++) {
		char words[64];

		made_up_begin(&result, "scale");
		add_series(&result, powers, 3, perfect, samples);
		assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
		snprintf(words, sizeof(words), "Too few rounds to tell how far it scales: %zu more",
			 10 - samples);
		expect_advice(&result, words);
		expect_no_advice(&result, "Take");
		assert_true(isnan(result.knees[0].knee.low) == (samples < 6));
		assert_true(isnan(law_of(&result, "Amdahl", "serial fraction")->estimate.low) ==
			    (samples < 6));
		result_free(&result);
	}
}

static void more_than_the_cores_can_do_is_called_so(void **state)
{
	static const unsigned int two[] = { 2 };
	struct result result;

	(void)state;
	made_up_begin(&result, "scale");
	add_series(&result, two, 1, perfect, 8);
	for (size_t i = 0; i < 8; i++)
		result.rows[0].samples[i].seconds *= 17;
	made_up_sum_up(&result);
	assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
	expect_advice(&result, "more than its cores can do");
	result_free(&result);
}

/* What others had is not called what the workers share. */
static void lost_cores_are_running_and_not_rest(void **state)
{
	static const unsigned int two[] = { 2 };
	struct result result;
	struct row *row;

	(void)state;
	made_up_begin(&result, "scale");
	add_series(&result, two, 1, perfect, 8);
	row = &result.rows[1];
	for (size_t i = 0; i < row->sample_count; i++) {
		row->samples[i].seconds *= 2;
		for (size_t w = 0; w < 2; w++)
			row->samples[i].workers[w].busy_s *= 2;
	}
	made_up_sum_up(&result);
	assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
	assert_true(fabs(row->factors.running - 0.5) < 0.01);
	assert_true(fabs(row->factors.rest - 1) < 0.05);
	assert_true(fabs(row->factors.clock * row->factors.balance * row->factors.running *
				 row->factors.overhead * row->factors.rest -
			 row->efficiency) < 1e-9);
	result_free(&result);
}

static void slow_cores_are_found_by_what_they_had(void **state)
{
	static const unsigned int four[] = { 4 };
	struct result result;
	struct row *row;

	(void)state;
	made_up_begin(&result, "scale");
	add_series(&result, four, 1, perfect, 8);
	row = &result.rows[1];
	for (size_t i = 0; i < row->sample_count; i++) {
		/* Core 2 needs more CPU time for an item; core 1 only had less of it. */
		row->samples[i].workers[2].cpu_s *= 1.25;
		row->samples[i].workers[1].busy_s *= 1.5;
	}
	made_up_sum_up(&result);
	assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
	assert_int_equal(result.slow_core_count, 1);
	assert_int_equal(result.slow_cores[0].core, 2);
	expect_advice(&result, "Core 2 is slow: 20 % below");
	/* Where workers share cores, a slow one says nothing of its core. */
	result.hosts[0].allowed_cores = 3;
	assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
	assert_int_equal(result.slow_core_count, 0);
	result.hosts[0].allowed_cores = 4;
	for (size_t i = 0; i < row->sample_count; i++)
		row->samples[i].disturbed = true;
	assert_int_equal(scaling_conclude(&result, &cpu_bound), 0);
	assert_int_equal(result.slow_core_count, 0);
	result_free(&result);
}

/* Compares two results of the same rows, the second slower by that factor. */
static void compare_by(struct result *result, struct regression *regression, double factor,
		       size_t samples, size_t rows)
{
	const struct regression_request request = {
		.tolerance = 0.03, .cpu_bound = true, .before = "old.json", .after = "new.json"
	};
	struct result before, after;

	made_up_begin(&before, "compare");
	made_up_begin(&after, "compare");
	made_up_begin(result, "compare");
	for (size_t i = 0; i < rows; i++) {
		made_up_noise(made_up_row(&before, "openmp", (unsigned int)i + 1, samples, 1),
			      noise, 8);
		made_up_noise(made_up_row(&after, "openmp", (unsigned int)i + 1, samples, factor),
			      other_noise, 8);
	}
	made_up_sum_up(&before);
	made_up_sum_up(&after);
	assert_int_equal(regression_conclude(result, regression, &before, &after, &request), 0);
	result_free(&before);
	result_free(&after);
}

static void what_became_slower_is_found(void **state)
{
	static const struct {
		double factor;
		size_t samples, slower, faster, same, unclear;
	} cases[] = {
		{ 1.20, 10, 2, 0, 0, 0 },
		{ 0.80, 10, 0, 2, 0, 0 },
		{ 1.00, 30, 0, 0, 2, 0 },
		/* Half of it is no regression beyond a tolerance of 3 %. */
		{ 1.028, 30, 0, 0, 0, 2 },
		/* Of three against three nothing can be told, whatever the factor. */
		{ 19.0, 3, 0, 0, 0, 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct regression regression;
		struct result result;

		compare_by(&result, &regression, cases[i].factor, cases[i].samples, 2);
		assert_int_equal(regression.slower, cases[i].slower);
		assert_int_equal(regression.faster, cases[i].faster);
		assert_int_equal(regression.same, cases[i].same);
		assert_int_equal(regression.unclear, cases[i].unclear);
		for (size_t k = 0; k < result.comparison_count; k++)
			assert_int_equal(result.comparison[k].needed > cases[i].samples,
					 cases[i].unclear != 0);
		result_free(&result);
	}
}

/* How many samples would tell follows from the row's own, not from those of one like it. */
static void what_is_needed_is_of_the_row(void **state)
{
	const struct regression_request request = { .tolerance = 0.03,
						    .before = "old.json",
						    .after = "new.json" };
	struct result before, after, result, *const both[] = { &before, &after };
	struct regression regression;

	(void)state;
	made_up_begin(&result, "compare");
	for (size_t i = 0; i < COUNT(both); i++) {
		static const char *const schedules[] = { "dynamic", "static", "guided" };

		made_up_begin(both[i], "compare");
		for (size_t k = 0; k < COUNT(schedules); k++) {
			struct row *row = made_up_row(both[i], "openmp", 2, k == 1 ? 3 : 40,
						      k == 1 && i ? 19 : 1);

			assert_int_equal(record_set_text(&row->schedule, schedules[k]), 0);
			made_up_noise(row, noise, 8);
		}
		made_up_sum_up(both[i]);
	}
	assert_int_equal(regression_conclude(&result, &regression, &before, &after, &request), 0);
	assert_string_equal(result.comparison[1].because, "samples");
	assert_in_range(result.comparison[1].needed, 4, 39);
	result_free(&before);
	result_free(&after);
	result_free(&result);
}

/* Twice the time, where something else had the CPUs, is no regression of ours. */
static void a_disturbed_row_is_not_judged(void **state)
{
	const struct regression_request request = {
		.tolerance = 0.03, .cpu_bound = true, .before = "old.json", .after = "new.json"
	};

	(void)state;
	for (size_t disturbed = 2; disturbed <= 3; disturbed++) {
		struct result before, after, result;
		struct regression regression;
		struct row *row;

		made_up_begin(&before, "compare");
		made_up_begin(&after, "compare");
		made_up_begin(&result, "compare");
		made_up_noise(made_up_row(&before, "openmp", 2, 10, 1), noise, 8);
		row = made_up_row(&after, "openmp", 2, 10, 2);
		made_up_noise(row, other_noise, 8);
		for (size_t i = 0; i < disturbed; i++)
			row->samples[i].disturbed = true;
		made_up_sum_up(&before);
		made_up_sum_up(&after);
		assert_int_equal(
			regression_conclude(&result, &regression, &before, &after, &request), 0);
		assert_int_equal(regression.slower, disturbed == 2);
		assert_int_equal(regression.unclear, disturbed == 3);
		assert_int_equal(regression.disturbed, disturbed == 3);
		assert_int_equal(result.comparison[0].needed, 0);
		if (disturbed == 3) {
			assert_string_equal(result.comparison[0].because, "disturbed");
			expect_advice(&result, "measure again on a quiet machine");
			expect_no_advice(&result, "--rounds");
		} else {
			assert_null(result.comparison[0].because);
		}
		result_free(&before);
		result_free(&after);
		result_free(&result);
	}
}

/* Ten per cent more of the time, while cores were slower, or others had them, is no regression
 * either; of another host, or of work that waits, it is. */
static void what_the_machine_gave_is_no_change(void **state)
{
	static const struct {
		double clock, running;
		bool other_host, waits;
		const char *verdict, *because;
	} cases[] = {
		{ 1, 1, false, false, "slower", NULL },
		{ 1 / 1.1, 1, false, false, "cannot tell", "machine" },
		{ 1, 1 / 1.1, false, false, "cannot tell", "machine" },
		{ 1.1, 1, false, false, "slower", NULL },
		{ NAN, 1, false, false, "slower", NULL },
		{ 1 / 1.1, 1, true, false, "slower", NULL },
		{ 1, 1 / 1.1, false, true, "slower", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct regression_request request = { .tolerance = 0.03,
							    .force = true,
							    .cpu_bound = !cases[i].waits,
							    .before = "old.json",
							    .after = "new.json" };
		struct result before, after, result;
		struct regression regression;
		struct row *row;

		made_up_begin(&before, "compare");
		made_up_begin(&after, "compare");
		made_up_begin(&result, "compare");
		made_up_noise(made_up_row(&before, "openmp", 2, 10, 1), noise, 8);
		row = made_up_row(&after, "openmp", 2, 10, 1.1);
		made_up_noise(row, other_noise, 8);
		for (size_t s = 0; s < row->sample_count; s++)
			for (size_t w = 0; w < 2; w++) {
				row->samples[s].workers[w].clock_hz *= cases[i].clock;
				row->samples[s].workers[w].cpu_s *= cases[i].running;
			}
		if (cases[i].other_host)
			assert_int_equal(record_set_text(&after.hosts[0].hostname, "node2"), 0);
		made_up_sum_up(&before);
		made_up_sum_up(&after);
		assert_int_equal(
			regression_conclude(&result, &regression, &before, &after, &request), 0);
		assert_string_equal(result.comparison[0].verdict, cases[i].verdict);
		assert_int_equal(regression.moved, cases[i].because != NULL);
		if (cases[i].because) {
			assert_string_equal(result.comparison[0].because, cases[i].because);
			expect_advice(&result, "Measure both again, in turn.");
			expect_advice(&result,
				      cases[i].clock < 1
					      ? "clocked at 3.00 GHz before, 2.73 GHz after"
					      : "had 100 % of their CPUs before, 91 % after");
		}
		result_free(&before);
		result_free(&after);
		result_free(&result);
	}
}

static void a_row_that_failed_is_a_regression(void **state)
{
	const struct regression_request request = {
		.tolerance = 0.03, .cpu_bound = true, .before = "old.json", .after = "new.json"
	};
	struct result before, after, result;
	struct regression regression;

	(void)state;
	made_up_begin(&before, "compare");
	made_up_begin(&after, "compare");
	made_up_begin(&result, "compare");
	for (size_t i = 0; i < 2; i++) {
		made_up_row(&before, i ? "openmp" : "serial", 1, 8, 1);
		made_up_row(&after, i ? "openmp" : "serial", 1, 8, 1);
	}
	assert_int_equal(row_leave_out(&after.rows[1], "worker 0 was killed"), 0);
	made_up_sum_up(&before);
	made_up_sum_up(&after);
	assert_int_equal(record_set_text(&after.hosts[0].compiler, "gcc 13"), 0);
	assert_int_equal(regression_conclude(&result, &regression, &before, &after, &request), 0);
	assert_int_equal(regression.failed, 1);
	assert_int_equal(regression.same, 1);
	expect_advice(&result, "1 row failed in new.json.");
	/* What changed is said first. */
	assert_int_equal(strncmp(result.advice, "The compiler changed", 20), 0);
	result_free(&before);
	result_free(&after);
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fastest_is_named),
		cmocka_unit_test(five_rounds_name_nobody),
		cmocka_unit_test(rows_that_noise_parts_are_a_tie),
		cmocka_unit_test(drift_cancels),
		cmocka_unit_test(disturbed_trials_do_not_count),
		cmocka_unit_test(rows_are_medians_of_what_counts),
		cmocka_unit_test(laws_that_hold_fit),
		cmocka_unit_test(laws_that_do_not_hold_say_so),
		cmocka_unit_test(what_gains_nothing_is_not_taken),
		cmocka_unit_test(what_may_be_faster_is_not_left_out),
		cmocka_unit_test(few_rounds_advise_nothing),
		cmocka_unit_test(more_than_the_cores_can_do_is_called_so),
		cmocka_unit_test(lost_cores_are_running_and_not_rest),
		cmocka_unit_test(slow_cores_are_found_by_what_they_had),
		cmocka_unit_test(what_became_slower_is_found),
		cmocka_unit_test(what_is_needed_is_of_the_row),
		cmocka_unit_test(a_disturbed_row_is_not_judged),
		cmocka_unit_test(what_the_machine_gave_is_no_change),
		cmocka_unit_test(a_row_that_failed_is_a_regression),
	};

	return RUN_TESTS(tests);
}
