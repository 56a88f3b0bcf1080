/* run: the job once, with one strategy. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/launcher/launch.h"
#include "bench/study/nodes.h"
#include "bench/team/checkpoint.h"
#include "job.h"
#include "outputs.h"
#include "progress.h"
#include "team_result.h"
#include "team_session.h"

static void run_put_metrics(FILE *file, const struct metrics *metrics)
{
	char value[CELL_SHOWN];

	for (size_t i = 0; i < metrics->count; i++)
		fprintf(file, "%s %s, ", metrics->list[i].key,
			table_show_whole(&metrics->list[i].value, value));
}

/* All that is known of the run, in one line. */
static void run_note(const struct result *result)
{
	const struct row *row = &result->rows[0];
	char *facts = NULL;
	size_t size;
	FILE *file = open_memstream(&facts, &size);

	if (!file)
		return;
	run_put_metrics(file, &result->job);
	run_put_metrics(file, &row->metrics);
	if (!fclose(file))
		say_note("%s%zu round%s", facts, row->sample_count,
			 row->sample_count == 1 ? "" : "s");
	free(facts);
}

/* What a person wants to know beside the results; with -v, all of it. */
static void run_say(const struct result *result)
{
	const struct row *row = &result->rows[0];
	const struct cell rate = { .kind = isnan(row->rate) ? CELL_NONE : CELL_RATE,
				   .number = row->rate,
				   .text = row->rate_unit };
	const struct sample *last = &row->samples[row->sample_count - 1];
	char median[CELL_SHOWN], startup[CELL_SHOWN], text[CELL_SHOWN];

	if (say_level() != SAY_NORMAL && say_level() != SAY_VERBOSE)
		return;
	show_seconds(median, row->median.value);
	show_seconds(startup, row->startup_s);
	fprintf(stderr, "%s: %u worker%s, %s%s, %s; start-up %s; %s\n", row->strategy, row->workers,
		row->workers == 1 ? "" : "s", row->sample_count > 1 ? "median " : "", median,
		table_show_whole(&rate, text), startup,
		row->verified ? "verified" : "NOT all done");
	if (row->disturbed)
		fprintf(stderr, "disturbed: %s\n",
			last->disturbance ? last->disturbance : "in some rounds");
	run_note(result);
}

/* What the rounds of a run have in common. */
struct rounds {
	const struct program *program;
	const struct team_request *spec;
	struct team *team;
	struct row *row;
	double startup_s;
	struct cpus pus; /* that may be used, and are watched */
	struct conditions_meter meter;
};

/* One run, checked, as a sample of the row. *verdict: what verify() said. Returns 0 or -errno. */
static int run_once(struct rounds *rounds, int *verdict)
{
	struct work *work = rounds->spec->work;
	struct conditions conditions;
	const struct worker *workers;
	unsigned int count;
	struct sample *sample;
	uint64_t elapsed;
	double seconds;
	int ret;

	progress_begin(rounds->spec->progress_context);
	conditions_begin(&rounds->meter, &rounds->pus);
	ret = team_run(rounds->team, &elapsed);
	if (ret)
		return ret;
	count = team_workers(rounds->team, &workers);
	/* The PUs that are watched are those of this host. */
	conditions_end(&rounds->meter,
		       worker_cpu_s_here(workers, count) + stream_cpu_s(rounds->spec->stream),
		       &conditions);
	*verdict = work->type->verify(work);
	if (!work_stands(*verdict))
		return *verdict;
	seconds = (double)elapsed * 1e-9;
	sample = team_result_sample(rounds->row, rounds->team, seconds, rounds->startup_s,
				    &conditions, rounds->program->cpu_bound);
	if (!sample)
		return -ENOMEM;
	rounds->program->run_metrics(work, seconds, &sample->metrics);
	return sample->metrics.incomplete ? -ENOMEM : 0;
}

