/* Teams of every strategy of one process: the same exact results, or an error, and nothing left
 * behind. */
#define _GNU_SOURCE
#include "tests/testing.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/team/strategy.h"
#include "bench/team/team.h"
#include "compute/closed_form.h"
#include "compute/sumsq.h"
#include "tests/hash_work.h"

/* The test work's job: some hundreds of chunks, whose ends are no ends of pages. */
enum { ITEMS = 20011, PAGE = 37 };

/* The loss of a worker is known long before this, which a busy machine does not make of it. */
#define SOON_NS 10000000000ULL

static struct placement *placement;
static cpu_set_t started_with; /* the mask of this process */

static int open_with(const char *bind)
{
	const struct place_request request = { .places = "cores", .bind = bind };

	return placement_open(&placement, &request);
}

static int open_placement(void **state)
{
	(void)state;
	return open_with("close");
}

static int close_placement(void **state)
{
	(void)state;
	placement_close(placement);
	placement = NULL;
	return sched_setaffinity(0, sizeof(started_with), &started_with);
}

/* A strategy and the shape of its team. */
struct shape {
	const struct strategy *strategy;
	unsigned int workers, inflight;
};

static struct team_request spec_of(const struct shape *shape, struct work *work)
{
	return (struct team_request){ .strategy = shape->strategy,
				      .workers = shape->workers,
				      .inflight = shape->inflight,
				      .schedule = { .type = &schedule_dynamic },
				      .placement = placement,
				      .work = work,
				      .work_type = work->type };
}

