/* Experiments with trials that are made up: the order, when to stop, what is taken in, what is left
 * out. No process is started. */
#include "tests/made_up.h"

#include <errno.h>

#include "bench/study/experiment.h"

enum { TRIALS_MAX = 4096 };

/* What the made-up trials do, and what was asked of them. */
static struct script {
	const char *asked[TRIALS_MAX];
	unsigned int count;
	double seconds;           /* that a trial takes, on the made-up clock */
	const char *fails;        /* a strategy ... */
	unsigned int fails_after; /* ... that fails after so many of its trials */
	int code;                 /* as the trial's process would end with; or -errno */
	const char *lies;         /* a strategy whose sum is another */
	unsigned int longer;      /* not 0: a strategy that lies has so many results more */
	unsigned int interrupted_at;
	uint64_t until_ns;
} script;

static uint64_t now_ns;

static uint64_t made_up_clock(void)
{
	return now_ns;
}

static const struct column sum_columns[] = { { "task", "task", CELL_TEXT },
					     { "sum", "sum", CELL_TEXT } };

static void sum_row(const void *context, size_t row, struct cell *cells)
{
	(void)row;
	table_set_text(&cells[0], "10");
	table_set_text(&cells[1], context);
}

static unsigned int times_asked(const char *strategy)
{
	unsigned int times = 0;

	for (unsigned int i = 0; i < script.count; i++)
		times += !strcmp(script.asked[i], strategy);
	return times;
}

static int made_up_trial(void *context, const struct configuration *c, uint64_t until_ns,
			 struct result *found, char why[TRIAL_WHY])
{
	bool lies = script.lies && !strcmp(c->strategy, script.lies);
	struct row *row;

	(void)context;
	*found = (struct result){ 0 };
	assert_true(script.count < TRIALS_MAX);
	script.asked[script.count++] = c->strategy;
	script.until_ns = until_ns;
	if (script.interrupted_at && script.count >= script.interrupted_at)
		return -EINTR;
	now_ns += (uint64_t)(script.seconds * 1e9);
	if (now_ns > until_ns)
		return -ETIME;
	if (script.fails && !strcmp(c->strategy, script.fails) &&
	    times_asked(c->strategy) > script.fails_after) {
		snprintf(why, TRIAL_WHY, "worker 1 was killed");
		return script.code;
	}
	made_up_begin(found, "run");
	row = made_up_row(found, c->strategy, c->workers, 1, 0.5 / c->workers);
	row->repeat = c->repeat;
	assert_int_equal(result_add_table(found,
					  (struct table){
						  .key = "results",
						  COLUMNS(sum_columns),
						  .row_count = (c->repeat ? c->repeat : 1) +
							       (lies ? script.longer : 0),
						  .row = sum_row,
						  .context = lies && !script.longer ? "286" : "285",
					  }),
			 0);
	return 0;
}

/* An experiment of serial, and openmp and processes with two workers each. */
static void open_three(struct experiment *experiment, struct result *result, unsigned int repeat)
{
	static const char *const strategies[] = { "serial", "openmp", "processes" };

	made_up_begin(result, "compare");
	result->host_count = 0;
	experiment_open(experiment, result, (struct trial){ .make = made_up_trial });
	for (size_t i = 0; i < COUNT(strategies); i++) {
		const struct configuration c = { .strategy = strategies[i],
						 .workers = i ? 2 : 1,
						 .repeat = i ? repeat : 1 };

		assert_int_equal(experiment_add(experiment, &c, NULL), 0);
	}
}

static int set_up(void **state)
{
	(void)state;
	script = (struct script){ .seconds = 1, .code = 1 };
	now_ns = 1000000000;
	return 0;
}

static void close_all(struct experiment *experiment, struct result *result)
{
	experiment_close(experiment);
	result_free(result);
}

static struct pace pace_of(unsigned int rounds, double max_time)
{
	return (struct pace){
		.rounds = rounds, .max_time = max_time, .clock = made_up_clock, .seed = { 1, 2, 3 }
	};
}

