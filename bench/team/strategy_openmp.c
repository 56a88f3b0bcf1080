/* openmp: a team of OpenMP threads, made once; each run is one parallel region. */
#include "team_inside.h"

#include <errno.h>

#include "bench/base/limits.h"
#include "bench/base/pause.h"
#include "bench/base/say.h"

#ifdef _OPENMP
#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A thread stays the same worker from one parallel region to the next, whatever number it bears
 * there; 0 is none. */
static _Thread_local unsigned int my_worker;

static int openmp_check(const struct team_request *spec)
{
	if (spec->workers > (unsigned int)omp_get_thread_limit())
		return say_fail(EINVAL,
				"%u threads are more than OMP_THREAD_LIMIT=%d allows: raise it, or "
				"ask for fewer with -w",
				spec->workers, omp_get_thread_limit());
	return limits_check(spec->workers, spec->workers - 1, "threads");
}

static void openmp_leave(struct team *team)
{
#pragma omp parallel num_threads(team->spec.workers)
	if (my_worker) {
		worker_close(team, my_worker - 1);
		my_worker = 0;
	}
}

static void *openmp_wait_for_all(void *gate)
{
	pthread_mutex_lock(gate);
	pthread_mutex_unlock(gate);
	return NULL;
}

/* The stack that OMP_STACKSIZE asks for (OpenMP 5.0, 6.7): kilobytes, or with a unit. 0: none. */
static size_t openmp_stack_size(void)
{
	static const char units[] = "bkmg";
	const char *text = getenv("OMP_STACKSIZE"), *unit;
	char *end;
	unsigned long long size;
	int power = 1;

	if (!text)
		return 0;
	size = strtoull(text, &end, 10);
	end += strspn(end, " ");
	unit = *end ? strchr(units, *end | ' ') : NULL;
	if (unit)
		power = (int)(unit - units);
	return size > SIZE_MAX >> (10 * power) ? SIZE_MAX : (size_t)size << (10 * power);
}

/*
 * libgomp ends the program, with a message of its own, when a thread cannot be started. So as many
 * threads with such stacks are started once before, by us.
 */
static int openmp_try_threads(unsigned int workers)
{
	pthread_t *threads = calloc(workers, sizeof(*threads));
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	unsigned int started = 0;
	pthread_attr_t attr;
	int error = 0;

	if (!threads)
		return -ENOMEM;
	pthread_attr_init(&attr);
	/* libgomp, too, leaves the default where the size is none. */
	if (openmp_stack_size())
		pthread_attr_setstacksize(&attr, openmp_stack_size());
	pthread_mutex_lock(&gate);
	/* The first worker is this thread. */
	while (!error && started + 1 < workers) {
		error = pthread_create(&threads[started], &attr, openmp_wait_for_all, &gate);
		started += !error;
	}
	pthread_mutex_unlock(&gate);
	for (unsigned int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_attr_destroy(&attr);
	free(threads);
	if (error)
		return say_fail(EINVAL,
				"%u threads cannot be had, only %u: %s; ask for fewer with -w",
				workers, started + 1, strerror(error));
	return 0;
}

static int openmp_open(struct team *team)
{
	/* Any thread's error will do; the end of the parallel region orders it before it is
	 * read. */
	_Atomic int error = openmp_try_threads(team->spec.workers);
	unsigned int got = 0;

	if (error)
		return error;
	omp_set_dynamic(0);
	omp_set_max_active_levels(1);
#pragma omp parallel num_threads(team->spec.workers)
	{
		unsigned int worker = (unsigned int)omp_get_thread_num();
		int ret;

#pragma omp master
		got = (unsigned int)omp_get_num_threads();
		my_worker = worker + 1;
		ret = worker_open(team, worker);
		if (ret)
			error = ret;
	}
	if (!error && got != team->spec.workers)
		error = say_fail(EIO, "OpenMP made a team of %u threads, not of %u", got,
				 team->spec.workers);
	if (error)
		openmp_leave(team);
	return error;
}

/* The first worker has duties as long as another thread works: at the end of the region it could
 * but wait. */
static void openmp_stay(const struct duty *duty, const _Atomic unsigned int *ended)
{
	unsigned int threads = (unsigned int)omp_get_num_threads();
	struct pause pause = { 0 };

	while (duty->call && *ended < threads) {
		duty->call(duty->context);
		pause_once(&pause);
	}
}

static int openmp_run(struct team *team)
{
	/* Read after the end of the parallel region, which orders them. */
	_Atomic int error = 0;
	_Atomic unsigned int worked = 0, ended = 0;

#pragma omp parallel num_threads(team->spec.workers)
	{
		if (my_worker) {
			int ret = worker_run(team, my_worker - 1);

			if (ret)
				error = ret;
			worked++;
		}
		ended++;
		if (my_worker == 1)
			openmp_stay(&team->duty, &ended);
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
	.check = HOOK(openmp_check),
	.open = HOOK(openmp_open),
	.run = HOOK(openmp_run),
	.close = HOOK(openmp_leave),
};