static void expect_no_child(void)
{
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* Tasks of all kinds, two million terms, that meet each limit of the kernels. */
static struct sumsq *new_sumsq(void)
{
	static const struct task list[] = {
		{ 0, 0 },
		{ 0, 1 },
		{ 0, 100000 },
		{ 5, 5 },
		{ 7, 7 },
		{ 12345, 1234567 },
		{ ((uint64_t)1 << 26) - 5000, ((uint64_t)1 << 26) + 5000 },
		{ ((uint64_t)1 << 32) - 3000, ((uint64_t)1 << 32) + 3000 },
		{ END_MAX, END_MAX },
		{ END_MAX - 2000, END_MAX },
		{ 0, 999983 },
		{ 3, 3 },
	};
	struct tasks tasks = { 0 };
	struct sumsq *sumsq;

	for (size_t i = 0; i < COUNT(list); i++)
		assert_int_equal(tasks_add(&tasks, list[i]), 0);
	assert_int_equal(sumsq_new(&sumsq, &tasks, NULL), 0);
	return sumsq;
}

static void spoil_hash(struct work *work)
{
	struct hash_work *hash = (struct hash_work *)work;

	memset(hash->sums, 0x55, hash_pages(hash) * sizeof(*hash->sums));
}

static void spoil_sumsq(struct work *work)
{
	struct sumsq *sumsq = (struct sumsq *)work;

	memset(sumsq->sums, 0x55, sumsq->tasks.count * sizeof(*sumsq->sums));
}

/* The rows say what each worker did: all items, once. */
static void check_rows(const struct team *team, const struct team_request *spec)
{
	const struct worker *rows;
	unsigned int count = team_workers(team, &rows);
	uint64_t items = 0;

	assert_int_equal(team_ranks(team), 1);
	assert_int_equal(count, spec->workers);
	for (unsigned int i = 0; i < count; i++)
		items += rows[i].items;
	assert_int_equal(items, spec->work->items);
}

/* Several runs on one open team, each from spoilt results. */
static void check_team(const struct team_request *spec, void (*spoil)(struct work *))
{
	struct team *team;
	uint64_t elapsed;

	assert_int_equal(request_check(spec), 0);
	assert_int_equal(team_open(&team, spec), 0);
	for (int run = 0; run < 3; run++) {
		int ret;

		spoil(spec->work);
		elapsed = UINT64_MAX;
		ret = team_run(team, &elapsed);
		if (ret || spec->work->type->verify(spec->work))
			fail_msg("%s, %u workers, %s, chunk %" PRIu64 ", run %d: %d",
				 spec->strategy->name, spec->workers, spec->schedule.type->name,
				 spec->schedule.chunk_items, run, ret);
		assert_in_range(elapsed, 1, UINT64_MAX - 1);
		check_rows(team, spec);
	}
	team_close(team);
	expect_no_child();
}

static void check_schedules(const struct shape *shape, struct work *work, const uint64_t chunks[3],
			    void (*spoil)(struct work *))
{
	struct team_request spec = spec_of(shape, work);

	for (size_t i = 0; schedule_types[i]; i++)
		for (size_t k = 0; k < 3; k++) {
			spec.schedule = (struct schedule){ .type = schedule_types[i],
							   .chunk_items = chunks[k] };
			check_team(&spec, spoil);
		}
}

/* Both works under every schedule, with and without CHUNK. */
static void check_shape(const struct strategy *strategy, unsigned int workers,
			unsigned int inflight)
{
	const uint64_t chunks[] = { 0, 7, 1000000 }, terms[] = { 0, 4099, UINT64_MAX / 4 };
	const uint64_t items[] = { 0, 1, ITEMS };
	const struct shape shape = { strategy, workers, inflight };
	struct sumsq *sumsq = new_sumsq();

	for (size_t i = 0; i < COUNT(items); i++) {
		struct hash_work *hash = hash_work_new(items[i], PAGE);

		check_schedules(&shape, &hash->work, chunks, spoil_hash);
		hash_free(&hash->work);
	}
	check_schedules(&shape, &sumsq->work, terms, spoil_sumsq);
	sumsq->work.type->free(&sumsq->work);
}

static void serial_is_right(void **state)
{
	(void)state;
	check_shape(&strategy_serial, 1, 1);
}

static void async_is_right(void **state)
{
	(void)state;
	check_shape(&strategy_async, 1, 1);
	check_shape(&strategy_async, 1, 2);
	check_shape(&strategy_async, 1, 5);
}

static void expect_available(const struct strategy *strategy)
{
	if (strategy->missing)
		skip_because("%s: %s", strategy->name, strategy->missing);
}

static void openmp_is_right(void **state)
{
	(void)state;
	expect_available(&strategy_openmp);
	check_shape(&strategy_openmp, 1, 1);
	check_shape(&strategy_openmp, 2, 1);
	check_shape(&strategy_openmp, 3, 2);
	check_shape(&strategy_openmp, 7, 1);
}

static void processes_are_right(void **state)
{
	(void)state;
	check_shape(&strategy_processes, 1, 1);
	check_shape(&strategy_processes, 2, 1);
	check_shape(&strategy_processes, 3, 2);
	check_shape(&strategy_processes, 7, 1);
}

/* A job without a single term has its results all the same. */
static void empty_tasks_are_a_job(void **state)
{
	const struct shape shapes[] = { { &strategy_serial, 1, 1 }, { &strategy_processes, 2, 1 } };
	struct tasks tasks = { 0 };
	struct sumsq *sumsq;

	(void)state;
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(tasks_add(&tasks, (struct task){ i, i }), 0);
	assert_int_equal(sumsq_new(&sumsq, &tasks, NULL), 0);
	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct team_request spec = spec_of(&shapes[i], &sumsq->work);

		check_team(&spec, spoil_sumsq);
		for (size_t k = 0; k < 3; k++)
			assert_true(sumsq->sums[k] == 0);
	}
	sumsq->work.type->free(&sumsq->work);
}

/* Every strategy that this test can have, the ones that fork before the one that has threads. */
static const struct shape shapes[] = {
	{ &strategy_serial, 1, 1 },    { &strategy_async, 1, 3 },  { &strategy_processes, 2, 1 },
	{ &strategy_processes, 7, 2 }, { &strategy_openmp, 2, 1 }, { &strategy_openmp, 7, 2 },
};

static void for_each_shape(void (*check)(const struct shape *shape, struct hash_work *hash))
{
	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct hash_work *hash;

		if (shapes[i].strategy->missing)
			continue;
		hash = hash_work_new(ITEMS, PAGE);
		check(&shapes[i], hash);
		hash_free(&hash->work);
	}
}

