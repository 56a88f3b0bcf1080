/* openmp: a team of OpenMP threads, made once; each run is one parallel region. */
#include "strategy.h"

#include <errno.h>

#include "bench/say.h"

#ifdef _OPENMP
#include <omp.h>
#include <stdatomic.h>

/* A thread keeps its seat from one parallel region to the next, whatever number it bears there; 0
 * is none. */
static _Thread_local unsigned int my_seat;

static int check(const struct team_spec *spec)
{
	if (spec->workers > (unsigned int)omp_get_thread_limit())
		return say_fail(EINVAL,
				"%u threads are more than OMP_THREAD_LIMIT=%d allows: raise it, or "
				"ask for fewer with -w",
				spec->workers, omp_get_thread_limit());
	return limits_check(spec->workers, "threads");
}

static void leave(struct team *team)
{
#pragma omp parallel num_threads(team->spec.workers)
	if (my_seat) {
		seat_leave(team, my_seat - 1);
		my_seat = 0;
	}
}

static int open(struct team *team)
{
	_Atomic int error = 0;
	unsigned int got = 0;

	omp_set_dynamic(0);
	omp_set_max_active_levels(1);
#pragma omp parallel num_threads(team->spec.workers)
	{
		unsigned int worker = (unsigned int)omp_get_thread_num();
		int ret;

#pragma omp master
		got = (unsigned int)omp_get_num_threads();
		my_seat = worker + 1;
		ret = seat_take(team, worker);
		if (ret)
			error = ret;
	}
	if (!error && got != team->spec.workers)
		error = say_fail(EIO, "OpenMP made a team of %u threads, not of %u", got,
				 team->spec.workers);
	if (error)
		leave(team);
	return error;
}

static int run(struct team *team)
{
	_Atomic int error = 0;
	_Atomic unsigned int worked = 0;

#pragma omp parallel num_threads(team->spec.workers)
	if (my_seat) {
		int ret = seat_work(team, my_seat - 1);

		if (ret)
			error = ret;
		worked++;
	}
	if (!error && worked != team->spec.workers)
		error = say_fail(EIO, "only %u of the team's %u threads came to work", worked,
				 team->spec.workers);
	return error;
}

#define MISSING    NULL
#define HOOK(hook) hook
#else
#define MISSING    "built without OpenMP"
#define HOOK(hook) NULL
#endif

const struct strategy strategy_openmp = {
	.name = "openmp",
	.about = "OpenMP threads",
	.missing = MISSING,
	.in_ranks = true,
	.check = HOOK(check),
	.open = HOOK(open),
	.run = HOOK(run),
	.close = HOOK(leave),
};
