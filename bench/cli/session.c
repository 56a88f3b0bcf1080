/* Opening the team of a command: here, or in ranks that mpirun starts first. */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/launcher/launched.h"
#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/launcher/launch.h"
#include "plan.h"

/* Fills what is known of the team before it runs. */
static void describe_team(struct run *run, const struct command *command,
			  const struct team_spec *spec, const struct team *team)
{
	const struct place_request *place = placement_request(spec->placement);
	const struct worker *rows;

	strategy_name(spec, run->strategy);
	run->ranks = team_ranks(team);
	run->workers = team_workers(team, &rows);
	run->inflight = spec->inflight;
	snprintf(run->places, sizeof(run->places), "%s", place->places);
	snprintf(run->bind, sizeof(run->bind), "%s", place->bind);
	snprintf(run->schedule, sizeof(run->schedule), "%s", command->options.team.schedule_text);
	run->rate_unit = command->program->rate_unit;
}

int session_keep_workers(struct run *run, const struct team *team)
{
	const struct worker *rows;
	unsigned int count = team_workers(team, &rows);

	if (!run->per_worker)
		run->per_worker = calloc(count, sizeof(*run->per_worker));
	if (!run->per_worker)
		return -ENOMEM;
	memcpy(run->per_worker, rows, count * sizeof(*rows));
	run->per_worker_count = count;
	return 0;
}

static int lead(struct command *command, const struct session *session, struct team_spec *spec,
		struct document *document)
{
	struct run *run = document_add_run(document);
	struct progress *progress;
	struct team *team;
	int ret, failed = 0;

	if (!run)
		return -ENOMEM;
	ret = progress_open(&progress, command);
	if (ret)
		return ret;
	spec->progress = progress ? progress_show : NULL;
	spec->progress_context = progress;
	if (command->options.study.max_time > 0)
		spec->until_ns = clock_ns() + (uint64_t)(command->options.study.max_time * 1e9);
	ret = team_open(&team, spec);
	if (!ret) {
		describe_team(run, command, spec, team);
		plan_warn_spread(spec->placement,
				 run->workers / run->ranks * launched_ranks_here());
		ret = plan_warn_shared(command, team, spec);
		if (!ret)
			failed = session->lead(command, team, spec, run);
		if (failed != -EIO || !run->sample_count)
			ret = ret ? ret : failed;
		if (!ret && !run->per_worker)
			ret = session_keep_workers(run, team);
		team_close(team);
	}
	progress_close(progress);
	if (!ret)
		ret = session->report(command, spec, document);
	return ret ? ret : failed;
}

/* A rank that does not lead: it speaks only of its own failures, and under its own name. */
static int follow(const struct command *command, const struct team_spec *spec)
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
	say_setup(command->program->name, SAY_LATER);
	return ret;
}

static int session_here(struct command *command, const struct session *session,
			struct team_spec *spec)
{
	struct document document;
	int ret;

	spec->work_type = session->work_type;
	if (launched_rank())
		return follow(command, spec);
	ret = session->get_work(command, &spec->work);
	if (ret)
		return ret;
	document_begin(&document, command->program->name, command->verb->name, command->argv,
		       spec->placement);
	ret = outputs_check(command);
	if (!ret)
		ret = lead(command, session, spec, &document);
	document_free(&document);
	spec->work->type->free(spec->work);
	return ret;
}

/* The words that the ranks get: what we were told, and that the list comes through standard input.
 * malloc'd, the words are the command's. */
static char **words_of_ranks(const struct command *command)
{
	size_t count = words_count(command->argv), head = count < 2 ? count : 2;
	char **words = calloc(count + 3, sizeof(*words));

	if (!words)
		return NULL;
	memcpy(words, command->argv, head * sizeof(*words));
	words[head] = (char *)"-f";
	words[head + 1] = (char *)"-";
	memcpy(words + head + 2, command->argv + head, (count - head) * sizeof(*words));
	return words;
}

/* The code of the ranks is ours. */
static int session_under_mpirun(const struct command *command, const struct plan *plan)
{
	const struct job_options *job = &command->options.job;
	char **words = job->piped ? words_of_ranks(command) : NULL;
	int code;

	if (job->piped && !words)
		return -ENOMEM;
	say_hand_on();
	code = launch_mpirun(plan->ranks, words ? words : command->argv,
			     job->file && !strcmp(job->file, "-"));
	free(words);
	return code <= 0 ? code : -say_errno(code);
}

int session_run(struct command *command, const struct session *session)
{
	struct placement *placement;
	struct plan plan;
	int ret;

	ret = placement_open(&placement, &command->options.place);
	if (ret)
		return ret;
	if (!placement_machine(placement)->this_system &&
	    strcmp(placement_request(placement)->bind, "none"))
		ret = plan_refuse_elsewhere(command);
	if (!ret)
		ret = plan_team(&plan, command, placement);
	if (!ret)
		ret = plan.launch ? session_under_mpirun(command, &plan)
				  : session_here(command, session, &plan.spec);
	placement_close(placement);
	return ret;
}
