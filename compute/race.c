/* Five ways to count, each a few lines; and the pool of workers that they share. */
#define _GNU_SOURCE
#include "race.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"

/* How often the leader looks whether a worker has died. */
#define RACE_WATCH_NS 50000000
/* Thousands of stacks; a worker needs two frames. */
#define RACE_STACK ((size_t)128 * 1024)

/* What all workers share, processes too: the counters that matter on cache lines of their own. */
struct race_board {
	_Alignas(128) _Atomic uint64_t count;
	pthread_mutex_t mutex;               /* beside what it guards */
	_Alignas(128) _Atomic uint64_t next; /* task; relaxed, for it guards no data */
	uint64_t tasks, increments;
	void (*work)(struct race_board *board);
	/* Released by the leader with `workers` before it; acquired by each worker, which reads
	 * that. */
	_Alignas(128) _Atomic uint32_t go;
	/* Workers that wait for go, which guards no data; and that are through: each releases what
	 * it counted, and the leader's load in race_await() acquires it. */
	_Alignas(128) _Atomic uint32_t ready, through;
	uint32_t workers;
};

static bool race_take(struct race_board *board)
{
	return atomic_fetch_add_explicit(&board->next, 1, memory_order_relaxed) < board->tasks;
}

/* A load and a store that are each whole, with nothing between them to keep others out: an update
 * that comes in between is lost. (A plain ++ would be a data race, which C gives no meaning.) */
static void race_work_unsynchronised(struct race_board *board)
{
	while (race_take(board))
		for (uint64_t i = 0; i < board->increments; i++) {
			uint64_t seen = atomic_load_explicit(&board->count, memory_order_relaxed);

			atomic_store_explicit(&board->count, seen + 1, memory_order_relaxed);
		}
}

static void race_work_atomic(struct race_board *board)
{
	while (race_take(board))
		for (uint64_t i = 0; i < board->increments; i++)
			atomic_fetch_add_explicit(&board->count, 1, memory_order_relaxed);
}

/* The mutex makes the same load and store one step. */
static void race_work_mutex(struct race_board *board)
{
	while (race_take(board))
		for (uint64_t i = 0; i < board->increments; i++) {
			uint64_t seen;

			pthread_mutex_lock(&board->mutex);
			seen = atomic_load_explicit(&board->count, memory_order_relaxed);
			atomic_store_explicit(&board->count, seen + 1, memory_order_relaxed);
			pthread_mutex_unlock(&board->mutex);
		}
}

/* What every strategy of sumsq does: nothing is shared until the end. Each step is a real store, as
 * in the other ways: the compiler may not make one addition of a hundred. */
static void race_work_reduction(struct race_board *board)
{
	_Alignas(128) volatile uint64_t own[16] = { 0 };

	while (race_take(board))
		for (uint64_t i = 0; i < board->increments; i++)
			own[0]++;
	atomic_fetch_add_explicit(&board->count, own[0], memory_order_relaxed);
}

const struct race_way race_unsynchronised = {
	.name = "unsynchronised",
	.work = race_work_unsynchronised,
};
const struct race_way race_atomic = {
	.name = "atomic",
	.exact = true,
	.work = race_work_atomic,
};
const struct race_way race_mutex = {
	.name = "mutex",
	.exact = true,
	.work = race_work_mutex,
};
const struct race_way race_reduction = {
	.name = "reduction",
	.exact = true,
	.work = race_work_reduction,
};
const struct race_way race_processes = {
	.name = "processes",
	.exact = true,
	.processes = true,
	.most = 64,
	.work = race_work_mutex,
};

const struct race_way *const race_ways[] = { &race_unsynchronised, &race_atomic,    &race_mutex,
					     &race_reduction,      &race_processes, NULL };

const char *race_nth_name(size_t n)
{
	return race_ways[n] ? race_ways[n]->name : NULL;
}

int race_find(const struct race_way **way, const char *name)
{
	for (size_t i = 0; race_ways[i]; i++)
		if (!strcmp(race_ways[i]->name, name)) {
			*way = race_ways[i];
			return 0;
		}
	return say_no_such("way", name, -1, race_nth_name);
}

static void race_wait(_Atomic uint32_t *word, uint32_t value, const struct timespec *timeout)
{
	syscall(SYS_futex, word, FUTEX_WAIT, value, timeout, NULL, 0);
}

static void race_wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* A worker's life. */
static void *race_worker(void *context)
{
	struct race_board *board = context;

	atomic_fetch_add(&board->ready, 1);
	race_wake(&board->ready);
	while (!atomic_load_explicit(&board->go, memory_order_acquire))
		race_wait(&board->go, 0, NULL);
	board->work(board);
	if (atomic_fetch_add(&board->through, 1) + 1 == board->workers)
		race_wake(&board->through);
	return NULL;
}

