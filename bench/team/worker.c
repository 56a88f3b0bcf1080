/* One worker of a team: binding, private state, a run. The same for threads and processes.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "core_clock.h"
#include "strategy.h"

int worker_open(struct team *team, unsigned int worker)
{
	struct worker *row = &team->workers[worker];
	int ret;

	gethostname(row->host, sizeof(row->host) - 1);
	row->pid = (int)getpid();
	placement_planned(team->spec.placement, worker, row->planned, &row->at);
	ret = placement_bind(team->spec.placement, worker, row->bound);
	return ret ? ret
		   : team->spec.work->type->open(&team->states[worker], team->spec.work,
						 team->spec.inflight);
}

int worker_run(struct team *team, unsigned int worker)
{
	struct claim *claim = team->source->claim(team->source, worker);
	struct worker *row = &team->workers[worker];
	uint64_t came = clock_ns(), began, ended;
	double clock = team->spec.clocks ? core_clock() : 0;
	int ret;

	began = clock_ns();
	ret = team->spec.work->type->run(team->states[worker], claim);
	ended = clock_ns();

	if (ret)
		team->dealing->stop = true;
	row->items = claim->items;
	row->busy_ns = ended - began - claim->claims_ns;
	if (!team->spec.clocks)
		return ret;
	row->clock_hz = (clock + core_clock()) / 2;
	row->clock_ns = began - came + (clock_ns() - ended);
	return ret;
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