static void check_identity(const struct shape *shape, struct hash_work *hash)
{
	struct team_request spec = spec_of(shape, &hash->work);
	bool forks = shape->strategy == &strategy_processes;
	const struct worker *rows;
	struct team *team;
	char host[64] = "";

	gethostname(host, sizeof(host) - 1);
	assert_int_equal(team_open(&team, &spec), 0);
	team_workers(team, &rows);
	for (unsigned int i = 0; i < shape->workers; i++) {
		assert_string_equal(rows[i].host, host);
		assert_true(rows[i].pid > 0);
		assert_int_equal(rows[i].pid != getpid(), forks);
		assert_string_not_equal(rows[i].planned, "");
		assert_string_equal(rows[i].bound, rows[i].planned);
		for (unsigned int k = 0; forks && k < i; k++)
			assert_int_not_equal(rows[i].pid, rows[k].pid);
	}
	team_close(team);
}

static void workers_say_who_and_where_they_are(void **state)
{
	(void)state;
	for_each_shape(check_identity);
}

static void check_unbound(const struct shape *shape, struct hash_work *hash)
{
	struct team_request spec = spec_of(shape, &hash->work);
	const struct worker *rows;
	struct team *team;

	assert_int_equal(team_open(&team, &spec), 0);
	team_workers(team, &rows);
	for (unsigned int i = 0; i < shape->workers; i++) {
		assert_string_equal(rows[i].planned, "");
		assert_string_equal(rows[i].bound, "");
	}
	team_close(team);
}

static void unbound_workers_say_so(void **state)
{
	close_placement(state);
	assert_int_equal(open_with("none"), 0);
	for_each_shape(check_unbound);
}

/* The masks of the threads of this process. Not all threads need be its own: a sanitizer has some.
 */
struct masks {
	size_t count;
	struct {
		pid_t thread;
		cpu_set_t mask;
	} list[64];
};

static void note_masks(struct masks *masks)
{
	DIR *threads = opendir("/proc/self/task");
	struct dirent *entry;

	assert_non_null(threads);
	masks->count = 0;
	while ((entry = readdir(threads)) && masks->count < COUNT(masks->list)) {
		pid_t thread = atoi(entry->d_name);
		cpu_set_t *mask = &masks->list[masks->count].mask;

		masks->list[masks->count].thread = thread;
		masks->count += thread && !sched_getaffinity(thread, sizeof(*mask), mask);
	}
	closedir(threads);
}

/* The mask of that thread, of the main thread for one that was not there. */
static const cpu_set_t *mask_of(const struct masks *masks, pid_t thread)
{
	for (size_t i = 0; i < masks->count; i++)
		if (masks->list[i].thread == thread)
			return &masks->list[i].mask;
	assert_int_not_equal(thread, getpid());
	return mask_of(masks, getpid());
}

static void expect_masks(const struct masks *before, const char *strategy)
{
	struct masks now;

	note_masks(&now);
	for (size_t i = 0; i < now.count; i++)
		if (!CPU_EQUAL(&now.list[i].mask, mask_of(before, now.list[i].thread)))
			fail_msg("after %s, thread %d of %d has another mask than before", strategy,
				 (int)now.list[i].thread, (int)getpid());
}

static void check_mask(const struct shape *shape, struct hash_work *hash)
{
	struct team_request spec = spec_of(shape, &hash->work);
	struct masks before;
	struct team *team;
	uint64_t elapsed;

	note_masks(&before);
	assert_int_equal(team_open(&team, &spec), 0);
	assert_int_equal(team_run(team, &elapsed), 0);
	team_close(team);
	expect_masks(&before, shape->strategy->name);
}

static void the_mask_is_as_before(void **state)
{
	(void)state;
	for_each_shape(check_mask);
}

