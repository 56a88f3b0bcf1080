/* Rounds of trials, in shuffled order. */
#include "experiment.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/base/clock.h"
#include "bench/base/exit_code.h"
#include "bench/base/say.h"
#include "agreement.h"

void experiment_open(struct experiment *experiment, struct result *result, struct trial trial)
{
	*experiment = (struct experiment){ .result = result, .trial = trial };
}

void experiment_close(struct experiment *experiment)
{
	free(experiment->rows);
	experiment->rows = NULL;
	experiment->row_count = experiment->row_room = 0;
}

int experiment_add(struct experiment *experiment, const struct configuration *configuration,
		   const char *missing)
{
	struct row *row;
	int ret;

	if (array_reserve(&experiment->rows, &experiment->row_room, experiment->row_count + 1))
		return -ENOMEM;
	row = result_add_row(experiment->result);
	if (!row)
		return -ENOMEM;
	experiment->rows[experiment->row_count++] =
		(struct experiment_row){ .configuration = *configuration, .out = missing };
	ret = configuration_describe(configuration, row);
	return ret || !missing ? ret : row_leave_out(row, missing);
}

/* Moves an owned text from one place to another. */
static void experiment_move_text(char **to, char **from)
{
	free(*to);
	*to = *from;
	*from = NULL;
}

/* What the first trial of a row tells of all of them. */
static void experiment_take_identity(struct row *row, struct row *found)
{
	row->ranks = found->ranks;
	row->workers = found->workers;
	row->inflight = found->inflight;
	row->nodes = found->nodes;
	row->items = found->items;
	row->verified = true;
	experiment_move_text(&row->strategy, &found->strategy);
	experiment_move_text(&row->schedule, &found->schedule);
	experiment_move_text(&row->places, &found->places);
	experiment_move_text(&row->bind, &found->bind);
	experiment_move_text(&row->rate_unit, &found->rate_unit);
	row->per_rank = found->per_rank;
	row->per_rank_count = found->per_rank_count;
	found->per_rank = NULL;
	found->per_rank_count = 0;
	row->per_worker = found->per_worker;
	row->per_worker_count = found->per_worker_count;
	found->per_worker = NULL;
	found->per_worker_count = 0;
}

/* Moves the sample of a trial into its row. Returns 0 or -ENOMEM. */
static int experiment_take_sample(struct row *row, struct row *found, unsigned int round)
{
	struct sample *sample = row_add_sample(row);

	if (!sample)
		return -ENOMEM;
	*sample = found->samples[found->sample_count - 1];
	record_init(&sample_record, &found->samples[found->sample_count - 1]);
	sample->round = round;
	return 0;
}

/* The job and the results are those of the first trial whose answers were right. */
static void experiment_take_results(struct result *result, struct result *found,
				    const char *scaling)
{
	result->tables = found->tables;
	result->table_count = found->table_count;
	found->tables = NULL;
	found->table_count = 0;
	metrics_free(&result->job);
	result->job = found->job;
	found->job = (struct metrics){ 0 };
	if (scaling)
		metrics_set_text(&result->job, "scaling", scaling);
}

/* A row whose trial failed, or found other results than those before, is left out, with the reason;
 * only a wrong answer ends the experiment. */
static int experiment_put_aside(struct experiment *experiment, size_t number, const char *why,
				int code)
{
	struct row *row = &experiment->result->rows[number];
	int ret = row_leave_out(row, why), err = exit_code_errno(code);

	experiment->rows[number].out = true;
	if (!ret && err == EBADMSG)
		return say_fail(err, "%s: %s", row->strategy, why);
	if (!ret && err != ENOTSUP && err != EINVAL)
		experiment->error = say_fail(EIO, "%s: %s", row->strategy, why);
	return ret;
}

/* Takes in what a trial found. Returns 0 or -errno. */
static int experiment_take(struct experiment *experiment, size_t number, unsigned int round,
			   struct result *found)
{
	struct result *result = experiment->result;
	struct row *row = &result->rows[number], *measured = &found->rows[0];
	bool verified = measured->verified;
	char why[TRIAL_WHY];
	int ret = 0;

	if (verified && result->table_count &&
	    agreement_check(found, row->repeat, result, experiment->reference_repeat, why))
		return experiment_put_aside(experiment, number, why, 1);
	if (row->sample_count && measured->per_worker_count != row->per_worker_count)
		return say_fail(EPROTO, "%s: %zu workers in one trial, and %zu in another",
				row->strategy, measured->per_worker_count, row->per_worker_count);
	if (!row->sample_count)
		experiment_take_identity(row, measured);
	row->verified = row->verified && verified;
	ret = result_take_hosts(result, found);
	if (!ret)
		ret = experiment_take_sample(row, measured, round);
	if (!ret && verified && !result->table_count)
		experiment->reference_repeat = row->repeat;
	if (!ret && verified && !result->table_count)
		experiment_take_results(result, found, experiment->scaling);
	return ret;
}

static uint64_t experiment_now(const struct pace *pace)
{
	return pace->clock ? pace->clock() : clock_ns();
}

