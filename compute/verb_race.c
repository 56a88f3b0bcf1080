/* race: the ways to count, measured by the same experiment as strategies are. */
#include "verb_race.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/cli/outputs.h"
#include "bench/cli/study.h"
#include "bench/launcher/launch.h"
#include "bench/study/lost_updates.h"

/* The race of the notebook that this program descends from. */
enum { RACE_WORKERS = 5000, RACE_TASKS = 100000, RACE_INCREMENTS = 100 };

/* A picture needs more than one number of threads; what is lost grows fast at first. */
static const unsigned int race_picture[] = { 1, 2, 4, 16, 64, 512 };

static uint64_t race_total(const struct race_config *config)
{
	return (uint64_t)config->tasks * config->increments;
}

/* The defaults, and what cannot be. */
static int race_check(struct race_config *config)
{
	config->tasks = config->tasks ? config->tasks : RACE_TASKS;
	config->increments = config->increments ? config->increments : RACE_INCREMENTS;
	if (!config->workers.count)
		config->workers.numbers[config->workers.count++] = RACE_WORKERS;
	for (size_t i = 0; i < config->workers.count; i++)
		if (config->workers.numbers[i] > RACE_WORKERS_MAX)
			return say_fail(EINVAL, "-w %u: a race has up to %d workers",
					config->workers.numbers[i], RACE_WORKERS_MAX);
	return 0;
}

static void race_put_job(struct metrics *metrics, const struct race_config *config)
{
	metrics_set_number(metrics, "tasks", CELL_COUNT, config->tasks);
	metrics_set_number(metrics, "increments", CELL_COUNT, config->increments);
}

/* What became of one race, as a sample of its row. */
static int race_put_sample(struct row *row, const struct race_config *config,
			   const struct race_outcome *outcome, double startup_s)
{
	struct sample *sample = row_add_sample(row);
	double total = (double)race_total(config), count = (double)outcome->count;

	if (!sample)
		return -ENOMEM;
	sample->round = (unsigned int)row->sample_count - 1;
	sample->seconds = (double)outcome->elapsed_ns * 1e-9;
	sample->startup_s = startup_s;
	metrics_set_number(&sample->metrics, "count", CELL_COUNT, count);
	metrics_set_number(&sample->metrics, "lost", CELL_COUNT, total - count);
	metrics_set_number(&sample->metrics, "lost_share", CELL_SHARE, (total - count) / total);
	metrics_set_number(&sample->metrics, "ns_an_increment", CELL_RATIO,
			   sample->seconds * 1e9 / total);
	row->workers = outcome->workers;
	row->verified = row->verified && outcome->count == race_total(config);
	return sample->metrics.incomplete ? -ENOMEM : 0;
}

/* One race. A way that never loses, and did, is a wrong answer; and so is a count of more than was
 * counted. */
static int race_once(struct row *row, const struct race_config *config)
{
	const unsigned int asked = config->workers.numbers[0], most = config->way->most,
			   workers = most && asked > most ? most : asked;
	const struct race_request request = { .way = config->way,
					      .workers = asked,
					      .tasks = config->tasks,
					      .increments = config->increments };
	double startup_s = (double)(clock_ns() - launch_began_ns()) * 1e-9;
	struct race_outcome outcome;
	int ret = race_run(&outcome, &request);

	if (ret)
		return ret;
	if (outcome.count > race_total(config) ||
	    (request.way->exact && outcome.count != race_total(config)))
		return say_fail(EBADMSG, "%s counted %" PRIu64 " instead of %" PRIu64,
				request.way->name, outcome.count, race_total(config));
	if (outcome.workers < workers)
		say_warn("of %u workers %u could be had: that pool does all of the tasks", workers,
			 outcome.workers);
	return race_put_sample(row, config, &outcome, startup_s);
}

/* One way, in this process. */
static int race_alone(struct command *command, const struct race_config *config,
		      struct result *result)
{
	const unsigned int rounds = command->study.rounds;
	const struct configuration like = { .strategy = config->way->name };
	struct row *row = result_add_row(result);
	int ret = row ? configuration_describe(&like, row) : -ENOMEM;

	if (ret)
		return ret;
	if (config->workers.count > 1)
		return say_fail(EINVAL, "--way takes one -w: several are compared without it");
	row->items = (double)race_total(config);
	row->verified = true;
	ret = record_set_text(&row->rate_unit, "increment/s");
	for (unsigned int i = 0; !ret && i < (rounds ? rounds : 1); i++)
		ret = race_once(row, config);
	race_put_job(&result->job, config);
	return ret ? ret : row_summarise(row);
}

static int race_conclude(struct result *result, const struct study_question *question)
{
	(void)question;
	return lost_updates_conclude(result);
}

/* Six rounds give an interval. */
static bool race_is_answered(void *question, const struct result *result)
{
	(void)question;
	(void)result;
	return true;
}

static int race_add_row(struct study *study, const struct race_way *way, unsigned int workers)
{
	return experiment_add(&study->experiment,
			      &(struct configuration){ .strategy = way->name, .workers = workers },
			      NULL);
}

/* Every way with every number of workers; for a picture, the one that loses with some more. */
static int race_add_rows(struct study *study, const struct race_config *config)
{
	const struct command *command = study->command;
	const struct choices *workers = &config->workers;
	bool drawn = command->outputs[OUTPUT_SVG].wanted || command->outputs[OUTPUT_PNG].wanted;
	int ret = 0;

	for (size_t i = 0; !ret && drawn && workers->count == 1 &&
			   i < sizeof(race_picture) / sizeof(race_picture[0]);
	     i++)
		if (race_picture[i] < workers->numbers[0])
			ret = race_add_row(study, &race_unsynchronised, race_picture[i]);
	for (size_t i = 0; !ret && i < workers->count; i++)
		for (size_t k = 0; !ret && race_ways[k]; k++)
			ret = race_add_row(study, race_ways[k], workers->numbers[i]);
	return ret;
}

static int race_compare(struct command *command, const struct race_config *config,
			struct placement *placement)
{
	struct study study;
	int ret = study_open(&study, command, placement);

	study.process.verb = command->verb->name;
	study.process.chooses = "--way=";
	study.process.loses = true;
	race_put_job(&study.result.job, config);
	if (!ret)
		ret = race_add_rows(&study, config);
	if (!ret)
		ret = study_run(&study, race_is_answered, race_conclude);
	study_close(&study);
	return ret;
}

static int race_measure(struct command *command, const struct race_config *config,
			struct placement *placement)
{
	struct result result;
	int ret = outputs_begin(&result, command, placement);

	if (!ret)
		ret = outputs_check(command);
	if (!ret)
		ret = race_alone(command, config, &result);
	if (!ret)
		ret = lost_updates_conclude(&result);
	if (!ret)
		ret = outputs_write(command, &result, NULL, NULL);
	result_free(&result);
	return ret;
}

int verb_race(struct command *command, struct race_config *config)
{
	struct placement *placement;
	int ret = race_check(config);

	if (!ret)
		ret = placement_open(&placement, &command->place);
	if (ret)
		return ret;
	ret = config->way ? race_measure(command, config, placement)
			  : race_compare(command, config, placement);
	placement_close(placement);
	return ret;
}
