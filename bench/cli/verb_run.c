/* run: the job once, with one strategy. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/clock.h"
#include "bench/say.h"
#include "bench/team/launch.h"
#include "plan.h"

static const struct work *printed;
static const struct program *printer;

/* The text of run is not a table: a line a result, for shells. */
static int print_lines(FILE *file, const struct document *document)
{
	(void)document;
	printer->print_results(file, printed);
	return 0;
}

/* What a person wants to know beside the results. */
static void summarise_run(const struct program *program, const struct run *run,
			  const struct work *work)
{
	struct figures job = { 0 };
	char median[CELL_SHOWN], startup[CELL_SHOWN], rate[CELL_SHOWN], facts[256] = "",
									text[CELL_SHOWN];
	struct cell cell = { .kind = CELL_RATE, .number = run->rate, .text = run->rate_unit };
	size_t at = 0;

	if (say_level() != SAY_NORMAL && say_level() != SAY_VERBOSE)
		return;
	program->job_figures(work, &job);
	for (size_t i = 0; i < job.count && at < sizeof(facts); i++)
		at += (size_t)snprintf(facts + at, sizeof(facts) - at, "%s %s, ",
				       cell_show(&job.list[i].value, text), job.list[i].key);
	for (size_t i = 0; i < run->figures.count && at < sizeof(facts); i++)
		at += (size_t)snprintf(facts + at, sizeof(facts) - at, "%s %s, ",
				       run->figures.list[i].key,
				       cell_show(&run->figures.list[i].value, text));
	show_seconds(median, run->median);
	show_seconds(startup, run->startup);
	fprintf(stderr, "%s: %s%u worker%s: %s%s%s, %s; start-up %s; verified\n", run->strategy,
		facts, run->workers, run->workers == 1 ? "" : "s",
		run->sample_count > 1 ? "median " : "", median, "",
		isnan(run->rate) ? "no rate" : cell_show(&cell, rate), startup);
}

/* Fills what is known of the team before it runs. */
static void describe_team(struct run *run, const struct command *command,
			  const struct team_spec *spec, const struct team *team)
{
	const struct worker *rows;

	strategy_name(spec, run->strategy);
	run->ranks = team_ranks(team);
	run->workers = team_workers(team, &rows);
	run->inflight = spec->inflight;
	snprintf(run->places, sizeof(run->places), "%s", command->options.place.places);
	snprintf(run->bind, sizeof(run->bind), "%s", command->options.place.bind);
	snprintf(run->schedule, sizeof(run->schedule), "%s", command->options.schedule_text);
	run->rate_unit = command->program->rate_unit;
	command->program->run_figures(spec->work, &run->figures);
}

static int keep_workers(struct run *run, const struct team *team)
{
	const struct worker *rows;
	unsigned int count = team_workers(team, &rows);

	run->per_worker = calloc(count, sizeof(*run->per_worker));
	if (!run->per_worker)
		return -ENOMEM;
	memcpy(run->per_worker, rows, count * sizeof(*rows));
	run->per_worker_count = count;
	return 0;
}

/* The leader: rounds until there are enough, or the time is over. */
static int measure(const struct command *command, struct team *team, const struct team_spec *spec,
		   struct run *run)
{
	struct progress *progress = spec->progress_context;
	unsigned int rounds = command->options.rounds ? command->options.rounds : 1;
	uint64_t began = clock_ns(), elapsed;
	int ret = 0;

	run->startup = (double)(began - launch_began_ns()) * 1e-9;
	for (unsigned int round = 0; !ret && round < rounds; round++) {
		if (round && (double)(clock_ns() - began) * 1e-9 > command->options.max_time) {
			say_warn("%u of %u rounds were made in --max-time %g s", round, rounds,
				 command->options.max_time);
			break;
		}
		progress_begin(progress);
		ret = team_run(team, &elapsed);
		if (!ret)
			ret = spec->work->type->verify(spec->work);
		if (!ret)
			ret = run_add_sample(run, (double)elapsed * 1e-9);
	}
	if (ret)
		return ret;
	run->verified = true;
	run_summarise(run, (double)spec->work->items);
	return keep_workers(run, team);
}

static int lead(struct command *command, struct team_spec *spec, struct document *document)
{
	const struct program *program = command->program;
	struct run *run = document_add_run(document);
	struct progress *progress;
	struct team *team;
	int ret;

	if (!run)
		return -ENOMEM;
	ret = progress_open(&progress, command);
	if (ret)
		return ret;
	spec->progress = progress ? progress_show : NULL;
	spec->progress_context = progress;
	ret = team_open(&team, spec);
	if (!ret) {
		describe_team(run, command, spec, team);
		ret = measure(command, team, spec, run);
		team_close(team);
	}
	progress_close(progress);
	if (ret)
		return ret;
	program->job_figures(spec->work, &document->job);
	document->tables[0] = program->results(spec->work);
	document->table_count = 1;
	printed = spec->work;
	printer = program;
	ret = outputs_write(command, document, print_lines);
	fflush(stdout);
	if (!ret)
		summarise_run(program, run, spec->work);
	return ret;
}

/* A rank that does not lead: it speaks only of its own failures, and under its own name. */
static int follow(const struct command *command, struct team_spec *spec)
{
	char name[64];
	struct team *team;
	int ret;

	snprintf(name, sizeof(name), "%s: rank %u", command->program->name, launched_rank());
	say_setup(name, SAY_QUIET);
	ret = team_open(&team, spec);
	if (!ret) {
		ret = team_follow(team);
		team_close(team);
	}
	say_setup(command->program->name, SAY_NOTHING);
	return ret;
}

static int run_here(struct command *command, struct plan *plan, struct placement *placement)
{
	struct document document;
	int ret;

	if (launched_rank())
		return follow(command, &plan->spec);
	ret = job_read(command, &plan->spec.work);
	if (ret)
		return ret;
	document_begin(&document, command->program->name, command->verb->name, command->argv,
		       placement);
	ret = outputs_open(command);
	if (!ret)
		ret = lead(command, &plan->spec, &document);
	outputs_close(command, ret != 0);
	document_free(&document);
	plan->spec.work->type->free(plan->spec.work);
	return ret;
}

/* The code of the ranks is ours. */
static int run_under_mpirun(const struct command *command, const struct plan *plan)
{
	static const int errors[] = { 0, EIO, EINVAL, EBADMSG, ENOTSUP };
	int code = launch_mpirun(plan->ranks, command->argv,
				 command->options.file && !strcmp(command->options.file, "-"));

	return code < 0 ? code : -errors[code];
}

int verb_run(struct command *command)
{
	struct placement *placement;
	struct plan plan;
	int ret = placement_open(&placement, &command->options.place);

	if (ret)
		return ret;
	ret = plan_team(&plan, command, placement);
	if (!ret)
		ret = plan.launch ? run_under_mpirun(command, &plan)
				  : run_here(command, &plan, placement);
	placement_close(placement);
	return ret;
}
