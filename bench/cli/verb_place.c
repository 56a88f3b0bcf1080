/* place: where the workers would go, on this machine or on any other. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/launcher/rank_environment.h"
#include "bench/team/null_work.h"
#include "like_hosts.h"
#include "outputs.h"
#include "team_plan.h"
#include "team_result.h"
#include "team_session.h"
#include "team_warnings.h"

/* The table, and the pictures. context: the placement. */
static int place_print(FILE *file, const struct result *result, void *context)
{
	const struct look look = { .cpu_bound = true };
	int ret = format_text.write(file, result, &look);

	return ret ? ret : like_hosts_draw(file, result, context);
}

static int place_get_work(struct command *command, struct work **work)
{
	(void)command;
	*work = null_work_new();
	return *work ? 0 : -ENOMEM;
}

/* The team is open: that is all there is to do. */
static int place_lead(struct command *command, struct team *team, const struct team_request *spec,
		      struct result *result, struct row *row, int *verdict)
{
	(void)command;
	(void)team;
	(void)spec;
	(void)result;
	(void)row;
	(void)verdict;
	return 0;
}

static int place_report(struct command *command, const struct team_request *spec,
			struct result *result)
{
	return outputs_write(command, result, place_print, spec->placement);
}

/* The plan for a machine that is not this one, by the same rules for strategies, ranks and workers;
 * nobody carries it out. */
static int place_fill(struct command *command, struct placement *placement, struct row *row)
{
	const struct place_request *place = placement_request(placement);
	struct team_plan plan;
	char name[32];
	int ret = team_plan_make(&plan, command, placement);

	if (ret)
		return ret;
	request_name(&plan.spec, name);
	row->ranks = plan.ranks;
	row->workers = plan.ranks * plan.spec.workers;
	row->inflight = plan.spec.inflight;
	row->nodes = row->repeat = 1;
	if (record_set_text(&row->strategy, name) || record_set_text(&row->places, place->places) ||
	    record_set_text(&row->bind, place->bind) || record_set_text(&row->schedule, ""))
		return -ENOMEM;
	ret = placement_plan(placement, row->workers, 0, row->workers);
	if (!ret)
		team_warnings_spread(placement, row->workers);
	for (unsigned int i = 0; !ret && i < row->workers; i++) {
		struct worker worker = { .weight = 1 };

		placement_planned(placement, i, worker.planned, &worker.at);
		ret = team_result_worker(row, &worker);
	}
	return ret;
}

static int place_elsewhere(struct command *command, struct placement *placement)
{
	struct result result;
	struct row *row = NULL;
	int ret = outputs_begin(&result, command, placement);

	if (!ret)
		row = result_add_row(&result);
	if (!ret)
		ret = row ? outputs_check(command) : -ENOMEM;
	if (!ret)
		ret = place_fill(command, placement, row);
	if (!ret)
		ret = outputs_write(command, &result, place_print, placement);
	result_free(&result);
	return ret;
}

int verb_place(struct command *command)
{
	const struct team_session session = {
		.work_type = &null_work,
		.get_work = place_get_work,
		.lead = place_lead,
		.report = place_report,
	};
	struct placement *placement;
	bool this_system;
	int ret;

	ret = placement_open(&placement, &command->place);
	if (ret)
		return ret;
	this_system = placement_machine(placement)->this_system;
	/* Ranks of which some are on this machine and some are not would wait for each other. */
	if (!this_system && rank_environment_present() && !command->place.topology)
		ret = team_warnings_refuse_elsewhere(command);
	else if (!this_system && !rank_environment_rank())
		ret = place_elsewhere(command, placement);
	placement_close(placement);
	return this_system ? team_session_run(command, &session) : ret;
}