static void every_round_has_every_row_once(void **state)
{
	struct pace pace = pace_of(50, 1e6);
	struct experiment experiment;
	struct result result;
	unsigned int firsts[3] = { 0 };

	(void)state;
	open_three(&experiment, &result, 1);
	assert_int_equal(experiment_run(&experiment, &pace), 0);
	assert_int_equal(experiment.rounds, 50);
	assert_int_equal(experiment.end, EXPERIMENT_ROUNDS);
	assert_int_equal(script.count, 150);
	for (unsigned int round = 0; round < 50; round++) {
		const char *const *of = &script.asked[3 * round];

		assert_string_not_equal(of[0], of[1]);
		assert_string_not_equal(of[1], of[2]);
		assert_string_not_equal(of[0], of[2]);
		for (size_t i = 0; i < 3; i++)
			firsts[i] += !strcmp(of[0], result.rows[i].strategy);
	}
	/* Shuffled: each comes first in about a third of the rounds. */
	for (size_t i = 0; i < 3; i++)
		assert_in_range(firsts[i], 8, 27);
	for (size_t i = 0; i < 3; i++)
		for (unsigned int round = 0; round < 50; round++)
			assert_int_equal(result.rows[i].samples[round].round, round);
	close_all(&experiment, &result);
}

static void the_baseline_comes_first(void **state)
{
	(void)state;
	for (unsigned short seed = 0; seed < 20; seed++) {
		struct pace pace = pace_of(1, 1e6);
		struct experiment experiment;
		struct result result;

		set_up(NULL);
		pace.seed[0] = seed;
		open_three(&experiment, &result, 1);
		assert_int_equal(experiment_run(&experiment, &pace), 0);
		assert_string_equal(script.asked[0], "serial");
		close_all(&experiment, &result);
	}
}

static bool answered_at_twelve(void *question, const struct result *result)
{
	unsigned int *asked = question;

	++*asked;
	assert_true(result->rows[0].median.value > 0);
	return result->rows[0].sample_count >= 12;
}

/* The question is asked after 6, 8, 12 ... rounds: not after every one. */
static void it_stops_when_the_question_is_answered(void **state)
{
	static const unsigned int looks[] = { 6, 8, 12, 16, 24, 32, 48, 64 };
	struct pace pace = pace_of(0, 1e6);
	struct experiment experiment;
	struct result result;
	unsigned int asked = 0;

	(void)state;
	for (unsigned int i = 0; i < COUNT(looks); i++)
		assert_int_equal(experiment_look(i), looks[i]);
	pace.answered = answered_at_twelve;
	pace.question = &asked;
	open_three(&experiment, &result, 1);
	assert_int_equal(experiment_run(&experiment, &pace), 0);
	assert_int_equal(experiment.rounds, 12);
	assert_int_equal(experiment.end, EXPERIMENT_ANSWERED);
	assert_int_equal(asked, 3);
	close_all(&experiment, &result);
}

static void it_stops_in_time(void **state)
{
	struct pace pace = pace_of(0, 10.5);
	struct experiment experiment;
	struct result result;

	(void)state;
	open_three(&experiment, &result, 1);
	assert_int_equal(experiment_run(&experiment, &pace), 0);
	/* Three trials of a second a round: no trial is begun that would end after 10.5 s. */
	assert_int_equal(script.count, 10);
	assert_int_equal(experiment.rounds, 3);
	assert_int_equal(experiment.end, EXPERIMENT_TIME);
	assert_true(script.until_ns == 1000000000 + 10500000000u);
	close_all(&experiment, &result);
}

static void the_first_round_may_not_be_whole(void **state)
{
	struct pace pace = pace_of(0, 1.5);
	struct experiment experiment;
	struct result result;
	unsigned int missing = 0;

	(void)state;
	open_three(&experiment, &result, 1);
	assert_int_equal(experiment_run(&experiment, &pace), 0);
	assert_int_equal(experiment.rounds, 0);
	assert_int_equal(experiment.end, EXPERIMENT_TIME);
	assert_int_equal(result.rows[0].sample_count, 1);
	for (size_t i = 1; i < 3; i++)
		missing += result.rows[i].missing && strstr(result.rows[i].missing, "--max-time");
	assert_int_equal(missing, 2);
	close_all(&experiment, &result);
}

static void a_signal_ends_it_with_what_there_is(void **state)
{
	struct pace pace = pace_of(100, 1e6);
	struct experiment experiment;
	struct result result;

	(void)state;
	script.interrupted_at = 8;
	open_three(&experiment, &result, 1);
	assert_int_equal(experiment_run(&experiment, &pace), 0);
	assert_int_equal(experiment.rounds, 2);
	assert_int_equal(experiment.end, EXPERIMENT_SIGNAL);
	assert_int_equal(script.count, 8);
	assert_true(result.rows[0].median.value == 0.5);
	close_all(&experiment, &result);
}

