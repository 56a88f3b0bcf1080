/* place: where the workers would go, on this machine or on any other. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/launcher/launched.h"
#include "bench/base/say.h"
#include "bench/team/null_work.h"
#include "plan.h"
#include "session.h"

static int print_text(FILE *file, const struct document *document)
{
	const struct run *run = &document->runs[0];
	const char **masks = calloc(run->per_worker_count, sizeof(*masks));
	unsigned int here = 0;
	int ret = format_text.write(file, document);

	if (!masks)
		return -ENOMEM;
	/* The picture is of one machine, the leader's. */
	while (here < run->per_worker_count &&
	       !strcmp(run->per_worker[here].host, run->per_worker[0].host)) {
		masks[here] = run->per_worker[here].planned;
		here++;
	}
	fputc('\n', file);
	if (!ret)
		ret = placement_draw(document->placement, file, masks, here);
	free(masks);
	return ret;
}

static int write_plan(struct command *command, struct document *document)
{
	document->tables[0] = workers_table(&document->runs[0]);
	document->tables[0].audience = FOR_PEOPLE;
	document->table_count = 1;
	return outputs_write(command, document, print_text);
}

static int get_work(struct command *command, struct work **work)
{
	(void)command;
	*work = null_work_new();
	return *work ? 0 : -ENOMEM;
}

/* The team is open: that is all there is to do. */
static int lead(struct command *command, struct team *team, const struct team_request *spec,
		struct run *run)
{
	(void)command;
	(void)team;
	(void)spec;
	(void)run;
	return 0;
}

static int report(struct command *command, const struct team_request *spec, struct document *document)
{
	(void)spec;
	return write_plan(command, document);
}

/* A row for each worker of a plan that nobody carries out. */
static int fill_rows(struct run *run, const struct placement *placement, unsigned int workers)
{
	run->per_worker = calloc(workers, sizeof(*run->per_worker));
	if (!run->per_worker)
		return -ENOMEM;
	run->per_worker_count = workers;
	for (unsigned int i = 0; i < workers; i++) {
		struct worker *row = &run->per_worker[i];

		row->weight = 1;
		placement_planned(placement, i, row->planned, &row->at);
	}
	return 0;
}

/* The plan for a machine that is not this one, by the same rules for strategies, ranks and workers.
 */
static int fill_plan(struct command *command, struct placement *placement, struct run *run)
{
	const struct place_request *place = placement_request(placement);
	struct plan plan;
	int ret = plan_team(&plan, command, placement);

	if (ret)
		return ret;
	request_name(&plan.spec, run->strategy);
	snprintf(run->places, sizeof(run->places), "%s", place->places);
	snprintf(run->bind, sizeof(run->bind), "%s", place->bind);
	run->ranks = plan.ranks;
	run->workers = plan.ranks * plan.spec.workers;
	run->inflight = plan.spec.inflight;
	ret = placement_plan(placement, run->workers, 0, run->workers);
	if (!ret)
		plan_warn_spread(placement, run->workers);
	return ret ? ret : fill_rows(run, placement, run->workers);
}

static int plan_elsewhere(struct command *command, struct placement *placement)
{
	struct document document;
	struct run *run;
	int ret;

	document_begin(&document, command->program->name, command->verb->name, command->argv,
		       placement);
	run = document_add_run(&document);
	ret = run ? outputs_check(command) : -ENOMEM;
	if (!ret)
		ret = fill_plan(command, placement, run);
	if (!ret)
		ret = write_plan(command, &document);
	document_free(&document);
	return ret;
}

int verb_place(struct command *command)
{
	const struct session session = {
		.work_type = &null_work,
		.get_work = get_work,
		.lead = lead,
		.report = report,
	};
	struct placement *placement;
	bool this_system;
	int ret;

	ret = placement_open(&placement, &command->options.place);
	if (ret)
		return ret;
	this_system = placement_machine(placement)->this_system;
	if (!this_system && !launched_rank())
		ret = plan_elsewhere(command, placement);
	placement_close(placement);
	return this_system ? session_run(command, &session) : ret;
}
