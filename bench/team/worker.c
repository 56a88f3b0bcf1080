/* One worker of a team: binding, private state, a run. The same for threads and processes. */
#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
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

/* What the calling thread has had so far. */
struct usage {
	uint64_t cpu_ns, voluntary, involuntary;
};

static struct usage worker_usage(void)
{
	struct timespec cpu;
	struct rusage usage;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	getrusage(RUSAGE_THREAD, &usage);
	return (struct usage){ .cpu_ns = (uint64_t)cpu.tv_sec * 1000000000 + (uint64_t)cpu.tv_nsec,
			       .voluntary = (uint64_t)usage.ru_nvcsw,
			       .involuntary = (uint64_t)usage.ru_nivcsw };
}

/* Without a mask of its own there is nothing that could have changed. */
static void worker_look(struct team *team, unsigned int worker)
{
	struct worker *row = &team->workers[worker];

	if (team->spec.clocks)
		row->figures.clock_hz = core_clock();
	if (!row->bound[0])
		return;
	placement_read_back(team->spec.placement, row->bound_after);
	row->figures.moved = strcmp(row->bound, row->bound_after) != 0;
}

int worker_run(struct team *team, unsigned int worker)
{
	struct worker_figures *figures = &team->workers[worker].figures;
	struct usage before, after;
	struct claim *claim;
	uint64_t began, ended;
	int ret;

	if (team->dealing->errand == ERRAND_LOOK) {
		worker_look(team, worker);
		return 0;
	}
	claim = team->source->claim(team->source, worker);
	before = worker_usage();
	began = clock_ns();
	ret = team->spec.work->type->run(team->states[worker], claim);
	ended = clock_ns();
	after = worker_usage();
	if (ret)
		team->dealing->stop = true;
	figures->items = claim->items;
	figures->busy_ns = ended - began - claim->claims_ns;
	figures->cpu_ns = after.cpu_ns - before.cpu_ns;
	figures->voluntary = after.voluntary - before.voluntary;
	figures->involuntary = after.involuntary - before.involuntary;
	return ret;
}

void worker_close(struct team *team, unsigned int worker)
{
	if (team->states[worker])
		team->spec.work->type->close(team->states[worker]);
	team->states[worker] = NULL;
	placement_unbind(team->spec.placement);
}

/* Two clocks of the same time may differ by so much. */
static uint64_t worker_slack(uint64_t elapsed_ns)
{
	return elapsed_ns + elapsed_ns / 1000 + 50000;
}

int worker_check(const struct worker *workers, unsigned int count, unsigned int pus,
		 uint64_t elapsed_ns)
{
	uint64_t all = 0, most = pus * worker_slack(elapsed_ns) + count * (uint64_t)50000;

	for (unsigned int i = 0; i < count; i++) {
		const struct worker_figures *figures = &workers[i].figures;

		all += figures->cpu_ns;
		if (figures->busy_ns > elapsed_ns)
			return say_fail(EIO,
					"the run took %" PRIu64 " ns, and worker %u was busy for "
					"%" PRIu64 " ns of it: the measurement is wrong",
					elapsed_ns, i, figures->busy_ns);
		if (figures->cpu_ns > worker_slack(elapsed_ns))
			return say_fail(EIO,
					"the run took %" PRIu64 " ns, and worker %u had a CPU for "
					"%" PRIu64 " ns of it: the measurement is wrong",
					elapsed_ns, i, figures->cpu_ns);
	}
	if (pus && all > most)
		return say_fail(EIO,
				"the run took %" PRIu64
				" ns on %u PUs, and its workers had %" PRIu64
				" ns of CPU time: the measurement is wrong",
				elapsed_ns, pus, all);
	return 0;
}

int alone_open(struct team *team)
{
	int ret = worker_open(team, 0);

	if (ret)
		worker_close(team, 0);
	return ret;
}

int alone_run(struct team *team)
{
	return worker_run(team, 0);
}

void alone_close(struct team *team)
{
	worker_close(team, 0);
}
