/* What a team found, into a result. */
#define _GNU_SOURCE
#include "team_result.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/cpus.h"
#include "bench/stats/disturbance.h"
#include "host_facts.h"
#include "rank_result.h"

/* Ticks that a window of the system's counters must have for them to tell anything. */
#define FOUND_TICKS 20

/* A text that is not known is "". */
static int team_result_set(char **to, const char *from)
{
	return record_set_text(to, *from ? from : NULL);
}

static int team_result_add_host(struct result *result, const struct hello *hello)
{
	struct host *host = record_add(&host_record, &result->hosts, &result->host_count);

	if (!host)
		return -ENOMEM;
	host->cores = hello->cores;
	host->pus = hello->pus;
	host->numa_nodes = hello->numa_nodes;
	host->allowed_cores = hello->allowed_cores;
	host->cpu_quota = hello->cpu_quota;
	return team_result_set(&host->hostname, hello->host) ||
			       team_result_set(&host->cpu_model, hello->cpu_model) ||
			       team_result_set(&host->microcode, hello->microcode) ||
			       team_result_set(&host->governor, hello->governor) ||
			       team_result_set(&host->kernel, hello->kernel) ||
			       team_result_set(&host->allowed_pus, hello->allowed) ||
			       team_result_set(&host->compiler, hello->compiler) ||
			       team_result_set(&host->mpi, hello->mpi) ||
			       team_result_set(&host->hwloc, hello->hwloc)
		       ? -ENOMEM
		       : 0;
}

int team_result_host(struct result *result, const struct placement *placement)
{
	struct hello hello;

	host_facts_find(&hello, placement, "");
	return team_result_add_host(result, &hello);
}

int team_result_hosts(struct result *result, const struct team *team)
{
	int ret = 0;

	for (unsigned int rank = 1; !ret && rank < team_ranks(team); rank++) {
		const struct hello *hello = team_hello(team, rank);
		bool known = false;

		/* Mostly the one before is. */
		for (size_t i = result->host_count; !known && i-- > 0;)
			known = !strcmp(result->hosts[i].hostname, hello->host);
		if (!known)
			ret = team_result_add_host(result, hello);
	}
	return ret;
}

int team_result_worker(struct row *row, const struct worker *worker)
{
	struct row_worker *found =
		record_add(&row_worker_record, &row->per_worker, &row->per_worker_count);

	if (!found)
		return -ENOMEM;
	found->pid = worker->pid ? worker->pid : -1;
	found->package = worker->at.package;
	found->numa = worker->at.numa;
	found->l3 = worker->at.l3;
	found->core = worker->at.core;
	found->kind = worker->at.kind;
	found->pu = worker->at.pu;
	found->weight = worker->weight;
	return record_set_text(&found->host, worker->host) ||
			       record_set_text(&found->planned,
					       *worker->planned ? worker->planned : NULL) ||
			       record_set_text(&found->bound, *worker->bound ? worker->bound : NULL)
		       ? -ENOMEM
		       : 0;
}

static int team_result_count_nodes(struct row *row)
{
	size_t count, *hosts = row_hosts(row, &count);

	row->nodes = (unsigned int)count;
	free(hosts);
	return hosts ? 0 : -ENOMEM;
}

int team_result_row(struct row *row, const struct team_request *spec, const struct team *team,
		    const char *schedule, const char *rate_unit)
{
	const struct place_request *place = placement_request(spec->placement);
	const struct worker *workers;
	unsigned int count = team_workers(team, &workers);
	char name[32];
	int ret = 0;

	request_name(spec, name);
	row->ranks = team_ranks(team);
	row->workers = count;
	row->inflight = spec->inflight;
	row->repeat = 1;
	if (record_set_text(&row->strategy, name) || record_set_text(&row->places, place->places) ||
	    record_set_text(&row->bind, place->bind) || record_set_text(&row->schedule, schedule) ||
	    record_set_text(&row->rate_unit, rate_unit))
		return -ENOMEM;
	for (unsigned int i = 0; !ret && i < count; i++)
		ret = team_result_worker(row, &workers[i]);
	if (!ret)
		ret = team_result_count_nodes(row);
	return ret ? ret : rank_result_add(row, team);
}

