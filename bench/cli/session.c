/* Opening the team of a command: here, or in ranks that mpirun starts first. */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/launcher/launched.h"
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
	snprintf(run->schedule, sizeof(run->schedule), "%s", command->options.schedule_text);
	run->rate_unit = command->program->rate_unit;
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
	ret = team_open(&team, spec);
	if (!ret) {
		describe_team(run, command, spec, team);
		plan_warn_spread(spec->placement,
				 run->workers / run->ranks * launched_ranks_here());
		ret = plan_warn_shared(command, team, spec);
		if (!ret)
			failed = session->lead(command, team, spec, run);
		if (!work_stands(failed) || !run->sample_count)
			ret = ret ? ret : failed;
		if (!ret)
			ret = keep_workers(run, team);
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

/* The code of the ranks is ours. */
static int session_under_mpirun(const struct command *command, const struct plan *plan)
{
	const char *file = command->options.file;
	int code = launch_mpirun(plan->ranks, command->argv, file && !strcmp(file, "-"));

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
