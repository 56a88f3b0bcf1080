/*
 * processes: workers forked once, that write to the ledger's shared pages and wait on a futex
 * between runs. The leader does no work: it watches over them, so that one that dies is known at
 * once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/interrupt.h"
#include "bench/base/limits.h"
#include "bench/base/say.h"
#include "team_inside.h"

/* The leader looks after its workers as often as this when none of them wakes it. */
#define WATCH_NS 20000000
/* How long a worker looks for the next go before it sleeps, where it has a core to itself: runs in
 * quick succession need no wake-up. */
#define SPIN_NS 100000

/*
 * What leader and workers share: the counters are futexes. What is written before one of them is
 * added to is read after an acquire of it: the leader's stop, error and the run's beginning through
 * go, a worker's error, slots and figures through ready. The adds are sequentially consistent, and
 * so releases.
 */
struct board {
	_Alignas(128) _Atomic uint32_t go; /* the number of the run to do */
	_Atomic bool stop;
	_Alignas(128) _Atomic uint32_t ready; /* workers that are open, or ended the run */
	_Atomic int error;
	_Atomic uint32_t
		reported[]; /* by each worker: the last run that it has ended, or opened for */
};

struct processes {
	struct board *board;
	size_t board_size;
	pid_t *pids; /* 0 where it has ended */
	bool opened;
	bool lost; /* one has: there can be no more runs */
};

static void processes_futex_wait(_Atomic uint32_t *word, uint32_t value,
				 const struct timespec *timeout)
{
	syscall(SYS_futex, word, FUTEX_WAIT, value, timeout, NULL, 0);
}

static void processes_futex_wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

/* Returns when the word is no longer that value, or the patience is over. */
static void processes_spin(const _Atomic uint32_t *word, uint32_t value)
{
	uint64_t until = clock_ns() + SPIN_NS;

	do
		for (unsigned int i = 0; i < 64; i++)
			/* As processes_worker() does: pairs with the add to go in
			 * processes_run(). */
			if (atomic_load_explicit(word, memory_order_acquire) != value)
				return;
	while (clock_ns() < until);
}

static void processes_report(struct team *team, struct board *board, unsigned int worker,
			     uint32_t run, int ret)
{
	if (ret)
		board->error = ret;
	atomic_store_explicit(&board->reported[worker], run, memory_order_release);
	/* Releases what this worker did, for the acquire in processes_await(). */
	if (atomic_fetch_add(&board->ready, 1) + 1 == team->spec.workers)
		processes_futex_wake(&board->ready);
}

/* A worker process, from its birth to its end. run: the last that was begun when it was born. One
 * that takes the place of another is not waited for: the next run begins at once. */
static _Noreturn void processes_worker(struct team *team, struct board *board, unsigned int worker,
				       pid_t leader, uint32_t run, bool replaces)
{
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != leader)
		_exit(1);
	/* Signals that a checkpoint waits for are none of its business. */
	if (replaces)
		interrupt_unwatch();
	ret = worker_open(team, worker);
	if (!replaces)
		processes_report(team, board, worker, run, ret);
	else if (ret)
		_exit(1);
	for (;;) {
		if (team->spec.workers <= placement_machine(team->spec.placement)->allowed_pus)
			processes_spin(&board->go, run);
		while (atomic_load_explicit(&board->go, memory_order_acquire) == run)
			processes_futex_wait(&board->go, run, NULL);
		run++;
		if (board->stop)
			break;
		processes_report(team, board, worker, run, worker_run(team, worker));
	}
	worker_close(team, worker);
	_exit(0);
}

/* So often a worker may be replaced, on the average: who dies more often will always die. */
enum { PROCESSES_LIVES = 4 };

/* One has died that the team can do without: what it did not commit is done again. */
static void processes_survive(struct team *team, unsigned int worker, pid_t pid, const char *how)
{
	team->deaths++;
	/* Its chunks count, and so do its figures. */
	if (team->go->kind == GO_LOOK) {
		say_warn("worker %u (pid %d) %s off the clock: it had nothing to finish", worker,
			 (int)pid, how);
		return;
	}
	team->workers[worker].died = true;
	worker_put_figures(&team->workers[worker], &(struct worker_figures){ 0 });
	say_warn("worker %u (pid %d) %s: what it has not finished is done again", worker, (int)pid,
		 how);
}