/* A mask that was set from outside is kept to, and is there again afterwards. */
static void a_narrow_mask_is_as_before(void **state)
{
	cpu_set_t narrow;
	int cpu = 0;

	close_placement(state);
	while (!CPU_ISSET(cpu, &started_with))
		cpu++;
	CPU_ZERO(&narrow);
	CPU_SET(cpu, &narrow);
	assert_int_equal(sched_setaffinity(0, sizeof(narrow), &narrow), 0);
	assert_int_equal(open_placement(state), 0);
	assert_int_equal(placement_machine(placement)->allowed_pus, 1);
	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct hash_work *hash = hash_work_new(ITEMS, PAGE);

		/* The threads of a pool may be older than the narrow mask. */
		if (!shapes[i].strategy->missing && shapes[i].strategy != &strategy_openmp)
			check_mask(&shapes[i], hash);
		hash_free(&hash->work);
	}
}

struct told {
	unsigned int times;
	uint64_t done;
	bool wrong;
};

static void be_told(void *context, uint64_t done, uint64_t items)
{
	struct told *told = context;

	told->wrong = told->wrong || done < told->done || done > items || items != ITEMS;
	told->done = done;
	told->times++;
}

static void check_progress(const struct shape *shape, struct hash_work *hash)
{
	struct team_request spec = spec_of(shape, &hash->work);
	struct told told = { 0 };
	struct team *team;
	uint64_t elapsed;

	spec.progress = be_told;
	spec.progress_context = &told;
	assert_int_equal(team_open(&team, &spec), 0);
	assert_int_equal(team_run(team, &elapsed), 0);
	assert_false(told.wrong);
	/* Where the leader works itself, it looks before its first chunk; others may be too quick
	 * for it to look at all. */
	assert_true(told.times >= 1 || shape->strategy == &strategy_processes);
	team_close(team);
}

static void the_leader_is_told_of_progress(void **state)
{
	(void)state;
	for_each_shape(check_progress);
}

/* One worker has the mishap, and the run fails, within reason and without a result. */
static void check_failure(const struct shape *shape, struct hash_work *hash, enum mishap_kind kind)
{
	struct team_request spec = spec_of(shape, &hash->work);
	uint64_t elapsed, began;
	struct team *team;
	struct masks before;
	int ret;

	note_masks(&before);
	assert_int_equal(team_open(&team, &spec), 0);
	hash_arm(hash, kind, 1);
	began = clock_ns();
	ret = team_run(team, &elapsed);
	if (ret >= 0 || hash->mishap->left > 0)
		fail_msg("%s, %u workers: the run gave %d after mishap %d", shape->strategy->name,
			 shape->workers, ret, kind);
	assert_in_range(clock_ns() - began, 0, SOON_NS);
	team_close(team);
	expect_no_child();
	expect_masks(&before, shape->strategy->name);
}

static void check_failing_run(const struct shape *shape, struct hash_work *hash)
{
	check_failure(shape, hash, MISHAP_FAIL);
}

static void a_worker_that_fails_fails_the_run(void **state)
{
	(void)state;
	for_each_shape(check_failing_run);
}

/* Others do all of its chunks, and it counts nevertheless. */
static void check_early_failure(const struct shape *shape, struct hash_work *hash)
{
	check_failure(shape, hash, MISHAP_FAIL_EARLY);
}

static void a_worker_that_fails_with_nothing_in_hand_fails_the_run(void **state)
{
	(void)state;
	for_each_shape(check_early_failure);
}

static void check_dropped_chunk(const struct shape *shape, struct hash_work *hash)
{
	check_failure(shape, hash, MISHAP_DROP);
}

static void a_chunk_that_nobody_commits_fails_the_run(void **state)
{
	(void)state;
	for_each_shape(check_dropped_chunk);
}

static void a_worker_that_leaves_fails_the_run(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct hash_work *hash;

		if (shapes[i].strategy != &strategy_processes)
			continue;
		hash = hash_work_new(ITEMS, PAGE);
		check_failure(&shapes[i], hash, MISHAP_EXIT);
		hash_free(&hash->work);
	}
}

static void check_failing_open(const struct shape *shape, struct hash_work *hash)
{
	struct team_request spec = spec_of(shape, &hash->work);
	struct team *team;
	struct masks before;

	note_masks(&before);
	hash_arm(hash, MISHAP_FAIL_OPEN, 1);
	assert_true(team_open(&team, &spec) < 0);
	expect_no_child();
	expect_masks(&before, shape->strategy->name);
}

