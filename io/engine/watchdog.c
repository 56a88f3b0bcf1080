/* The thread that looks at all loops of a process. */
#include "watchdog.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "sockets.h"

/* A call is stuck when it was seen at so many ticks in a row: of the thread's own time, so that a
 * process that was stopped has no stuck calls. */
enum { STUCK_TICKS = 4 };

/* In which the connection that is being read shows itself. */
#define SAMPLE_S 0.1

static struct {
	pthread_mutex_t lock; /* of all below, and of what is watched but for calls */
	pthread_cond_t sooner;
	pid_t pid; /* a forked child has no thread */
	bool running;
	struct watchdog *first;
} kennel = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Waits with the lock given up, unless somebody comes or goes. */
static void watchdog_wait(double seconds)
{
	uint64_t until_ns = clock_ns() + (uint64_t)(seconds * 1e9);
	struct timespec until = { .tv_sec = (time_t)(until_ns / 1000000000),
				  .tv_nsec = (long)(until_ns % 1000000000) };

	pthread_cond_timedwait(&kennel.sooner, &kennel.lock, &until);
}

static double watchdog_limit(const struct watchdog *watchdog)
{
	return watchdog->limit_s > 1 ? watchdog->limit_s : 1;
}

/* The shortest limit there is decides how often to look. */
static double watchdog_period(void)
{
	double limit = watchdog_limit(kennel.first);

	for (const struct watchdog *each = kennel.first; each; each = each->next)
		if (watchdog_limit(each) < limit)
			limit = watchdog_limit(each);
	return limit / STUCK_TICKS;
}

/* Counts the ticks of a call. Returns true if it is stuck. */
static bool watchdog_tick(struct watchdog *watchdog, double period)
{
	unsigned int calls = atomic_load_explicit(&watchdog->calls, memory_order_relaxed);

	if (calls % 2 == 0 || calls != watchdog->seen)
		watchdog->ticks = 0;
	else
		watchdog->ticks++;
	watchdog->seen = calls;
	return watchdog->ticks >= STUCK_TICKS &&
	       watchdog->ticks * period >= watchdog_limit(watchdog);
}

static void watchdog_look(double period)
{
	bool any = false;

	for (struct watchdog *each = kennel.first; each; each = each->next) {
		each->stuck = watchdog_tick(each, period);
		any |= each->stuck;
		if (each->stuck)
			sockets_measure(each->sockets);
	}
	if (!any)
		return;
	watchdog_wait(SAMPLE_S);
	for (struct watchdog *each = kennel.first; each; each = each->next)
		if (each->stuck &&
		    atomic_load_explicit(&each->calls, memory_order_relaxed) == each->seen)
			sockets_shut_busiest(each->sockets);
}

static void *watchdog_run(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&kennel.lock);
	while (kennel.first) {
		double period = watchdog_period();

		watchdog_wait(period);
		watchdog_look(period);
	}
	kennel.running = false;
	pthread_mutex_unlock(&kennel.lock);
	return NULL;
}

/* A thread that no signal disturbs, and that nobody waits for. */
static int watchdog_start(void)
{
	pthread_condattr_t monotonic;
	sigset_t all, before;
	pthread_attr_t detached;
	pthread_t thread;
	int ret;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&kennel.sooner, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	ret = -pthread_create(&thread, &detached, watchdog_run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&detached);
	kennel.running = !ret;
	if (ret)
		say_fail(
			-ret,
			"no thread can be had to watch over the transfers: %s; see pids.max of the "
			"cgroup and ulimit -u",
			strerror(-ret));
	return ret;
}

int watchdog_open(struct watchdog *watchdog)
{
	int ret = 0;

	pthread_mutex_lock(&kennel.lock);
	if (kennel.pid != getpid()) {
		kennel.pid = getpid();
		kennel.running = false;
		kennel.first = NULL;
	}
	if (!kennel.running)
		ret = watchdog_start();
	if (!ret) {
		watchdog->next = kennel.first;
		kennel.first = watchdog;
		pthread_cond_signal(&kennel.sooner);
	}
	pthread_mutex_unlock(&kennel.lock);
	return ret;
}

void watchdog_close(struct watchdog *watchdog)
{
	struct watchdog **at = &kennel.first;

	pthread_mutex_lock(&kennel.lock);
	while (*at && *at != watchdog)
		at = &(*at)->next;
	if (*at)
		*at = watchdog->next;
	pthread_cond_signal(&kennel.sooner);
	pthread_mutex_unlock(&kennel.lock);
}
