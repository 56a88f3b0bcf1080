/* From options to a team: which strategy, how many ranks, workers and items in flight. */
#include "plan.h"

#include <errno.h>
#include <string.h>

#include "bench/say.h"
#include "bench/team/strategy.h"

#define ASYNC_INFLIGHT 16

/* A strategy in each rank of the user's mpirun would do the whole job once a rank. */
static int check_launched(const struct plan *plan, const struct options *options)
{
	const struct strategy *strategy = plan->spec.strategy;
	unsigned int size = launched_ranks();

	if (size > 1 && !strategy->outer)
		return say_fail(EINVAL,
				"under mpirun with %u ranks, each would do the whole job with %s: "
				"use -s mpi%s%s",
				size, strategy->name,
				strategy->in_ranks && strategy != &strategy_serial ? "+" : "",
				strategy->in_ranks && strategy != &strategy_serial ? strategy->name
										   : "");
	if (options->ranks && launched() && options->ranks != size)
		return say_fail(EINVAL, "-n %u, but mpirun has started %u: leave -n out",
				options->ranks, size);
	if (options->ranks && !strategy->outer)
		return say_fail(EINVAL,
				"-n %u asks for MPI ranks, and %s has none: use -s mpi, or -w for "
				"its workers",
				options->ranks, strategy->name);
	return 0;
}

/* Ranks and workers, as many as there are allowed cores unless told. */
static void choose_counts(struct plan *plan, const struct options *options, unsigned int cores)
{
	bool one_worker =
		plan->spec.inner ? plan->spec.inner->one_worker : plan->spec.strategy->one_worker;
	unsigned int here;

	plan->ranks = launched() ? launched_ranks() : options->ranks;
	if (!plan->spec.strategy->outer)
		plan->ranks = 1;
	else if (!plan->ranks)
		plan->ranks = one_worker ? cores : cores % 2 ? 1 : 2;
	here = launched() ? launched_ranks_here() : plan->ranks;
	plan->spec.workers = options->workers;
	if (!options->workers)
		plan->spec.workers = one_worker || cores <= here ? 1 : cores / here;
}

int plan_team(struct plan *plan, const struct command *command, struct placement *placement)
{
	const struct options *options = &command->options;
	const char *name = options->strategy      ? options->strategy
			   : launched_ranks() > 1 ? "mpi"
						  : "openmp";
	unsigned int cores = placement_machine(placement)->allowed_cores;
	const struct strategy *doer;
	int ret;

	*plan = (struct plan){ .spec = { .schedule = options->schedule,
					 .placement = placement,
					 .work_type = command->program->work_type } };
	ret = strategy_find(name, &plan->spec.strategy, &plan->spec.inner);
	if (!ret)
		ret = check_launched(plan, options);
	if (ret)
		return ret;
	choose_counts(plan, options, cores);
	doer = plan->spec.inner ? plan->spec.inner : plan->spec.strategy;
	plan->spec.inflight = options->inflight;
	if (!options->inflight)
		plan->spec.inflight = doer == &strategy_async ? ASYNC_INFLIGHT : 1;
	plan->launch = plan->spec.strategy->outer && !launched() && !plan->spec.strategy->missing;
	ret = team_check(&plan->spec);
	if (!ret && command->program->cpu_bound && !plan->launch && !launched_rank()) {
		unsigned int here = plan->spec.workers * (launched() ? launched_ranks_here() : 1);

		if (here > cores)
			say_warn("%u workers on %u allowed core%s: oversubscribed", here, cores,
				 cores > 1 ? "s" : "");
	}
	return ret;
}
