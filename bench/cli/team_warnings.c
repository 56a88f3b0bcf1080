/* What a team is told of its hosts, and what it cannot have there. */
#include "team_warnings.h"

#include <errno.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/launcher/allocation.h"
#include "bench/launcher/launch.h"
#include "bench/launcher/rank_environment.h"
#include "bench/team/strategy.h"
#include "host_load.h"
#include "shared_pus.h"

int team_warnings_check_hosts(const struct command *command, const struct result *result,
			      const struct row *row)
{
	unsigned int each = command->launcher.per_host;
	size_t hosts = each ? (row->ranks + each - 1) / each : 0;

	if (!each || hosts == result->host_count)
		return 0;
	return say_fail(
		ENOTSUP,
		"%u ranks with %u on each host need %zu hosts, and are on %zu: name as many with "
		"--hosts, or ask for fewer",
		row->ranks, each, hosts, result->host_count);
}

int team_warnings_refuse_elsewhere(const struct command *command)
{
	return say_fail(EINVAL,
			"HWLOC_XMLFILE or HWLOC_SYNTHETIC describes another machine, where nothing "
			"can run from here: "
			"unset it, or use `%s place`",
			command->program->name);
}

void team_warnings_spread(const struct placement *placement, unsigned int workers)
{
	unsigned int places = placement_places(placement);

	if (!strcmp(placement_request(placement)->bind, "spread") && workers > places)
		say_warn("%u workers are more than the %u places to spread over: places are shared",
			 workers, places);
}

static bool team_takes_siblings(const struct placement *placement)
{
	return !strcmp(placement_request(placement)->places, "threads");
}

void team_warnings_places(const struct placement *placement, unsigned int workers)
{
	const struct machine *machine = placement_machine(placement);
	const struct host_load load = { .workers = workers,
					.cores = machine->allowed_cores,
					.pus = machine->allowed_pus,
					.quota = machine->cpu_quota };

	host_load_warn(&load, team_takes_siblings(placement));
}

/* Places of several PUs are there to be shared. */
static bool team_shares_places(const char *places)
{
	return !strcmp(places, "ll_caches") || !strcmp(places, "numa_domains") ||
	       !strcmp(places, "sockets");
}

/* Whether all PUs are to be used: an expression has chosen among them. */
static bool team_takes_all(const char *places)
{
	for (size_t n = 0; placement_nth_word(n); n++)
		if (!strcmp(places, placement_nth_word(n)))
			return true;
	return false;
}

/* Whoever asks for one worker knows that the other CPUs of the job are idle. */
static bool team_wants_all(const struct team_request *spec)
{
	return (spec->strategy->outer || !spec->strategy->one_worker) &&
	       team_takes_all(placement_request(spec->placement)->places);
}

int team_warnings_shared(const struct command *command, const struct team *team,
			 const struct team_request *spec, const struct result *result,
			 const struct row *row)
{
	const struct worker *rows;
	unsigned int count = team_workers(team, &rows);
	int ret = 0;

	if (!command->program->cpu_bound)
		return 0;
	if (allocation_tasks() && team_wants_all(spec))
		ret = host_load_warn_idle(result, row, allocation_cpus_per_task());
	if (ret || !rank_environment_present() ||
	    team_shares_places(placement_request(spec->placement)->places))
		return ret;
	ret = host_load_warn_all(result, row, launch_is_ours(),
				 team_takes_siblings(spec->placement));
	return ret || launch_is_ours()
		       ? ret
		       : shared_pus_warn(rows, count, placement_machine(spec->placement)->cores);
}
