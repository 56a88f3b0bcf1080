/* scale: the job at several concurrencies, to learn how far it scales and what limits it. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/base/limits.h"
#include "bench/base/say.h"
#include "bench/study/scaling.h"
#include "bench/study/sizing.h"
#include "bench/team/strategy.h"
#include "study.h"
#include "team_warnings.h"

/* 1, 2, 4 ... and the last. */
static void scale_fill_concurrencies(struct choices *choices, unsigned int last)
{
	for (unsigned int c = 1; c < last; c *= 2)
		choices->numbers[choices->count++] = c;
	choices->numbers[choices->count++] = last;
}

/* What is studied beside concurrency; one choice, the default, of what was not given. */
struct scale_facets {
	struct choices strategies, schedules, places, binds;
};

static void scale_choose_facets(struct scale_facets *facets, const struct command *command,
				bool both_schedules)
{
	*facets = (struct scale_facets){ .strategies = command->study.strategies,
					 .places = command->study.places,
					 .binds = command->study.binds };
	if (!command->study.strategies.count && command->study.nodes.count)
		facets->strategies.texts[facets->strategies.count++] =
			command->program->cpu_bound ? "mpi+openmp" : "mpi+async";
	else
		for (size_t i = 0; !command->study.strategies.count && command->program->scaled[i];
		     i++)
			facets->strategies.texts[facets->strategies.count++] =
				command->program->scaled[i];
	facets->schedules.count = both_schedules ? 2 : 1;
	facets->schedules.texts[1] = schedule_static.name;
	if (!facets->places.count)
		facets->places.count = 1;
	if (!facets->binds.count)
		facets->binds.count = 1;
}

/* What is asked for is checked before anything is measured. */
static int scale_check_facets(const struct scale_facets *facets, bool over_nodes)
{
	int ret = 0;

	for (size_t s = 0; s < facets->strategies.count; s++) {
		const char *name = facets->strategies.texts[s];

		if (!strcmp(name, strategy_serial.name))
			return say_fail(EINVAL, "serial is one worker, and measured anyway, as the "
						"baseline: give -s something that scales");
		if (over_nodes && strncmp(name, strategy_mpi.name, strlen(strategy_mpi.name)))
			return say_fail(EINVAL,
					"%s has one process on one host: over --nodes take mpi, or "
					"mpi+%s",
					name, name);
	}
	for (size_t p = 0; !ret && p < facets->places.count; p++) {
		const struct place_request request = { .places = facets->places.texts[p] };
		struct placement *placement;

		ret = placement_open(&placement, &request);
		if (!ret)
			placement_close(placement);
	}
	return ret;
}

/* The rows of one choice of facets, one for each concurrency, or for each number of nodes, which
 * have so many cores each. */
static int scale_add_series(struct study *study, const struct choices *concurrencies, bool weak,
			    struct configuration like, unsigned int cores)
{
	const struct choices *nodes = &study->command->study.nodes;
	const struct choices *points = nodes->count ? nodes : concurrencies;
	int ret = 0;

	for (size_t i = 0; !ret && i < points->count; i++) {
		unsigned int concurrency = points->numbers[i] * (nodes->count ? cores : 1);

		like.nodes = nodes->count ? nodes->numbers[i] : 0;
		like.repeat = weak ? concurrency : 1;
		ret = study_add(study, &like, concurrency, cores);
	}
	return ret;
}

static int scale_add_all(struct study *study, const struct scale_facets *facets,
			 const struct choices *concurrencies, bool weak, unsigned int cores)
{
	struct configuration like = { .strategy = strategy_serial.name,
				      .repeat = 1,
				      .places = facets->places.texts[0],
				      .bind = facets->binds.texts[0],
				      .clocks = study->question.cpu_bound };
	const size_t schedules = facets->schedules.count, places = facets->places.count,
		     binds = facets->binds.count;
	const size_t count = facets->strategies.count * schedules * places * binds;
	int ret = study_add(study, &like, 1, cores);

	/* The last facet varies first. */
	for (size_t i = 0; !ret && i < count; i++) {
		like.strategy = facets->strategies.texts[i / (schedules * places * binds)];
		like.schedule = facets->schedules.texts[i / (places * binds) % schedules];
		like.places = facets->places.texts[i / binds % places];
		like.bind = facets->binds.texts[i % binds];
		ret = scale_add_series(study, concurrencies, weak, like, cores);
	}
	return ret;
}

static int scale_set_up(struct study *study, struct placement *placement, bool weak)
{
	const struct command *command = study->command;
	const struct program *program = command->program;
	const struct machine *machine = placement_machine(placement);
	struct choices concurrencies = command->study.concurrencies;
	unsigned int most = 0;
	struct scale_facets facets;
	int ret;

	if (command->study.nodes.count)
		concurrencies.numbers[concurrencies.count++] = machine->allowed_cores;
	else if (!concurrencies.count)
		scale_fill_concurrencies(&concurrencies, program->concurrencies
								 ? program->concurrencies
								 : machine->allowed_cores);
	for (size_t i = 0; i < concurrencies.count; i++)
		most = concurrencies.numbers[i] > most ? concurrencies.numbers[i] : most;
	scale_choose_facets(&facets, command, study_shows_schedules(study, placement, most));
	ret = scale_check_facets(&facets, command->study.nodes.count);
	if (!ret)
		ret = limits_check(most, most, "workers");
	if (ret)
		return ret;
	if (program->cpu_bound)
		team_warnings_places(placement, most);
	return scale_add_all(study, &facets, &concurrencies, weak, machine->allowed_cores);
}

static int scale_embed(void *context, uint64_t items)
{
	struct study *study = context;

	return kept_job_embed(&study->job, study->command, items);
}

/* At least one row beside the baseline can be had; or what is asked for is not available here. */
static int scale_check_rows(const struct study *study)
{
	const struct result *result = &study->result;
	bool any = result->row_count < 2;

	for (size_t i = 1; i < result->row_count; i++)
		any = any || !result->rows[i].missing;
	return any ? 0
		   : say_fail(ENOTSUP, "%s is not available here: %s", result->rows[1].strategy,
			      result->rows[1].missing);
}

static int scale_with(struct command *command, struct placement *placement)
{
	struct study study;
	int ret = study_open(&study, command, placement);
	/* What is fetched is more where more is in flight, unless the job is the user's. */
	bool weak = command->study.weak ||
		    (!command->study.strong && study.job.embedded && !command->program->cpu_bound);

	if (!ret)
		ret = scale_set_up(&study, placement, weak);
	if (!ret)
		ret = scale_check_rows(&study);
	if (!ret && study.job.embedded)
		ret = sizing_find(&study.experiment.trial, scale_embed, &study,
				  study.began_ns + (uint64_t)(command->study.max_time * 1e9));
	study.experiment.scaling = weak ? "weak" : "strong";
	if (!ret)
		ret = study_run(&study, scaling_is_answered, scaling_conclude);
	study_close(&study);
	return ret;
}

int verb_scale(struct command *command)
{
	/* Of several places and binds each series has its own. */
	const struct place_request request = { .places = command->study.places.texts[0],
					       .bind = command->study.binds.texts[0] };
	struct placement *placement;
	int ret = study_refuse_ranks(command);

	if (!ret)
		ret = placement_open(&placement, &request);
	if (ret)
		return ret;
	ret = scale_with(command, placement);
	placement_close(placement);
	return ret;
}