/* However much of the last one was done. */
static void runs_before_one_that_is_stopped_stand(void **state)
{
	static const struct strategy *const tried[] = { &strategy_serial, &strategy_async,
							&strategy_openmp, &strategy_processes };

	(void)state;
	for (size_t i = 0; i < COUNT(tried); i++) {
		const struct shape shape = { tried[i], 1, 1 };
		struct hash_work *hash = hash_work_new(ITEMS, PAGE);
		struct team_request spec = spec_of(&shape, &hash->work);
		struct team *team;
		uint64_t elapsed;
		int ret = 0, runs = 0;

		spec.until_ns = clock_ns() + 300000000;
		assert_int_equal(team_open(&team, &spec), 0);
		for (; !ret; runs++) {
			ret = team_run(team, &elapsed);
			assert_int_equal(hash_verify(&hash->work), 0);
		}
		assert_int_equal(ret, -ETIME);
		assert_true(runs > 1);
		team_close(team);
		hash_free(&hash->work);
	}
}

static void a_worker_that_cannot_begin_fails_the_open(void **state)
{
	(void)state;
	for_each_shape(check_failing_open);
}

/* Kills the worker that has stopped, once one has. */
struct killer {
	pthread_t thread;
	struct hash_work *hash;
	pid_t pid;
	uint64_t killed_ns;
};

static void sleep_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
}

static void *kill_the_stopped(void *context)
{
	struct killer *killer = context;

	while (!killer->hash->mishap->pid)
		sleep_a_little();
	/* Others may be stopping as well, or at work. */
	sleep_a_little();
	killer->pid = killer->hash->mishap->pid;
	killer->killed_ns = clock_ns();
	kill(killer->pid, SIGKILL);
	return NULL;
}

static bool is_a_worker(const struct team *team, pid_t pid)
{
	const struct worker *rows;
	unsigned int count = team_workers(team, &rows);
	bool found = false;

	for (unsigned int i = 0; i < count; i++)
		found = found || rows[i].pid == (int)pid;
	return found;
}

/* One of the workers is killed while `stopped` of them have stopped in the midst of a chunk. */
static void check_killed(unsigned int workers, int stopped)
{
	const struct shape shape = { &strategy_processes, workers, 1 };
	struct killer killer = { .hash = hash_work_new(ITEMS, PAGE) };
	struct team_request spec = spec_of(&shape, &killer.hash->work);
	uint64_t elapsed, ended;
	struct team *team;
	int ret;

	assert_int_equal(team_open(&team, &spec), 0);
	hash_arm(killer.hash, MISHAP_STOP, stopped);
	assert_int_equal(pthread_create(&killer.thread, NULL, kill_the_stopped, &killer), 0);
	ret = team_run(team, &elapsed);
	ended = clock_ns();
	assert_int_equal(pthread_join(killer.thread, NULL), 0);
	assert_int_equal(ret, -EIO);
	assert_true(is_a_worker(team, killer.pid));
	assert_in_range(ended - killer.killed_ns, 0, SOON_NS);
	team_close(team);
	assert_in_range(clock_ns() - ended, 0, SOON_NS);
	expect_no_child();
	hash_free(&killer.hash->work);
}

static void a_killed_worker_fails_the_run_at_once(void **state)
{
	(void)state;
	check_killed(1, 1);
	check_killed(2, 1);
	check_killed(3, 1);
	check_killed(7, 1);
}

/* As a program may have inherited it: then the system tells of no child's end. */
static void a_loss_is_seen_where_sigchld_is_ignored(void **state)
{
	(void)state;
	signal(SIGCHLD, SIG_IGN);
	check_killed(3, 1);
	signal(SIGCHLD, SIG_DFL);
}

static void the_others_end_with_a_lost_run(void **state)
{
	(void)state;
	check_killed(2, 2);
	check_killed(7, 3);
	check_killed(7, 7);
}

