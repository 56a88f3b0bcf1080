/* Binding, private state, a run, and what the worker had in it. */
#define _GNU_SOURCE
#include "worker.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/cpus.h"
#include "bench/base/core_clock.h"
#include "bench/base/say.h"
#include "team_inside.h"

_Static_assert((int)CPUS_TEXT <= (int)MASK_TEXT, "a mask that was read back fits its text");

/* The calling thread's mask as text, "" if it cannot be read. */
static void worker_read_mask(char text[MASK_TEXT])
{
	struct cpus cpus;

	text[0] = '\0';
	if (!cpus_of_thread(&cpus))
		cpus_show(&cpus, text);
}

int worker_open(struct team *team, unsigned int worker)
{
	struct worker *row = &team->workers[worker];
	int ret;

	gethostname(row->host, sizeof(row->host) - 1);
	row->pid = (int)getpid();
	placement_planned(team->spec.placement, worker, row->planned, &row->at);
	ret = placement_bind(team->spec.placement, worker, row->bound);
	if (ret)
		return ret;
	memcpy(row->bound_after, row->bound, sizeof(row->bound));
	worker_read_mask(row->allowed);
	return team->spec.work->type->open(&team->states[worker], team->spec.work,
					   team->spec.inflight);
}

/* Reads back, and times: all workers do so at once, and nothing else is under way. */
static int worker_look(struct team *team, struct worker *row)
{
	char now[MASK_TEXT];

	row->clock_hz = team->spec.clocks ? core_clock() : 0;
	worker_read_mask(now);
	if (row->bound[0] || strcmp(now, row->allowed) != 0)
		memcpy(row->bound_after, now, sizeof(now));
	else
		row->bound_after[0] = '\0';
	return 0;
}

static int worker_work(struct team *team, unsigned int worker)
{
	struct claim *claim = team->source->claim(team->source, worker);
	struct worker *row = &team->workers[worker];
	uint64_t began, ended, cpu;
	struct rusage before, after;
	int ret;

	claim->until_ns = team->go->kind == GO_JOB ? atomic_load(&team->go->until_ns) : 0;
	getrusage(RUSAGE_THREAD, &before);
	cpu = clock_cpu_ns();
	began = clock_ns();
	ret = team->spec.work->type->run(team->states[worker], claim);
	ended = clock_ns();
	cpu = clock_cpu_ns() - cpu;
	getrusage(RUSAGE_THREAD, &after);

	if (ret)
		go_stop(team->go);
	worker_put_figures(
		row, &(struct worker_figures){
			     .items = claim->items,
			     .busy_ns = ended - began - claim->claims_ns,
			     .cpu_ns = cpu > claim->claims_cpu_ns ? cpu - claim->claims_cpu_ns : 0,
			     .voluntary = (uint64_t)(after.ru_nvcsw - before.ru_nvcsw),
			     .involuntary = (uint64_t)(after.ru_nivcsw - before.ru_nivcsw),
		     });
	return ret;
}

int worker_run(struct team *team, unsigned int worker)
{
	return team->go->kind == GO_LOOK ? worker_look(team, &team->workers[worker])
					 : worker_work(team, worker);
}

void worker_close(struct team *team, unsigned int worker)
{
	if (team->states[worker])
		team->spec.work->type->close(team->states[worker]);
	team->states[worker] = NULL;
	placement_unbind(team->spec.placement);
}

int worker_alone_open(struct team *team)
{
	int ret = worker_open(team, 0);

	if (ret)
		worker_close(team, 0);
	return ret;
}

int worker_alone_run(struct team *team)
{
	return worker_run(team, 0);
}

void worker_alone_close(struct team *team)
{
	worker_close(team, 0);
}

void worker_put_figures(struct worker *row, const struct worker_figures *figures)
{
	row->items = figures->items;
	row->busy_ns = figures->busy_ns;
	row->cpu_ns = figures->cpu_ns;
	row->voluntary = figures->voluntary;
	row->involuntary = figures->involuntary;
}

struct worker_figures worker_figures_of(const struct worker *row)
{
	return (struct worker_figures){ row->items, row->busy_ns, row->cpu_ns, row->voluntary,
					row->involuntary };
}

double worker_rate(const struct worker *row)
{
	return row->items && row->busy_ns ? (double)row->items * 1e9 / (double)row->busy_ns : NAN;
}

double worker_cpu_s_here(const struct worker *workers, unsigned int count)
{
	double cpu = 0;

	for (unsigned int i = 0; i < count; i++)
		if (!strcmp(workers[i].host, workers[0].host))
			cpu += (double)workers[i].cpu_ns * 1e-9;
	return cpu;
}

bool worker_moved(const struct worker *row)
{
	return strcmp(row->bound, row->bound_after) != 0;
}

void worker_say_moved(const struct worker *row, unsigned int number)
{
	say_warn("worker %u (pid %d) was %s %s before the run, and %s after it: something else has "
		 "moved it",
		 number, row->pid, row->bound[0] ? "bound to" : "allowed",
		 row->bound[0] ? row->bound : row->allowed, row->bound_after);
}
