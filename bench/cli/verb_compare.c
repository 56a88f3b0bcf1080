/* compare: the same job with every strategy, at equal concurrency, side by side. */
#include "bench/base/limits.h"
#include "bench/study/comparison.h"
#include "compare_results.h"
#include "plan.h"
#include "study.h"

static int compare_add_rows(struct study *study, struct placement *placement)
{
	const struct program *program = study->command->program;
	const struct command *command = study->command;
	unsigned int cores = placement_machine(placement)->allowed_cores;
	unsigned int concurrency = command->study.concurrencies.count
					   ? command->study.concurrencies.numbers[0]
					   : program->concurrency;
	struct configuration like = { .clocks = program->cpu_bound };
	bool both;
	int ret;

	if (!concurrency)
		concurrency = cores;
	ret = limits_check(concurrency, concurrency, "workers");
	both = !ret && study_shows_schedules(study, placement, concurrency);

	for (size_t i = 0; !ret && program->strategies[i]; i++) {
		const struct configuration *added;

		like.strategy = program->strategies[i];
		like.schedule = NULL;
		ret = study_add(study, &like, concurrency, cores);
		if (ret || !both)
			continue;
		added = &study->experiment.rows[study->experiment.row_count - 1].configuration;
		like.schedule = "static";
		if (added->ranks + added->workers > 1)
			ret = study_add(study, &like, concurrency, cores);
	}
	if (!ret && program->cpu_bound)
		plan_warn_places(placement, concurrency);
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

	if (compare_results_wanted(command))
		return compare_results(command);
	ret = study_refuse_ranks(command);
	if (!ret)
		ret = placement_open(&placement, &command->place);
	if (ret)
		return ret;
	ret = compare_strategies(command, placement);
	placement_close(placement);
	return ret;
}