static void a_worker_killed_between_runs_fails_the_next(void **state)
{
	const struct shape shape = { &strategy_processes, 3, 1 };
	struct hash_work *hash = hash_work_new(ITEMS, PAGE);
	struct team_request spec = spec_of(&shape, &hash->work);
	const struct worker *rows;
	struct team *team;
	uint64_t elapsed, began;

	(void)state;
	assert_int_equal(team_open(&team, &spec), 0);
	assert_int_equal(team_run(team, &elapsed), 0);
	team_workers(team, &rows);
	assert_int_equal(kill(rows[1].pid, SIGKILL), 0);
	began = clock_ns();
	assert_int_equal(team_run(team, &elapsed), -EIO);
	assert_in_range(clock_ns() - began, 0, SOON_NS);
	team_close(team);
	expect_no_child();
	hash_free(&hash->work);
}

/* A leader that never gets to its end: its workers stop in the midst of their chunks. */
static _Noreturn void lead_until_killed(struct hash_work *hash)
{
	const struct shape shape = { &strategy_processes, 3, 1 };
	struct team_request spec = spec_of(&shape, &hash->work);
	struct team *team;
	uint64_t elapsed;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	hash_arm(hash, MISHAP_STOP, 3);
	if (!team_open(&team, &spec))
		team_run(team, &elapsed);
	_exit(1);
}

static void workers_end_with_their_leader(void **state)
{
	struct hash_work *hash = hash_work_new(ITEMS, PAGE);
	uint64_t killed;
	pid_t leader, ended = 0;
	int status;

	(void)state;
	/* The orphans become children of this process, so that it sees them end. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	leader = fork();
	assert_true(leader >= 0);
	if (leader == 0)
		lead_until_killed(hash);
	while (hash->mishap->left > 0 || hash->mishap->kind != MISHAP_STOP)
		sleep_a_little();
	killed = clock_ns();
	assert_int_equal(kill(leader, SIGKILL), 0);
	for (unsigned int i = 0; i < 4; i++) {
		ended = waitpid(-1, &status, 0);
		assert_true(ended > 0);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	assert_in_range(clock_ns() - killed, 0, SOON_NS);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
	expect_no_child();
	hash_free(&hash->work);
}

/* A worker that crashes is to die of it: cmocka would go on with the tests in it. */
static void let_crashes_kill(void)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS };

	for (size_t i = 0; i < COUNT(crashes); i++)
		signal(crashes[i], SIG_DFL);
}

#define TEAM_TEST(test) cmocka_unit_test_setup_teardown(test, open_placement, close_placement)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEAM_TEST(serial_is_right),
		TEAM_TEST(async_is_right),
		TEAM_TEST(processes_are_right),
		TEAM_TEST(empty_tasks_are_a_job),
		TEAM_TEST(a_killed_worker_fails_the_run_at_once),
		TEAM_TEST(a_loss_is_seen_where_sigchld_is_ignored),
		TEAM_TEST(the_others_end_with_a_lost_run),
		TEAM_TEST(a_worker_killed_between_runs_fails_the_next),
		TEAM_TEST(a_worker_that_leaves_fails_the_run),
		TEAM_TEST(workers_end_with_their_leader),
		TEAM_TEST(a_narrow_mask_is_as_before),
		TEAM_TEST(the_mask_is_as_before),
		TEAM_TEST(workers_say_who_and_where_they_are),
		TEAM_TEST(unbound_workers_say_so),
		TEAM_TEST(the_leader_is_told_of_progress),
		TEAM_TEST(a_worker_that_fails_fails_the_run),
		TEAM_TEST(a_worker_that_fails_with_nothing_in_hand_fails_the_run),
		TEAM_TEST(a_chunk_that_nobody_commits_fails_the_run),
		TEAM_TEST(a_worker_that_cannot_begin_fails_the_open),
		TEAM_TEST(runs_before_one_that_is_stopped_stand),
		TEAM_TEST(openmp_is_right),
	};

	pthread_atfork(NULL, NULL, let_crashes_kill);
	if (sched_getaffinity(0, sizeof(started_with), &started_with))
		return 1;
	return RUN_TESTS(tests);
}
