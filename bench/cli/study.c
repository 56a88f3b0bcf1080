/* An experiment, asked for by a command. */
#define _GNU_SOURCE
#include "study.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/interrupt.h"
#include "bench/base/say.h"
#include "bench/launcher/rank_environment.h"
#include "outputs.h"
#include "progress.h"
#include "split.h"
#include "team_warnings.h"

/* Kept of the time for conclusions and reports: so much, or of little time a tenth. */
#define STUDY_REPORT_S 0.5

int study_refuse_ranks(const struct command *command)
{
	const char *verb = command->verb->name;

	if (!rank_environment_present())
		return 0;
	if (rank_environment_rank())
		return -EINVAL;
	return say_fail(EINVAL, "%s starts its own ranks: type it without %s, as in `%s %s -c %u`",
			verb, rank_environment_launcher(), command->program->name, verb,
			rank_environment_ranks());
}

int study_open(struct study *study, struct command *command, struct placement *placement)
{
	int ret;

	*study = (struct study){ .command = command,
				 .job = { .feed = -1 },
				 .question = { .cpu_bound = command->program->cpu_bound,
					       .remark = command->program->remark },
				 .began_ns = clock_ns() };
	ret = outputs_begin(&study->result, command, placement);
	if (ret)
		return ret;
	if (!placement_machine(placement)->this_system)
		ret = team_warnings_refuse_elsewhere(command);
	if (!ret)
		ret = kept_job_open(&study->job, command);
	if (!ret)
		ret = outputs_check(command);
	study->process = (struct trial_process){
		.program = command->program->name,
		.verb = "run",
		.chooses = "-s",
		.options = command->measured.list,
		.operands = command->operands,
		.feed = study->job.feed,
		.weights = command->team.weighting.text,
		.schedule = command->team.schedule_given ? command->team.schedule_text : NULL,
	};
	experiment_open(&study->experiment, &study->result,
			(struct trial){ .make = trial_process_make, .context = &study->process });
	return ret;
}

void study_close(struct study *study)
{
	experiment_close(&study->experiment);
	kept_job_close(&study->job);
	result_free(&study->result);
}

int study_add(struct study *study, const struct configuration *configuration,
	      unsigned int concurrency, unsigned int cores)
{
	struct configuration split = *configuration;
	const char *missing;
	char why[128];
	int ret = split_concurrency(&split, concurrency, cores, &missing, why);

	return ret ? ret : experiment_add(&study->experiment, &split, missing);
}

bool study_shows_schedules(const struct study *study, struct placement *placement,
			   unsigned int concurrency)
{
	const struct command *command = study->command;

	if (!study->command->program->cpu_bound || command->team.schedule_given)
		return false;
	if (command->team.weighting.text)
		return true;
	return placement_plan(placement, concurrency, 0, concurrency) == 0 &&
	       placement_unequal(placement);
}

static void study_progress(void *context, unsigned int round, double elapsed_s,
			   const struct row *row)
{
	const struct study *study = context;

	say_progress("round %u, %.0f of at most %.0f s: %s x %u", round + 1, elapsed_s,
		     study->command->study.max_time, row->strategy,
		     row_concurrency(row, study->question.cpu_bound));
}

/* Says why less was measured than was asked for. */
static void study_say_end(const struct study *study)
{
	const struct experiment *experiment = &study->experiment;
	const struct command *command = study->command;

	if (experiment->end == EXPERIMENT_SIGNAL)
		say_warn("interrupted after %u whole round%s: this is what there is",
			 experiment->rounds, experiment->rounds == 1 ? "" : "s");
	else if (experiment->end == EXPERIMENT_TIME && command->study.rounds)
		say_warn("%u of %u rounds were made in --max-time %g s", experiment->rounds,
			 command->study.rounds, command->study.max_time);
	else if (experiment->end == EXPERIMENT_TIME)
		say_warn("--max-time %g s is over after %u whole round%s", command->study.max_time,
			 experiment->rounds, experiment->rounds == 1 ? "" : "s");
}

/* Without a whole round nothing can be said of the rows. */
static int study_conclude(struct study *study,
			  int (*conclude)(struct result *result,
					  const struct study_question *question))
{
	const struct experiment *experiment = &study->experiment;
	bool measured = false;

	for (size_t i = 0; i < study->result.row_count; i++)
		measured = measured || study->result.rows[i].sample_count;
	study->result.incomplete = experiment->end == EXPERIMENT_SIGNAL;
	if (experiment->rounds || (!measured && experiment->end == EXPERIMENT_FAILED))
		return conclude(&study->result, &study->question);
	study->result.incomplete = true;
	return record_set_text(&study->result.advice,
			       "The first round is not whole: nothing can be said of the rows.");
}

/* What the exit code tells, once everything was written. */
static int study_judge(const struct study *study)
{
	const struct experiment *experiment = &study->experiment;
	bool measured = false;

	for (size_t i = 0; i < study->result.row_count; i++)
		measured = measured || row_is_measured(&study->result.rows[i]);
	if (experiment->error || experiment->end == EXPERIMENT_SIGNAL)
		return experiment->error;
	if (experiment->end == EXPERIMENT_TIME && !experiment->rounds)
		return say_fail(EIO,
				"--max-time %g s was over in the first round, which every row "
				"needs: nothing can be said; give more",
				study->command->study.max_time);
	return measured ? 0 : say_fail(ENOTSUP, "nothing could be measured here");
}

int study_run(struct study *study, bool (*answered)(void *question, const struct result *result),
	      int (*conclude)(struct result *result, const struct study_question *question))
{
	struct command *command = study->command;
	double limit = command->study.max_time;
	uint64_t now = clock_ns();
	struct pace pace = {
		.rounds = command->study.rounds,
		.answered = answered,
		.question = &study->question,
		.max_time = limit - (double)(now - study->began_ns) * 1e-9 -
			    fmin(STUDY_REPORT_S, limit / 10),
		.seed = { (unsigned short)now, (unsigned short)(now >> 16),
			  (unsigned short)(now >> 32) },
		.progress = progress_wanted(command) ? study_progress : NULL,
		.progress_context = study,
	};
	int ret;

	interrupt_watch();
	ret = experiment_run(&study->experiment, &pace);
	interrupt_unwatch();
	say_progress(NULL);
	if (!ret) {
		study_say_end(study);
		ret = study_conclude(study, conclude);
	}
	if (!ret)
		ret = outputs_write(command, &study->result, NULL, NULL);
	if (!ret)
		ret = study_judge(study);
	if (study->experiment.end == EXPERIMENT_SIGNAL) {
		fflush(stdout);
		interrupt_end();
	}
	return ret;
}