/* What failed has no figures of before, and no sample; the others go on. */
static void a_row_that_fails_late_is_left_out_whole(void **state)
{
	struct pace pace = pace_of(10, 1e6);
	struct experiment experiment;
	struct result result;
	const struct row *row = NULL;

	(void)state;
	script.fails = "openmp";
	script.fails_after = 4;
	open_three(&experiment, &result, 1);
	assert_int_equal(experiment_run(&experiment, &pace), 0);
	assert_int_equal(experiment.error, -EIO);
	row = &result.rows[1];
	assert_string_equal(row->missing, "worker 1 was killed");
	assert_int_equal(row->sample_count, 0);
	assert_int_equal(row->per_worker_count, 0);
	assert_true(isnan(row->median.value) && isnan(row->rate) && !row->verified);
	assert_int_equal(result.rows[0].sample_count, 10);
	assert_int_equal(result.rows[2].sample_count, 10);
	assert_int_equal(times_asked("openmp"), 5);
	close_all(&experiment, &result);
}

static void what_is_not_available_is_no_failure(void **state)
{
	struct pace pace = pace_of(3, 1e6);
	struct experiment experiment;
	struct result result;

	(void)state;
	script.fails = "processes";
	script.code = 4;
	open_three(&experiment, &result, 1);
	assert_int_equal(experiment_run(&experiment, &pace), 0);
	assert_int_equal(experiment.error, 0);
	assert_non_null(result.rows[2].missing);
	close_all(&experiment, &result);
}

static void a_wrong_answer_ends_it(void **state)
{
	struct pace pace = pace_of(3, 1e6);
	struct experiment experiment;
	struct result result;

	(void)state;
	script.fails = "openmp";
	script.code = 3;
	open_three(&experiment, &result, 1);
	assert_int_equal(experiment_run(&experiment, &pace), -EBADMSG);
	close_all(&experiment, &result);
}

static void trials_must_agree(void **state)
{
	(void)state;
	/* Another sum, and as many sums with one more. */
	for (unsigned int longer = 0; longer < 2; longer++) {
		struct pace pace = pace_of(3, 1e6);
		struct experiment experiment;
		struct result result;

		set_up(NULL);
		script.lies = "processes";
		script.longer = longer;
		open_three(&experiment, &result, 1);
		/* The others are measured on, and shown. */
		assert_int_equal(experiment_run(&experiment, &pace), 0);
		assert_int_equal(experiment.error, -EIO);
		for (size_t i = 0; i < result.row_count; i++) {
			const struct row *row = &result.rows[i];
			bool lied = !strcmp(row->strategy, "processes");

			assert_int_equal(row->missing && strstr(row->missing, "in another trial"),
					 lied);
			assert_int_equal(row->sample_count, lied ? 0 : 3);
		}
		close_all(&experiment, &result);
	}
}

/* A job three times over has the results three times. */
static void repeated_jobs_agree(void **state)
{
	struct pace pace = pace_of(2, 1e6);
	struct experiment experiment;
	struct result result;

	(void)state;
	open_three(&experiment, &result, 3);
	assert_int_equal(experiment_run(&experiment, &pace), 0);
	assert_int_equal(experiment.rounds, 2);
	close_all(&experiment, &result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_round_has_every_row_once, set_up),
		cmocka_unit_test_setup(the_baseline_comes_first, set_up),
		cmocka_unit_test_setup(it_stops_when_the_question_is_answered, set_up),
		cmocka_unit_test_setup(it_stops_in_time, set_up),
		cmocka_unit_test_setup(the_first_round_may_not_be_whole, set_up),
		cmocka_unit_test_setup(a_signal_ends_it_with_what_there_is, set_up),
		cmocka_unit_test_setup(a_row_that_fails_late_is_left_out_whole, set_up),
		cmocka_unit_test_setup(what_is_not_available_is_no_failure, set_up),
		cmocka_unit_test_setup(a_wrong_answer_ends_it, set_up),
		cmocka_unit_test_setup(trials_must_agree, set_up),
		cmocka_unit_test_setup(repeated_jobs_agree, set_up),
	};

	return RUN_TESTS(tests);
}
