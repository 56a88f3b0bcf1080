/* run: the job once, with one strategy. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/launcher/launch.h"
#include "session.h"

static void put_figures(FILE *file, const struct figures *figures)
{
	char value[CELL_SHOWN];

	for (size_t i = 0; i < figures->count; i++)
		fprintf(file, "%s %s, ", figures->list[i].key,
			cell_show(&figures->list[i].value, value));
}

/* All that is known of the run, in one line. */
static void note_figures(const struct document *document)
{
	const struct run *run = &document->runs[0];
	char *facts = NULL;
	size_t size;
	FILE *file = open_memstream(&facts, &size);

	if (!file)
		return;
	put_figures(file, &document->job);
	put_figures(file, &run->figures);
	if (!fclose(file))
		say_note("%s%zu round%s", facts, run->sample_count,
			 run->sample_count == 1 ? "" : "s");
	free(facts);
}

/* What a person wants to know beside the results; with -v, all of it. */
static void summarise_run(const struct document *document)
{
	const struct run *run = &document->runs[0];
	const struct cell rate = { .kind = isnan(run->rate) ? CELL_NONE : CELL_RATE,
				   .number = run->rate,
				   .text = run->rate_unit };
	char median[CELL_SHOWN], startup[CELL_SHOWN], text[CELL_SHOWN];

	if (say_level() != SAY_NORMAL && say_level() != SAY_VERBOSE)
		return;
	show_seconds(median, run->median);
	show_seconds(startup, run->startup);
	fprintf(stderr, "%s: %u worker%s, %s%s, %s; start-up %s; %s\n", run->strategy, run->workers,
		run->workers == 1 ? "" : "s", run->sample_count > 1 ? "median " : "", median,
		cell_show(&rate, text), startup, run->verified ? "verified" : "NOT all done");
	note_figures(document);
}

/* Rounds until there are enough, or the time is over. */
static int lead(struct command *command, struct team *team, const struct team_spec *spec,
		struct run *run)
{
	unsigned int rounds = command->options.rounds ? command->options.rounds : 1;
	uint64_t began = clock_ns(), elapsed = 0;
	int ret = 0, failed = 0;

	run->startup = (double)(began - launch_began_ns()) * 1e-9;
	for (unsigned int round = 0; !ret && !failed && round < rounds; round++) {
		if (round && (double)(clock_ns() - began) * 1e-9 > command->options.max_time) {
			say_warn("%u of %u rounds were made in --max-time %g s", round, rounds,
				 command->options.max_time);
			break;
		}
		progress_begin(spec->progress_context);
		ret = team_run(team, &elapsed);
		if (!ret)
			failed = spec->work->type->verify(spec->work);
		if (!ret)
			ret = work_stands(failed) ? 0 : failed;
		if (!ret)
			ret = run_add_sample(run, (double)elapsed * 1e-9);
	}
	if (ret)
		return ret;
	command->program->run_figures(spec->work, (double)elapsed * 1e-9, &run->figures);
	run->verified = !failed;
	run_summarise(run, (double)spec->work->items);
	return failed;
}

/* The text of run is not a table: a line a result, for shells. */
static int print_lines(FILE *file, const struct document *document)
{
	document->print_results(file, document->work);
	return 0;
}

static int report(struct command *command, const struct team_spec *spec, struct document *document)
{
	const struct program *program = command->program;
	int ret;

	program->job_figures(spec->work, &document->job);
	document->tables[0] = program->results(spec->work);
	document->table_count = 1;
	document->print_results = program->print_results;
	document->work = spec->work;
	ret = outputs_write(command, document, print_lines);
	/* Nothing was said to be verified that did not reach its reader. */
	if (!ret && fflush(stdout) == 0)
		summarise_run(document);
	return ret;
}

int verb_run(struct command *command)
{
	const struct session session = {
		.work_type = command->program->work_type,
		.get_work = job_read,
		.lead = lead,
		.report = report,
	};

	return session_run(command, &session);
}