/* Looks for a worker that has ended, which none may before it is told to. */
static int processes_find_dead(struct team *team)
{
	struct processes *own = team->own;
	int ret = 0;

	for (unsigned int i = 0; i < team->spec.workers; i++) {
		int status = 0;
		char how[96];
		pid_t pid = own->pids[i], gone = pid ? waitpid(pid, &status, WNOHANG) : 0;

		if (!gone || (gone < 0 && errno == EINTR))
			continue;
		own->pids[i] = 0;
		if (WIFSIGNALED(status))
			snprintf(how, sizeof(how), "was killed by signal %d (%s)", WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
		else
			snprintf(how, sizeof(how), "ended with code %d", WEXITSTATUS(status));
		if (own->opened && team->spec.survive &&
		    team->deaths < PROCESSES_LIVES * team->spec.workers) {
			processes_survive(team, i, pid, how);
			continue;
		}
		own->lost = true;
		ret = say_fail(EIO, "worker %u (pid %d) %s: the run is lost", i, (int)pid, how);
	}
	return ret;
}

/* Whether all that live have ended the run: those that died before it are not waited for. */
static bool processes_all_reported(const struct team *team)
{
	const struct processes *own = team->own;
	uint32_t run = own->board->go;

	for (unsigned int i = 0; i < team->spec.workers; i++)
		if (own->pids[i] &&
		    atomic_load_explicit(&own->board->reported[i], memory_order_acquire) != run)
			return false;
	return true;
}

/* Waits until every worker has reported, or one is dead. */
static int processes_await(struct team *team)
{
	const struct timespec watch = { .tv_nsec = WATCH_NS };
	struct processes *own = team->own;
	uint32_t ready;

	/* Pairs with the add in processes_report(): error, slots and figures are read after it. */
	while ((ready = atomic_load_explicit(&own->board->ready, memory_order_acquire)) <
	       team->spec.workers) {
		int ret = 0;

		errno = 0;
		syscall(SYS_futex, &own->board->ready, FUTEX_WAIT, ready, &watch, NULL, 0);
		if (errno != 0 && errno != EAGAIN) {
			ret = processes_find_dead(team);
			if (!ret && team->deaths && processes_all_reported(team))
				break;
			if (team->spec.progress)
				team_report(team);
		}
		if (ret)
			return ret;
	}
	return own->board->error;
}

static void processes_close(struct team *team)
{
	struct processes *own = team->own;

	if (!own)
		return;
	if (own->board) {
		own->board->stop = true;
		own->board->go++;
		processes_futex_wake(&own->board->go);
	}
	for (unsigned int i = 0; own->pids && i < team->spec.workers; i++) {
		if (!own->pids[i])
			continue;
		/* One that still works on a lost run would end it first. */
		if (atomic_load(&own->board->ready) < team->spec.workers)
			kill(own->pids[i], SIGKILL);
		waitpid(own->pids[i], NULL, 0);
	}
	if (own->board)
		munmap(own->board, own->board_size);
	free(own->pids);
	free(own);
	team->own = NULL;
}

/* base/process.h starts programs; these have to share the pages of the team. */
static int processes_fork(struct team *team)
{
	struct processes *own = team->own;
	pid_t leader = getpid();

	for (unsigned int i = 0; i < team->spec.workers; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return say_fail(errno, "worker process %u of %u cannot be started: %s",
					i + 1, team->spec.workers, strerror(errno));
		if (pid == 0)
			processes_worker(team, own->board, i, leader, 0, false);
		own->pids[i] = pid;
	}
	return processes_await(team);
}

static int processes_open(struct team *team)
{
	struct processes *own = calloc(1, sizeof(*own));
	int ret = -ENOMEM;

	if (!own)
		return ret;
	team->own = own;
	own->pids = calloc(team->spec.workers, sizeof(*own->pids));
	own->board_size =
		sizeof(*own->board) + team->spec.workers * sizeof(own->board->reported[0]);
	own->board = mmap(NULL, own->board_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			  -1, 0);
	if (own->board == MAP_FAILED)
		own->board = NULL;
	if (own->pids && own->board)
		ret = processes_fork(team);
	own->opened = ret == 0;
	if (ret)
		processes_close(team);
	return ret;
}

/* A new process for each that has died. */
static int processes_replace(struct team *team)
{
	struct processes *own = team->own;
	pid_t leader = getpid();
	/* Read here, for a child may come to look only after the next go. */
	uint32_t run = own->board->go;
	int ret = processes_find_dead(team);

	for (unsigned int i = 0; !ret && i < team->spec.workers; i++) {
		pid_t pid = own->pids[i] ? own->pids[i] : fork();

		if (pid < 0)
			ret = say_fail(errno, "worker process %u cannot be started again: %s", i,
				       strerror(errno));
		if (pid == 0)
			processes_worker(team, own->board, i, leader, run, true);
		own->pids[i] = pid;
	}
	return ret;
}

static int processes_run(struct team *team)
{
	struct processes *own = team->own;
	int ret = team->spec.survive ? processes_replace(team) : 0;

	if (ret)
		return ret;

	if (own->lost)
		return say_fail(EIO, "a worker was lost before: there can be no other run");
	/* Who died before the job has the figures of who took its place. */
	for (unsigned int i = 0; team->go->kind == GO_JOB && i < team->spec.workers; i++)
		team->workers[i].died = false;
	/* No worker touches these before it has seen go. */
	atomic_store_explicit(&own->board->ready, 0, memory_order_relaxed);
	atomic_store_explicit(&own->board->error, 0, memory_order_relaxed);
	/* Releases them, and what the leader prepared, for the acquires in processes_worker(). */
	atomic_fetch_add(&own->board->go, 1);
	processes_futex_wake(&own->board->go);
	return processes_await(team);
}

static int processes_check(const struct team_request *spec)
{
	return limits_check(spec->workers, spec->workers, "processes");
}

const struct strategy strategy_processes = {
	.name = "processes",
	.about = "worker processes, forked once, on shared pages",
	.leader_apart = true,
	.check = processes_check,
	.open = processes_open,
	.run = processes_run,
	.close = processes_close,
};
