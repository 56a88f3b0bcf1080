/* From options to a team: which strategy, how many ranks, workers and items in flight. */
#include "team_plan.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/limits.h"
#include "bench/base/say.h"
#include "bench/launcher/allocation.h"
#include "bench/launcher/launch.h"
#include "bench/launcher/rank_environment.h"
#include "bench/place/openmp_env.h"
#include "bench/team/strategy.h"
#include "team_warnings.h"

/* How long a rank may be silent unless told. */
#define PATIENCE_S 30

#define ASYNC_INFLIGHT 16

/* A strategy in each rank of the user's mpirun would do the whole job once a rank. */
static int plan_check_launched(const struct team_plan *plan, const struct command *command)
{
	const struct strategy *strategy = plan->spec.strategy;
	unsigned int size = rank_environment_present() ? rank_environment_ranks() : 1;

	if (size > 1 && !strategy->outer)
		return say_fail(EINVAL,
				"under %s with %u ranks, each would do the whole job with %s: "
				"use -s mpi%s%s",
				rank_environment_launcher(), size, strategy->name,
				strategy->in_ranks && strategy != &strategy_serial ? "+" : "",
				strategy->in_ranks && strategy != &strategy_serial ? strategy->name
										   : "");
	if (command->team.ranks && rank_environment_present() && command->team.ranks != size)
		return say_fail(EINVAL, "-n %u, but %s has started %u: leave -n out",
				command->team.ranks, rank_environment_launcher(), size);
	if (command->team.ranks && !strategy->outer)
		return say_fail(EINVAL,
				"-n %u asks for MPI ranks, and %s has none: use -s mpi, or -w for "
				"its workers",
				command->team.ranks, strategy->name);
	return 0;
}

/* How many of the ranks that a launcher is to start will be on this machine; 0 if that is not
 * known: it has other hosts. */
static unsigned int plan_ranks_here(const struct team_plan *plan,
				    const struct launcher_request *where)
{
	if (where->per_host)
		return where->per_host < plan->ranks ? where->per_host : plan->ranks;
	return launcher_reaches_out(where) ? 0 : plan->ranks;
}

/* Ranks that a launcher is to start here, and their workers. */
static int plan_check_ranks(const struct team_plan *plan, const struct command *command)
{
	unsigned int ranks = plan_ranks_here(plan, &command->launcher);
	uint64_t all = (uint64_t)ranks * plan->spec.workers;
	unsigned int workers = all > UINT_MAX ? UINT_MAX : (unsigned int)all;
	int ret = limits_check(ranks, ranks, "ranks");

	return ret ? ret : limits_check(workers, workers, "workers");
}

/* Ranks and workers, as many as there are allowed cores unless told; OpenMP's threads are told by
 * its variable too. */
static void plan_choose_counts(struct team_plan *plan, const struct command *command,
			       const struct machine *machine)
{
	unsigned int cores = machine->allowed_cores;
	const struct strategy *doer = plan->spec.inner ? plan->spec.inner : plan->spec.strategy;
	bool one_worker = doer->one_worker;
	unsigned int here;

	plan->ranks = rank_environment_present() ? rank_environment_ranks() : command->team.ranks;
	if (!plan->spec.strategy->outer)
		plan->ranks = 1;
	else if (!plan->ranks && rank_environment_alone())
		plan->ranks = 1;
	else if (!plan->ranks && allocation_tasks())
		plan->ranks = allocation_tasks();
	else if (!plan->ranks)
		plan->ranks = one_worker ? cores : cores % 2 ? 1 : 2;
	here = rank_environment_present() ? rank_environment_ranks_here() : plan->ranks;
	plan->spec.workers = command->team.workers;
	if (!command->team.workers && doer == &strategy_openmp)
		plan->spec.workers = openmp_env_threads();
	if (plan->spec.workers)
		return;
	/* A mask that a launcher narrowed may be this rank's alone; its part of all is the most. */
	if (rank_environment_present() && !launch_is_ours() && machine->cores / here < cores)
		cores = machine->cores / here;
	else if (!rank_environment_present() || launch_is_ours())
		cores /= here;
	plan->spec.workers = one_worker || cores < 1 ? 1 : cores;
}

/* Whoever asks for workers wants more than one loop. */
static const char *plan_choose_strategy(const struct command *command)
{
	const struct program *program = command->program;

	if (command->team.strategy)
		return command->team.strategy;
	if (rank_environment_ranks() > 1)
		return program->rank_strategy ? program->rank_strategy : "mpi";
	return program->strategy && !command->team.workers ? program->strategy : "openmp";
}

int team_plan_make(struct team_plan *plan, const struct command *command,
		   struct placement *placement)
{
	const struct strategy *doer;
	int ret;

	*plan = (struct team_plan){ .spec = { .schedule = command->team.schedule,
					      .placement = placement,
					      .work_type = command->program->work_type } };
	ret = strategy_find(plan_choose_strategy(command), &plan->spec.strategy, &plan->spec.inner);
	if (!ret)
		ret = plan_check_launched(plan, command);
	if (ret)
		return ret;
	plan_choose_counts(plan, command, placement_machine(placement));
	doer = plan->spec.inner ? plan->spec.inner : plan->spec.strategy;
	plan->spec.inflight = command->team.inflight;
	if (!command->team.inflight)
		plan->spec.inflight = doer != &strategy_async ? 1
				      : command->program->concurrency
					      ? command->program->concurrency
					      : ASYNC_INFLIGHT;
	plan->spec.told_ranks = rank_environment_present() ? rank_environment_ranks() : 0;
	plan->spec.told_rank = rank_environment_rank();
	plan->launch = plan->spec.strategy->outer && !rank_environment_present() &&
		       !plan->spec.strategy->missing;
	if (command->team.weighting.text &&
	    (command->team.schedule.type != &schedule_static || command->team.schedule.chunk_items))
		return say_fail(EINVAL, "--weights are shares: they go with --schedule static");
	plan->spec.weighting = command->team.weighting;
	plan->spec.patience_s = command->team.patience > 0 ? command->team.patience : PATIENCE_S;
	plan->spec.clocks = command->team.clocks;
	plan->spec.survive = command->team.survive;
	ret = request_check(&plan->spec);
	if (!ret && plan->launch)
		ret = plan_check_ranks(plan, command);
	/* Of ranks, their masks will tell, on every host. */
	if (!ret && command->program->cpu_bound && !rank_environment_present() && !plan->launch)
		team_warnings_places(placement, plan->spec.workers * plan->ranks);
	return ret;
}
