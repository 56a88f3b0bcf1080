/* Hosts that have more workers than they can serve, or fewer than they were given for. */
#include "host_load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/cpus.h"
#include "bench/base/say.h"

/* Hosts, or ranks, that get a line of their own; more are counted. */
enum { LOADS_NAMED = 8 };

/* What is known of one host of a row's ranks. */
struct host_ranks {
	unsigned int workers;
	struct cpus allowed; /* to any of its ranks */
};

/* " of node2", or nothing of this one. */
static const char *host_load_where(const struct host_load *load, char room[80])
{
	*room = '\0';
	if (load->host)
		snprintf(room, 80, " of %.63s", load->host);
	return room;
}

static bool host_load_passes_quota(const struct host_load *load)
{
	return (double)load->workers > load->quota;
}

static void host_load_warn_quota(const struct host_load *load)
{
	bool several = load->workers > 1;

	if (host_load_passes_quota(load))
		say_warn("%.4g CPUs of quota for %u worker%s%s%.63s: the cgroup will hold %s up",
			 load->quota, load->workers, several ? "s" : "", load->host ? " on " : "",
			 load->host ? load->host : "", several ? "them" : "it");
}

void host_load_warn(const struct host_load *load, bool siblings)
{
	const char *plural = load->cores > 1 ? "s" : "";
	char where[80];

	host_load_where(load, where);
	if (load->workers > load->pus)
		say_warn("%u workers on %u allowed core%s%s: oversubscribed", load->workers,
			 load->cores, plural, where);
	else if (load->workers > load->cores && !siblings)
		say_warn("%u workers on %u allowed core%s%s: SMT siblings share cores",
			 load->workers, load->cores, plural, where);
	host_load_warn_quota(load);
}

/* The ranks of each host of the result: malloc'd, NULL without memory. */
static struct host_ranks *host_ranks_of(const struct result *result, const struct row *row)
{
	struct host_ranks *all = calloc(result->host_count + 1, sizeof(*all));
	size_t at = 0;

	for (size_t i = 0; all && i < row->per_rank_count; i++) {
		const struct row_rank *rank = &row->per_rank[i];
		struct cpus allowed;

		/* Mostly it is that of the rank before; hosts come as their ranks do. */
		for (size_t tries = result->host_count;
		     tries && strcmp(result->hosts[at].hostname, rank->host); tries--)
			at = (at + 1) % result->host_count;
		all[at].workers += rank->workers;
		if (!cpus_parse(&allowed, rank->allowed ? rank->allowed : ""))
			cpus_add(&all[at].allowed, &allowed);
	}
	return all;
}

int host_load_warn_all(const struct result *result, const struct row *row, bool shares,
		       bool siblings)
{
	struct host_ranks *ranks = host_ranks_of(result, row);
	unsigned int more = 0, said = 0;

	if (!ranks)
		return -ENOMEM;
	for (size_t i = 0; i < result->host_count; i++) {
		const struct host *host = &result->hosts[i];
		const struct host_load load = {
			.host = result->host_count > 1 ? host->hostname : NULL,
			.workers = ranks[i].workers,
			.cores = host->allowed_cores,
			.pus = cpus_count(&ranks[i].allowed),
			.quota = host->cpu_quota,
		};
		bool crowded = shares && (load.workers > load.pus ||
					  (load.workers > load.cores && !siblings));

		if (!crowded && !host_load_passes_quota(&load))
			continue;
		if (said++ >= LOADS_NAMED)
			more++;
		else if (shares)
			host_load_warn(&load, siblings);
		else
			host_load_warn_quota(&load);
	}
	if (more)
		say_warn("%u more hosts have more workers than cores, or than CPUs of quota", more);
	free(ranks);
	return 0;
}

/* Ranks that may use fewer CPUs than their task has. */
static int host_load_warn_narrow(const struct row *row, unsigned int cpus_per_task)
{
	unsigned int narrow = 0;
	char who[96];

	for (size_t i = 0; i < row->per_rank_count; i++) {
		const struct row_rank *rank = &row->per_rank[i];
		struct cpus allowed;
		int ret = cpus_parse(&allowed, rank->allowed ? rank->allowed : "");
		unsigned int count = ret ? 0 : cpus_count(&allowed);

		if (ret)
			return ret;
		if (!count || count >= cpus_per_task || narrow++)
			continue;
		if (row->per_rank_count > 1)
			snprintf(who, sizeof(who), "rank %zu on %.63s", i, rank->host);
		else
			snprintf(who, sizeof(who), "this task, on %.63s,", rank->host);
		say_warn("%s may use %u of its %u CPUs (SLURM_CPUS_PER_TASK): something bound it, "
			 "as mpirun does without --bind-to none, or --map-by slot:PE=%u",
			 who, count, cpus_per_task, cpus_per_task);
	}
	if (narrow > 1)
		say_warn("%u more ranks may use fewer CPUs than their task has", narrow - 1);
	return 0;
}

int host_load_warn_idle(const struct result *result, const struct row *row,
			unsigned int cpus_per_task)
{
	int ret = host_load_warn_narrow(row, cpus_per_task);
	struct host_ranks *ranks = ret ? NULL : host_ranks_of(result, row);
	unsigned int more = 0, said = 0;

	if (!ranks)
		return ret ? ret : -ENOMEM;
	for (size_t i = 0; i < result->host_count; i++) {
		const struct host *host = &result->hosts[i];
		unsigned int threads = host->cores ? host->pus / host->cores : 1;
		unsigned int cores = cpus_count(&ranks[i].allowed) / (threads > 1 ? threads : 1);

		if (!ranks[i].workers || ranks[i].workers >= cores)
			continue;
		if (said++ >= LOADS_NAMED)
			more++;
		else
			say_warn("%u worker%s on the %u allowed cores of %s: the others are idle; "
				 "-w %u, or more ranks, would use them",
				 ranks[i].workers, ranks[i].workers > 1 ? "s" : "", cores,
				 host->hostname, cores);
	}
	if (more)
		say_warn("cores are idle on %u more hosts", more);
	free(ranks);
	return 0;
}