/* One trial of one row. Returns 0, also where the row failed and is now out; or -errno. */
static int experiment_measure(struct experiment *experiment, const struct pace *pace, size_t number,
			      unsigned int round, uint64_t until_ns)
{
	struct experiment_row *asked = &experiment->rows[number];
	struct result found = { 0 };
	uint64_t began = experiment_now(pace);
	char why[TRIAL_WHY] = "";
	int code = experiment->trial.make(experiment->trial.context, &asked->configuration,
					  until_ns, &found, why);
	int ret = 0;

	asked->longest = fmax(asked->longest, (double)(experiment_now(pace) - began) * 1e-9);
	if (code == -ETIME || code == -EINTR)
		ret = code;
	else if (code < 0)
		ret = say_fail(-code, "a measurement cannot be started: %s", strerror(-code));
	else if (!found.row_count || !found.rows[0].sample_count)
		ret = experiment_put_aside(experiment, number, why, code);
	else
		ret = experiment_take(experiment, number, round, &found);
	if (!ret && code > 0 && found.row_count)
		experiment->error = say_fail(exit_code_errno(code), "%s: %s",
					     experiment->result->rows[number].strategy, why);
	result_free(&found);
	return ret;
}

static void experiment_shuffle(size_t *order, size_t count, unsigned short seed[3])
{
	for (size_t i = count; i > 1; i--) {
		size_t j = (size_t)nrand48(seed) % i, other = order[j];

		order[j] = order[i - 1];
		order[i - 1] = other;
	}
}

/* Whatever time there is, the baseline comes first. */
static void experiment_put_first(size_t *order, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (order[i] == 0) {
			order[i] = order[0];
			order[0] = 0;
		}
}

/* One trial a row, in an order of its own, so that drift hits all alike. Returns 1 after a whole
 * round, 0 if no row is left, or -errno. */
static int experiment_round(struct experiment *experiment, const struct pace *pace,
			    unsigned int round, const size_t *order, uint64_t began)
{
	uint64_t until = began + (uint64_t)(pace->max_time * 1e9);
	int made = 0;

	for (size_t i = 0; i < experiment->row_count; i++) {
		const struct experiment_row *asked = &experiment->rows[order[i]];
		double elapsed = (double)(experiment_now(pace) - began) * 1e-9;
		int ret;

		if (asked->out)
			continue;
		if (elapsed + (round ? asked->longest : 0) > pace->max_time)
			return -ETIME;
		if (pace->progress)
			pace->progress(pace->progress_context, round, elapsed,
				       &experiment->result->rows[order[i]]);
		ret = experiment_measure(experiment, pace, order[i], round, until);
		if (ret)
			return ret;
		made = 1;
	}
	return made;
}

/* 6, 8, 12, 16, 24, 32, 48, 64 ... */
unsigned int experiment_look(unsigned int n)
{
	return (n % 2 ? 8U : 6U) << (n / 2 < 24 ? n / 2 : 24);
}

/* Whether the rounds that were made are enough. *look: how often the question was asked. */
static bool experiment_is_over(struct experiment *experiment, const struct pace *pace,
			       unsigned int *look)
{
	if (pace->rounds && experiment->rounds >= pace->rounds) {
		experiment->end = EXPERIMENT_ROUNDS;
		return true;
	}
	if (pace->rounds || !pace->answered || experiment->rounds < experiment_look(*look))
		return false;
	++*look;
	experiment->end = EXPERIMENT_ANSWERED;
	return pace->answered(pace->question, experiment->result);
}

/* What a trial's own end means for the experiment's. */
static int experiment_stop(struct experiment *experiment, int ret)
{
	if (ret == -ETIME)
		experiment->end = EXPERIMENT_TIME;
	else if (ret == -EINTR)
		experiment->end = EXPERIMENT_SIGNAL;
	else if (ret == 0)
		experiment->end = EXPERIMENT_FAILED;
	return ret == -ETIME || ret == -EINTR ? 0 : ret;
}

/* Rows that were never measured say why. */
static int experiment_settle(struct experiment *experiment)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < experiment->row_count; i++) {
		struct row *row = &experiment->result->rows[i];

		if (!experiment->rows[i].out && !row->sample_count)
			ret = row_leave_out(row, experiment->end == EXPERIMENT_SIGNAL
							 ? "interrupted before it was measured"
							 : "--max-time was over before it was "
							   "measured");
		else if (row->sample_count)
			ret = row_summarise(row);
	}
	return ret;
}

int experiment_run(struct experiment *experiment, const struct pace *pace)
{
	uint64_t began = experiment_now(pace);
	unsigned short seed[3] = { pace->seed[0], pace->seed[1], pace->seed[2] };
	size_t *order = calloc(experiment->row_count + 1, sizeof(*order));
	unsigned int look = 0;
	int ret = order ? 1 : -ENOMEM, settled;

	for (size_t i = 0; order && i < experiment->row_count; i++)
		order[i] = i;
	while (ret > 0) {
		experiment_shuffle(order, experiment->row_count, seed);
		if (!experiment->rounds)
			experiment_put_first(order, experiment->row_count);
		ret = experiment_round(experiment, pace, experiment->rounds, order, began);
		if (ret <= 0) {
			ret = experiment_stop(experiment, ret);
			break;
		}
		experiment->rounds++;
		ret = experiment_settle(experiment) ?: 1;
		if (ret > 0 && experiment_is_over(experiment, pace, &look))
			ret = 0;
	}
	free(order);
	settled = experiment_settle(experiment);
	return ret ? ret : settled;
}
