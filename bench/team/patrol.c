/* Processes that stay on their PUs, and are watched by time. */
#define _GNU_SOURCE
#include "patrol.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/conditions.h"
#include "bench/base/cpus.h"
#include "bench/base/say.h"

/* How often the leader looks. */
#define PATROL_WATCH_NS 20000000

/* What the leader and the processes share. */
struct patrol_board {
	_Atomic uint64_t until_ns;  /* 0: not yet begun */
	_Atomic unsigned int bound; /* processes that stand on their PUs */
	_Atomic bool failed;        /* one could not be bound */
};

/* One process, as the leader sees it. */
struct patrol_post {
	pid_t pid; /* 0: it has ended */
	struct conditions_meter meter;
};

struct patrol {
	const struct patrol_request *request;
	struct patrol_board *board;
	struct patrol_pu *pus;
	struct patrol_post *posts;
};

static void patrol_sleep(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PATROL_WATCH_NS }, NULL);
}

/* A round in which the process had its PU all the time counts for the rate. */
static void patrol_note(const struct patrol_request *request, struct patrol_pu *pu, uint64_t items,
			uint64_t busy_ns, uint64_t cpu_ns, unsigned int window)
{
	double lost_s = busy_ns > cpu_ns ? (double)(busy_ns - cpu_ns) * 1e-9 : 0;

	/* One that a wrong result has ended was not whole. */
	pu->rounds += !pu->wrong;
	pu->items += items;
	pu->busy_ns += busy_ns;
	pu->cpu_ns += cpu_ns;
	if (lost_s > request->quiet_least_s &&
	    lost_s > request->quiet_share * (double)busy_ns * 1e-9)
		return;
	pu->quiet_rounds++;
	pu->quiet_items[window] += items;
	pu->quiet_cpu_ns[window] += cpu_ns;
}

/* Rounds until the time is over, or a result is wrong. At least one is made. */
static void patrol_walk(const struct patrol *patrol, struct patrol_pu *pu, uint64_t until_ns)
{
	uint64_t length_ns = (uint64_t)(patrol->request->seconds * 1e9);
	bool spoil = patrol->request->spoiled == pu->at.pu;
	uint64_t now = clock_ns();

	do {
		uint64_t began = now, cpu = clock_cpu_ns(), items;
		uint64_t left = until_ns > now ? until_ns - now : 0, over = length_ns - left;
		unsigned int window =
			left > length_ns ? 0
					 : (unsigned int)(over * PATROL_WINDOWS / (length_ns + 1));

		items = patrol->request->probe->round(pu->rounds, spoil, &pu->wrong, &pu->fault);
		now = clock_ns();
		cpu = clock_cpu_ns() - cpu;
		patrol_note(patrol->request, pu, items, now - began, cpu, window);
	} while (!pu->wrong && now < until_ns);
}

static _Noreturn void patrol_process(const struct patrol *patrol, unsigned int number, pid_t leader)
{
	char bound[MASK_TEXT];
	uint64_t until;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != leader)
		_exit(1);
	if (placement_bind(patrol->request->placement, number, bound)) {
		patrol->board->failed = true;
		_exit(1);
	}
	patrol->board->bound++;
	while (!(until = atomic_load(&patrol->board->until_ns)))
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	patrol_walk(patrol, &patrol->pus[number], until);
	_exit(0);
}

/* Starts the processes first ... end - 1, and waits until they stand. */
static int patrol_start(struct patrol *patrol, unsigned int first, unsigned int end)
{
	uint64_t late = clock_ns() + (uint64_t)PATROL_GRACE_S * 1000000000;
	pid_t leader = getpid();

	for (unsigned int i = first; i < end; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return say_fail(errno, "process %u of %u cannot be started: %s",
					i - first + 1, end - first, strerror(errno));
		if (!pid)
			patrol_process(patrol, i, leader);
		patrol->posts[i].pid = pid;
	}
	while (patrol->board->bound < end - first && !patrol->board->failed && clock_ns() < late)
		patrol_sleep();
	/* Who could not be bound has said why. One that does not even come that far will be found
	 * not to end, and is what is looked for. */
	return patrol->board->failed ? -EIO : 0;
}

