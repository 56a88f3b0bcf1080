/* From options to a team: which strategy, how many ranks, workers and items in flight. */
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/say.h"
#include "bench/team/launch.h"
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

/* Where the user does not say, the team measures if its workers turn out unequal. */
static int choose_weighting(const struct options *options)
{
	if (options->weights)
		return WEIGHTS_GIVEN;
	if (!options->weights_text)
		return WEIGHTS_IF_UNEQUAL;
	return strcmp(options->weights_text, "measured") ? WEIGHTS_EQUAL : WEIGHTS_MEASURED;
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
	if (options->weights &&
	    (options->schedule.type != &schedule_static || options->schedule.chunk))
		return say_fail(EINVAL, "--weights are shares: they go with --schedule static");
	plan->spec.weights = options->weights;
	plan->spec.weight_count = options->weight_count;
	plan->spec.weighting = choose_weighting(options);
	ret = team_check(&plan->spec);
	/* Of ranks that run already, the masks will tell. */
	if (!ret && command->program->cpu_bound && !launched())
		plan_warn_places(placement, plan->spec.workers * plan->ranks);
	return ret;
}

void plan_warn_places(const struct placement *placement, unsigned int workers)
{
	const struct machine *machine = placement_machine(placement);
	unsigned int cores = machine->allowed_cores;
	const char *bind = placement_request(placement)->bind;

	if (workers > cores)
		say_warn("%u workers on %u allowed core%s: oversubscribed%s", workers, cores,
			 cores > 1 ? "s" : "", strcmp(bind, "spread") ? "" : ", places are shared");
	if ((double)workers > machine->cpu_quota)
		say_warn("%.2g CPUs of quota for %u workers: the cgroup will hold them up",
			 machine->cpu_quota, workers);
}

/* The command's own words, less an option that takes a value, to be typed again. */
static void retype(const struct command *command, char letter, const char *name, char *line,
		   size_t size)
{
	size_t at = 0;

	line[0] = '\0';
	for (char **word = command->argv; *word && at < size; word++) {
		const char *text = *word;
		size_t length = strlen(name);

		if (text[0] == '-' && (text[1] == letter || (!strncmp(text, "--", 2) &&
							     !strncmp(text + 2, name, length)))) {
			/* Its value may be the next word. */
			if ((text[1] == letter && !text[2]) ||
			    (text[1] != letter && !text[2 + length]))
				word += word[1] != NULL;
			continue;
		}
		at += (size_t)snprintf(line + at, size - at, " %s", text);
	}
}

/* Ranks that a launcher bound too narrowly for their workers. */
static void warn_ranks(const struct command *command, const struct team_spec *spec, int pu,
		       unsigned int one, unsigned int other)
{
	unsigned int cores = placement_machine(spec->placement)->cores,
		     here = launched_ranks_here();
	unsigned int own = placement_machine(spec->placement)->allowed_cores,
		     fit = cores / here ? cores / here : 1;
	char line[1024];

	retype(command, 'w', "workers", line, sizeof(line));
	if (spec->workers * here <= cores)
		say_warn("workers %u and %u share PU %d: mpirun bound each rank to %u core%s for "
			 "%u workers; type: mpirun -n "
			 "%u --map-by slot:PE=%u%s -w %u",
			 one, other, pu, own, own > 1 ? "s" : "", spec->workers, launched_ranks(),
			 spec->workers, line, spec->workers);
	else
		say_warn("workers %u and %u share PU %d: this node has %u cores for %u workers; "
			 "type: mpirun -n %u --bind-to "
			 "none%s -w %u",
			 one, other, pu, cores, spec->workers * here, launched_ranks(), line, fit);
}

/* Places of several PUs are there to be shared. */
static bool shares_places(const char *places)
{
	return !strcmp(places, "ll_caches") || !strcmp(places, "numa_domains") ||
	       !strcmp(places, "sockets");
}

int plan_warn_shared(const struct command *command, const struct team *team,
		     const struct team_spec *spec)
{
	unsigned int count, here = 0, one = 0, other = 0;
	const struct worker *rows;
	const char **masks;
	int pu;

	count = team_workers(team, &rows);
	if (!launched() || !command->program->cpu_bound ||
	    shares_places(placement_request(spec->placement)->places))
		return 0;
	masks = calloc(count, sizeof(*masks));
	if (!masks)
		return -ENOMEM;
	while (here < count && !strcmp(rows[here].host, rows[0].host)) {
		masks[here] = rows[here].planned;
		here++;
	}
	pu = masks_shared(masks, here, &one, &other);
	free(masks);
	if (pu >= 0 && launch_is_ours())
		plan_warn_places(spec->placement, here);
	else if (pu >= 0)
		warn_ranks(command, spec, pu, one, other);
	return pu == -ENOMEM ? pu : 0;
}
