/* Opening the team of a command: here, or in ranks that mpirun starts first. */
#include "team_session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/launcher/rank_environment.h"
#include "bench/launcher/stage.h"
#include "bench/team/checkpoint.h"
#include "host_facts.h"
#include "outputs.h"
#include "progress.h"
#include "rank_command.h"
#include "team_plan.h"
#include "team_result.h"
#include "team_warnings.h"

/* Results in the midst of the work. */
static void team_session_put(const char *lines, size_t length)
{
	stage_tell(STAGE_REPORTING, 0);
	say_results(lines, length);
	stage_tell(STAGE_WORKING, 0);
}

static int team_session_lead(struct command *command, const struct team_session *session,
			     struct team_request *spec, struct result *result)
{
	struct row *row = result_add_row(result);
	struct progress *progress;
	struct team *team;
	int ret, verdict = 0;

	if (!row)
		return -ENOMEM;
	ret = progress_open(&progress, command);
	if (!ret && session->print)
		ret = stream_open(&spec->stream, session->print, team_session_put);
	if (ret) {
		progress_close(progress);
		return ret;
	}
	spec->progress = progress ? progress_show : NULL;
	spec->progress_context = progress;
	if (command->study.max_time > 0)
		spec->until_ns = clock_ns() + (uint64_t)(command->study.max_time * 1e9);
	ret = team_open(&team, spec);
	if (!ret) {
		stage_tell(STAGE_WORKING, 0);
		ret = team_result_row(row, spec, team, command->team.schedule_text,
				      command->program->rate_unit);
		team_warnings_spread(spec->placement,
				     row->workers / row->ranks * rank_environment_ranks_here());
		if (!ret)
			ret = team_result_hosts(result, team);
		if (!ret)
			ret = team_warnings_check_hosts(command, result, row);
		if (!ret)
			ret = team_warnings_shared(command, team, spec, result, row);
		if (!ret)
			ret = session->lead(command, team, spec, result, row, &verdict);
		stage_tell(STAGE_LEAVING, 0);
		team_close(team);
		stage_tell(STAGE_REPORTING, 0);
	}
	progress_close(progress);
	if (!ret)
		ret = session->report(command, spec, result);
	stream_close(spec->stream);
	return ret ? ret : verdict;
}

/* A rank that does not lead: it speaks only of its own failures, and under its own name. */
static int team_session_follow(const struct command *command, const struct team_request *spec)
{
	char name[64];
	struct team *team;
	int ret;

	snprintf(name, sizeof(name), "%s: rank %u", command->program->name,
		 rank_environment_rank());
	say_setup(name, SAY_QUIET);
	/* A warning that the time is nearly over is for the leader, which keeps what is done. */
	if (program_checkpoint(command->program))
		signal(SIGUSR1, SIG_IGN);
	ret = team_open(&team, spec);
	if (!ret) {
		ret = team_follow(team);
		team_close(team);
	}
	say_setup(command->program->name, SAY_LATER);
	return ret;
}

static int team_session_here(struct command *command, const struct team_session *session,
			     struct team_request *spec)
{
	struct result result;
	int ret;

	spec->work_type = session->work_type;
	host_facts_find(&spec->hello, spec->placement, spec->work_type->name);
	if (rank_environment_rank())
		return team_session_follow(command, spec);
	ret = rank_command_take(command);
	if (!ret)
		ret = session->get_work(command, &spec->work);
	if (ret)
		return ret;
	ret = outputs_begin(&result, command, spec->placement);
	if (!ret)
		ret = outputs_check(command);
	if (!ret && program_checkpoint(command->program))
		ret = checkpoint_open(&spec->checkpoint, program_checkpoint(command->program),
				      spec->work);
	if (!ret)
		ret = team_session_lead(command, session, spec, &result);
	/* The same command would give the same again. */
	if (ret == -EBADMSG && spec->checkpoint)
		say_warn("%s holds what is wrong, and would give it again: remove it, and see "
			 "`%s check`",
			 program_checkpoint(command->program), command->program->name);
	checkpoint_close(spec->checkpoint);
	result_free(&result);
	spec->work->type->free(spec->work);
	return ret;
}

int team_session_run(struct command *command, const struct team_session *session)
{
	struct placement *placement;
	struct team_plan plan;
	int ret;

	ret = placement_open(&placement, &command->place);
	if (ret)
		return ret;
	if (!placement_machine(placement)->this_system &&
	    (rank_environment_present() || strcmp(placement_request(placement)->bind, "none")))
		ret = team_warnings_refuse_elsewhere(command);
	if (!ret)
		ret = team_plan_make(&plan, command, placement);
	if (!ret)
		ret = plan.launch ? rank_command_start(command, plan.ranks)
				  : team_session_here(command, session, &plan.spec);
	placement_close(placement);
	return ret;
}