/* Whether no other worker of its host is planned for any of a worker's PUs. */
static bool team_result_is_alone(const struct worker *workers, const struct cpus *sets,
				 unsigned int count, unsigned int worker)
{
	for (unsigned int i = 0; i < count; i++) {
		if (i == worker || strcmp(workers[i].host, workers[worker].host))
			continue;
		for (size_t k = 0; k < sizeof(sets->bits) / sizeof(sets->bits[0]); k++)
			if (sets[i].bits[k] & sets[worker].bits[k])
				return false;
	}
	return true;
}

/* What had the CPUs of the workers, in words; nothing if they had them all the time. */
static int team_result_disturbance(struct sample *sample, const struct worker *workers,
				   unsigned int count, double resolution_s)
{
	const struct disturbance_counters counters = { .steal_s = sample->conditions.steal_s,
						       .throttled_s =
							       sample->conditions.throttled_s,
						       .resolution_s = resolution_s };
	struct disturbance_worker *list = calloc(count + 1, sizeof(*list));
	struct cpus *sets = calloc(count + 1, sizeof(*sets));
	struct disturbance worst = { .kind = DISTURBANCE_NONE };
	char who[64], text[160];
	int ret = list && sets ? 0 : -ENOMEM;

	for (unsigned int i = 0; !ret && i < count; i++)
		ret = cpus_parse(&sets[i], workers[i].allowed);
	for (unsigned int i = 0; !ret && i < count; i++)
		list[i] = (struct disturbance_worker){
			.busy_s = (double)workers[i].busy_ns * 1e-9,
			.cpu_s = (double)workers[i].cpu_ns * 1e-9,
			.pu = *workers[i].bound ? workers[i].at.pu : -1,
			.alone = team_result_is_alone(workers, sets, count, i),
		};
	if (!ret)
		worst = disturbance_find(list, count, &counters);
	free(list);
	free(sets);
	if (ret || worst.kind == DISTURBANCE_NONE)
		return ret;
	if (worst.pu >= 0)
		snprintf(who, sizeof(who), "PU %d", worst.pu);
	else
		snprintf(who, sizeof(who), "a worker's CPU");
	if (worst.kind == DISTURBANCE_THROTTLED)
		snprintf(text, sizeof(text), "the CPU quota kept %s idle for %.0f %% of the time",
			 who, 100 * worst.share);
	else
		snprintf(text, sizeof(text), "%s had %.0f %% of %s",
			 worst.kind == DISTURBANCE_STEAL         ? "the hypervisor"
			 : isnan(sample->conditions.throttled_s) ? "something else"
								 : "other programs",
			 100 * worst.share, who);
	sample->disturbed = true;
	return record_set_text(&sample->disturbance, text);
}

static int team_result_worker_sample(struct sample *sample, const struct worker *worker)
{
	struct worker_sample *found =
		record_add(&worker_sample_record, &sample->workers, &sample->worker_count);

	if (!found)
		return -ENOMEM;
	found->items = worker->items;
	found->busy_s = (double)worker->busy_ns * 1e-9;
	found->cpu_s = (double)worker->cpu_ns * 1e-9;
	found->voluntary = worker->voluntary;
	found->involuntary = worker->involuntary;
	found->clock_hz = worker->clock_hz > 0 ? worker->clock_hz : NAN;
	return record_set_text(&found->bound_after,
			       worker_moved(worker) ? worker->bound_after : NULL);
}

struct sample *team_result_sample(struct row *row, const struct team *team, double seconds,
				  double startup_s, const struct conditions *conditions,
				  bool cpu_bound)
{
	struct sample *sample = row_add_sample(row);
	const struct worker *workers;
	unsigned int count = team_workers(team, &workers);
	bool known;
	int ret = 0;

	if (!sample)
		return NULL;
	sample->round = (unsigned int)row->sample_count - 1;
	sample->seconds = seconds;
	sample->startup_s = startup_s;
	/* Ticks of the system tell nothing of a shorter time. */
	known = conditions->window_s >= FOUND_TICKS * conditions->resolution_s;
	sample->conditions =
		(struct sample_conditions){ .window_s = conditions->window_s,
					    .steal_s = known ? conditions->steal_s : NAN,
					    .others_s = known ? conditions->others_s : NAN,
					    .throttled_s = conditions->throttled_s,
					    .load = conditions->load };
	for (unsigned int i = 0; !ret && i < count; i++)
		ret = team_result_worker_sample(sample, &workers[i]);
	if (!ret && row->sample_count == 1)
		ret = rank_result_after(row, team);
	if (!ret && cpu_bound)
		ret = team_result_disturbance(sample, workers, count, conditions->resolution_s);
	return ret ? NULL : sample;
}