/* The time was over in the middle of a round: what the rounds before it found stands. */
static int run_out_of_time(const struct row *row, unsigned int rounds, double seconds)
{
	if (!row->sample_count)
		return say_fail(ETIME,
				"--max-time %g s was over before the job was done: give more, or a "
				"smaller job",
				seconds);
	say_warn("%zu of %u rounds were made in --max-time %g s", row->sample_count, rounds,
		 seconds);
	return 0;
}

/* Of hosts that are slow, a line each. */
static int run_warn_nodes(struct result *result)
{
	char *text = NULL, *rest, *line;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	int ret = file ? nodes_conclude(result) : -ENOMEM;

	if (file)
		nodes_advise(file, result);
	if (file && fclose(file) && !ret)
		ret = -ENOMEM;
	for (rest = text; !ret && (line = strsep(&rest, "\n")) && *line;)
		say_warn("%s", line);
	free(text);
	return ret;
}

/* Rounds until there are enough, or the time is over. */
static int run_lead(struct command *command, struct team *team, const struct team_request *spec,
		    struct result *result, struct row *row, int *verdict)
{
	const struct study_options *options = &command->study;
	unsigned int wanted = options->rounds ? options->rounds : 1;
	struct rounds rounds = {
		.program = command->program,
		.spec = spec,
		.team = team,
		.row = row,
		.startup_s = (double)(clock_ns() - launch_began_ns()) * 1e-9,
	};
	int ret = cpus_parse(&rounds.pus, placement_machine(spec->placement)->allowed);

	row->items =
		(double)(spec->checkpoint ? checkpoint_rest(spec->checkpoint) : spec->work)->items;
	for (unsigned int round = 0; !ret && !*verdict && round < wanted; round++)
		ret = spec->until_ns && clock_ns() >= spec->until_ns ? -ETIME
								     : run_once(&rounds, verdict);
	if (ret == -ETIME)
		ret = run_out_of_time(row, wanted, options->max_time);
	if (ret)
		return ret;
	row->verified = !*verdict;
	ret = row_summarise(row);
	return ret ? ret : run_warn_nodes(result);
}

/* The text of run is not a table: a line a result, for shells. */
struct run_lines {
	const struct program *program;
	const struct work *work;
	bool streamed; /* they are out */
};

static int run_print(FILE *file, const struct result *result, void *context)
{
	const struct run_lines *lines = context;

	(void)result;
	if (!lines->streamed)
		lines->program->print_results(file, lines->work);
	return 0;
}

static int run_report(struct command *command, const struct team_request *spec,
		      struct result *result)
{
	const struct program *program = command->program;
	struct run_lines lines = { program, spec->work, spec->stream != NULL };
	int ret;

	program->job_metrics(spec->work, &result->job);
	ret = result_add_table(result, program->results(spec->work));
	if (!ret)
		ret = outputs_write(command, result, run_print, &lines);
	/* Nothing was said to be verified that did not reach its reader. */
	if (!ret && fflush(stdout) == 0 && !ferror(stdout))
		run_say(result);
	if (!ret && program->run_say)
		program->run_say(spec->work);
	return ret;
}

/* The job is read and checked, and nothing is done. */
static int run_dry(struct command *command)
{
	struct work *work;
	int ret = job_read(command, &work);

	if (ret)
		return ret;
	command->program->print_plan(stdout, work);
	work->type->free(work);
	return 0;
}

int verb_run(struct command *command)
{
	const struct team_session session = {
		.work_type = command->program->work_type,
		.get_work = job_read,
		.lead = run_lead,
		/* Of several rounds one is shown, and nobody knows yet which is the last. */
		.print = command->study.rounds > 1 || outputs_bare(command)
				 ? NULL
				 : command->program->print_chunk,
		.report = run_report,
	};

	if (program_checkpoint(command->program) && command->study.rounds > 1)
		return say_fail(EINVAL, "--checkpoint is of one run: leave --rounds out");
	if (command->program->dry_run && command->program->dry_run(command->program->config))
		return run_dry(command);
	return team_session_run(command, &session);
}