/* Looks which have ended. Returns how many have not. */
static unsigned int patrol_look(struct patrol *patrol, unsigned int first, unsigned int end)
{
	unsigned int left = 0;

	for (unsigned int i = first; i < end; i++) {
		pid_t pid = patrol->posts[i].pid;

		if (pid && waitpid(pid, &patrol->pus[i].status, WNOHANG) == pid)
			patrol->posts[i].pid = 0;
		left += patrol->posts[i].pid != 0;
	}
	return left;
}

/* Kills those that are left. */
static void patrol_end(struct patrol *patrol, unsigned int first, unsigned int end)
{
	for (unsigned int i = first; i < end; i++) {
		if (!patrol->posts[i].pid)
			continue;
		kill(patrol->posts[i].pid, SIGKILL);
		waitpid(patrol->posts[i].pid, NULL, 0);
		patrol->posts[i].pid = 0;
		patrol->pus[i].hung = true;
	}
}

static void patrol_watch_pus(struct patrol *patrol, unsigned int first, unsigned int end)
{
	for (unsigned int i = first; i < end; i++) {
		int pu = patrol->pus[i].at.pu;
		struct cpus only = { 0 };

		only.bits[pu / 64] |= (uint64_t)1 << pu % 64;
		conditions_begin(&patrol->posts[i].meter, &only);
	}
}

static void patrol_unwatch_pus(struct patrol *patrol, unsigned int first, unsigned int end)
{
	for (unsigned int i = first; i < end; i++) {
		struct conditions conditions;

		conditions_end(&patrol->posts[i].meter, 0, &conditions);
		patrol->pus[i].steal_s = conditions.steal_s;
		patrol->pus[i].watched_s = conditions.window_s;
	}
}

/* The PUs first ... end - 1, all at once. */
static int patrol_together(struct patrol *patrol, unsigned int first, unsigned int end)
{
	const struct patrol_request *request = patrol->request;
	uint64_t began, until;
	int ret;

	patrol->board->until_ns = 0;
	patrol->board->bound = 0;
	ret = patrol_start(patrol, first, end);
	if (!ret) {
		patrol_watch_pus(patrol, first, end);
		began = clock_ns();
		until = began + (uint64_t)(request->seconds * 1e9);
		patrol->board->until_ns = until;
		while (patrol_look(patrol, first, end) &&
		       clock_ns() < until + (uint64_t)PATROL_GRACE_S * 1000000000) {
			patrol_sleep();
			if (request->progress)
				request->progress((double)(clock_ns() - began) * 1e-9);
		}
		patrol_unwatch_pus(patrol, first, end);
	}
	patrol_end(patrol, first, end);
	return ret;
}

int patrol_run(struct patrol_pu *pus, unsigned int count, const struct patrol_request *request)
{
	unsigned int step = request->one_at_a_time ? 1 : count;
	struct patrol patrol = { .request = request, .pus = pus };
	char planned[MASK_TEXT];
	int ret = -ENOMEM;

	patrol.posts = calloc(count, sizeof(*patrol.posts));
	patrol.board = mmap(NULL, sizeof(*patrol.board), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (unsigned int i = 0; i < count; i++)
		placement_planned(request->placement, i, planned, &pus[i].at);
	if (patrol.posts && patrol.board != MAP_FAILED)
		ret = 0;
	for (unsigned int i = 0; !ret && i < count; i += step)
		ret = patrol_together(&patrol, i, i + step);
	free(patrol.posts);
	if (patrol.board != MAP_FAILED)
		munmap(patrol.board, sizeof(*patrol.board));
	return ret;
}

struct patrol_pu *patrol_new(unsigned int count)
{
	void *pages = mmap(NULL, count * sizeof(struct patrol_pu), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

void patrol_free(struct patrol_pu *pus, unsigned int count)
{
	munmap(pus, count * sizeof(*pus));
}