/* The workers that were started: threads or processes. */
struct race_crew {
	pthread_t *threads;
	pid_t *pids; /* 0 where it has ended */
	unsigned int count;
};

/* Whether a worker process has ended other than by itself. Returns 0, or -EIO having said so. */
static int race_find_dead(struct race_crew *crew)
{
	for (unsigned int i = 0; crew->pids && i < crew->count; i++) {
		pid_t pid = crew->pids[i];
		int status;

		if (!pid || waitpid(pid, &status, WNOHANG) != pid)
			continue;
		/* The number may be another's from now on. */
		crew->pids[i] = 0;
		if (WIFSIGNALED(status))
			return say_fail(EIO, "worker process %d was killed by signal %d (%s)",
					(int)pid, WTERMSIG(status), strsignal(WTERMSIG(status)));
	}
	return 0;
}

/* Waits until all workers have counted themselves. */
static int race_await(_Atomic uint32_t *word, struct race_crew *crew)
{
	const struct timespec watch = { .tv_nsec = RACE_WATCH_NS };
	uint32_t now;
	int ret = 0;

	while (!ret && (now = atomic_load(word)) < crew->count) {
		race_wait(word, now, &watch);
		ret = race_find_dead(crew);
	}
	return ret;
}

static int race_start_thread(struct race_crew *crew, struct race_board *board)
{
	pthread_attr_t attr;
	int error;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, RACE_STACK);
	error = pthread_create(&crew->threads[crew->count], &attr, race_worker, board);
	pthread_attr_destroy(&attr);
	return error;
}

/* base/process.h starts programs; this one has to share the board's pages. */
static int race_start_process(struct race_crew *crew, struct race_board *board)
{
	pid_t leader = getpid(), pid = fork();

	if (pid < 0)
		return errno;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == leader)
			race_worker(board);
		_exit(0);
	}
	crew->pids[crew->count] = pid;
	return 0;
}

/* As many workers as can be had, up to the number that was asked for. */
static int race_start(struct race_crew *crew, struct race_board *board,
		      const struct race_request *request)
{
	unsigned int most = request->way->most, wanted = request->workers;
	int error = 0;

	wanted = most && wanted > most ? most : wanted;
	while (!error && crew->count < wanted) {
		error = request->way->processes ? race_start_process(crew, board)
						: race_start_thread(crew, board);
		crew->count += !error;
	}
	if (!crew->count)
		return say_fail(error, "not one worker can be had: %s", strerror(error));
	return 0;
}

/* All are through, or, if the race is lost, are ended. Threads cannot die alone. */
static void race_end(struct race_crew *crew, bool lost)
{
	for (unsigned int i = 0; i < crew->count; i++)
		if (crew->threads) {
			pthread_join(crew->threads[i], NULL);
		} else if (crew->pids[i]) {
			if (lost)
				kill(crew->pids[i], SIGKILL);
			waitpid(crew->pids[i], NULL, 0);
		}
	free(crew->threads);
	free(crew->pids);
}

static struct race_board *race_make_board(const struct race_request *request)
{
	struct race_board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	pthread_mutexattr_t attr;

	if (board == MAP_FAILED)
		return NULL;
	pthread_mutexattr_init(&attr);
	if (request->way->processes)
		pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&board->mutex, &attr);
	pthread_mutexattr_destroy(&attr);
	board->tasks = request->tasks;
	board->increments = request->increments;
	board->work = request->way->work;
	return board;
}

/* From go to the last worker. */
static int race_go(struct race_outcome *outcome, struct race_board *board, struct race_crew *crew)
{
	uint64_t began;
	int ret = race_await(&board->ready, crew);

	if (ret)
		return ret;
	board->workers = crew->count;
	began = clock_ns();
	atomic_store_explicit(&board->go, 1, memory_order_release);
	race_wake(&board->go);
	ret = race_await(&board->through, crew);
	*outcome = (struct race_outcome){
		.workers = crew->count,
		.count = atomic_load(&board->count),
		.elapsed_ns = clock_ns() - began,
	};
	return ret;
}

int race_run(struct race_outcome *outcome, const struct race_request *request)
{
	struct race_board *board = race_make_board(request);
	struct race_crew crew = { 0 };
	int ret = -ENOMEM;

	if (!board)
		return ret;
	if (request->way->processes)
		crew.pids = calloc(request->workers, sizeof(*crew.pids));
	else
		crew.threads = calloc(request->workers, sizeof(*crew.threads));
	if (crew.pids || crew.threads)
		ret = race_start(&crew, board, request);
	if (!ret)
		ret = race_go(outcome, board, &crew);
	race_end(&crew, ret != 0);
	munmap(board, sizeof(*board));
	return ret;
}
