/* compare: the same job with every strategy, at equal concurrency on equal nodes, side by side. */
#include "bench/base/limits.h"
#include "bench/study/comparison.h"
#include "bench/team/strategy.h"
#include "study.h"
#include "team_warnings.h"
#include "verb_compare_files.h"

/* One host has all rows; of several, those have one each that can have ranks there. */
static unsigned int compare_least_nodes(const struct choices *nodes)
{
	unsigned int least = nodes->count ? nodes->numbers[0] : 0;

	for (size_t i = 1; i < nodes->count; i++)
		least = nodes->numbers[i] < least ? nodes->numbers[i] : least;
	return least;
}

/* A row of a strategy; if both, one of a static schedule too. */
static int compare_add_strategy(struct study *study, struct configuration like,
				unsigned int concurrency, unsigned int cores, bool both)
{
	const struct configuration *added;
	int ret = study_add(study, &like, concurrency, cores);

	if (ret || !both)
		return ret;
	added = &study->experiment.rows[study->experiment.row_count - 1].configuration;
	like.schedule = schedule_static.name;
	return added->ranks + added->workers > 1 ? study_add(study, &like, concurrency, cores) : 0;
}

/* The rows of a strategy: one for each number of nodes that it can be on. */
static int compare_add_points(struct study *study, const char *name, unsigned int concurrency,
			      unsigned int cores, bool both)
{
	const struct choices *nodes = &study->command->study.nodes;
	struct configuration like = { .strategy = name,
				      .clocks = study->command->program->cpu_bound };
	const struct strategy *strategy, *inner;
	int ret = strategy_find(name, &strategy, &inner);

	if (ret || !nodes->count)
		return ret ? ret : compare_add_strategy(study, like, concurrency, cores, both);
	if (strategy == &strategy_serial || !strategy->outer) {
		like.nodes = strategy == &strategy_serial ? 1 : compare_least_nodes(nodes);
		return compare_add_strategy(study, like, like.nodes * concurrency, cores, both);
	}
	for (size_t i = 0; !ret && i < nodes->count; i++) {
		like.nodes = nodes->numbers[i];
		ret = compare_add_strategy(study, like, like.nodes * concurrency, cores, both);
	}
	return ret;
}

static int compare_add_rows(struct study *study, struct placement *placement)
{
	const struct program *program = study->command->program;
	const struct study_options *options = &study->command->study;
	unsigned int cores = placement_machine(placement)->allowed_cores;
	/* Of each node, if they are what is asked for. */
	unsigned int concurrency = options->concurrencies.count ? options->concurrencies.numbers[0]
				   : options->nodes.count       ? cores
								: program->concurrency;
	bool both;
	int ret;

	if (!concurrency)
		concurrency = cores;
	ret = limits_check(concurrency, concurrency, "workers");
	both = !ret && study_shows_schedules(study, placement, concurrency);
	for (size_t i = 0; !ret && program->strategies[i]; i++)
		ret = compare_add_points(study, program->strategies[i], concurrency, cores, both);
	if (!ret && program->cpu_bound)
		team_warnings_places(placement, concurrency);
	return ret;
}

static int compare_strategies(struct command *command, struct placement *placement)
{
	struct study study;
	int ret = study_open(&study, command, placement);

	if (!ret)
		ret = compare_add_rows(&study, placement);
	if (!ret)
		ret = study_run(&study, comparison_is_answered, comparison_conclude);
	study_close(&study);
	return ret;
}

int verb_compare(struct command *command)
{
	struct placement *placement;
	int ret = 0;

	if (verb_compare_files_given(command))
		return verb_compare_files(command);
	ret = study_refuse_ranks(command);
	if (!ret)
		ret = placement_open(&placement, &command->place);
	if (ret)
		return ret;
	ret = compare_strategies(command, placement);
	placement_close(placement);
	return ret;
}
