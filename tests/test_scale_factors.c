/* Where the efficiency of real teams went, whose losses are known: each is a time slept, which no
 * shortage of cores can hide. */
#define _GNU_SOURCE
#include "tests/testing.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "bench/base/clock.h"
#include "bench/stats/factors.h"
#include "bench/team/strategy.h"
#include "bench/team/team.h"

#define MS 1000000

enum { WORKERS = 2, ITEMS = 60, ITEM_NS = 2 * MS };

/* Sleeps are longer than asked, on a busy machine much longer; never shorter. */
#define TOLERANCE 0.08
enum { TRIES = 20 };

/* What a job loses time to, in nanoseconds; 0 is nothing. */
struct losses {
	uint64_t claim_ns;   /* in each claim */
	uint64_t merge_ns;   /* once, after all workers are done */
	uint64_t slow_ns;    /* more for each item of one worker */
	uint64_t crowded_ns; /* more for each item of all workers */
};

struct sleepy_work {
	struct work work; /* first */
	struct losses losses;
	_Atomic int *slow; /* workers that are still to be slow; on shared pages */
};

struct sleeper {
	const struct sleepy_work *sleepy;
	bool slow;
};

/* A claim as it is, but slower. */
struct slow_ops {
	struct claim_ops ops; /* first */
	const struct claim_ops *real;
	uint64_t delay_ns;
};

static void sleep_until(uint64_t ns)
{
	const struct timespec until = { .tv_sec = (time_t)(ns / 1000000000),
					.tv_nsec = (long)(ns % 1000000000) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

static void sleep_for(uint64_t ns)
{
	uint64_t now = clock_ns();

	if (ns)
		sleep_until(now + ns);
}

static int slow_next(struct claim *claim, struct chunk *chunk, bool wait)
{
	const struct slow_ops *slow = (const struct slow_ops *)claim->ops;
	int got;

	sleep_for(slow->delay_ns);
	claim->ops = slow->real;
	got = slow->real->next(claim, chunk, wait);
	claim->ops = &slow->ops;
	return got;
}

static uint64_t sleepy_slot(const struct work *work, uint64_t item, uint64_t chunk)
{
	(void)work;
	(void)chunk;
	return item;
}

static int sleepy_open(void **state, const struct work *work, unsigned int inflight)
{
	const struct sleepy_work *sleepy = (const struct sleepy_work *)work;
	struct sleeper *sleeper = malloc(sizeof(*sleeper));

	(void)inflight;
	if (!sleeper)
		return -ENOMEM;
	*sleeper =
		(struct sleeper){ .sleepy = sleepy, .slow = atomic_fetch_sub(sleepy->slow, 1) > 0 };
	*state = sleeper;
	return 0;
}

static uint64_t item_ns(const struct sleeper *sleeper)
{
	const struct losses *losses = &sleeper->sleepy->losses;

	return ITEM_NS + losses->crowded_ns + (sleeper->slow ? losses->slow_ns : 0);
}

static int sleepy_run(void *state, struct claim *claim)
{
	const struct sleeper *sleeper = state;
	const struct claim_ops *real = claim->ops;
	const struct slow_ops slow = { .ops = { slow_next, real->commit, real->tick },
				       .real = real,
				       .delay_ns = sleeper->sleepy->losses.claim_ns };
	struct chunk chunk;
	int got;

	claim->ops = &slow.ops;
	while ((got = claim_next(claim, &chunk, true)) == 1) {
		unsigned char *slots = chunk.slots;

		for (uint64_t item = chunk.begin; item < chunk.end; item++) {
			sleep_for(item_ns(sleeper));
			slots[item - chunk.begin] = 1;
		}
		claim_commit(claim, &chunk);
	}
	claim->ops = real;
	return got;
}

static void sleepy_close(void *state)
{
	free(state);
}

/* The leader's first act when all are done. */
static void sleepy_reset(struct work *work)
{
	sleep_for(((const struct sleepy_work *)work)->losses.merge_ns);
}

static void sleepy_collect(struct work *work, const struct chunk *chunk)
{
	(void)work;
	(void)chunk;
}

static const struct work_type sleepy_type = {
	.name = "sleepy",
	.slot_size = 1,
	.slot = sleepy_slot,
	.open = sleepy_open,
	.run = sleepy_run,
	.close = sleepy_close,
	.reset = sleepy_reset,
	.collect = sleepy_collect,
	.undo = sleepy_reset,
};

/* What is to be tried, and what is expected of it. */
struct trial {
	struct losses losses;
	const struct schedule_type *schedule; /* dynamic if NULL */
	double *weights;                      /* of the static schedule */
	struct factors expected;              /* but for the clock */
	bool slow_one;
};

static struct placement *placement;

static int open_placement(void **state)
{
	const struct place_request request = { .places = "cores", .bind = "none" };

	(void)state;
	return placement_open(&placement, &request);
}

static int close_placement(void **state)
{
	(void)state;
	placement_close(placement);
	return 0;
}

/* What holds whatever the machine does: nobody sleeps too short, and claims are not useful. */
static void check_times(const struct trial *trial, const struct worker *rows, unsigned int workers,
			uint64_t elapsed_ns)
{
	uint64_t items = 0, least = ITEM_NS + trial->losses.crowded_ns;

	for (unsigned int i = 0; i < workers; i++) {
		items += rows[i].items;
		assert_true(rows[i].busy_ns >= rows[i].items * least);
		assert_true(rows[i].busy_ns + (rows[i].items + 1) * trial->losses.claim_ns +
				    trial->losses.merge_ns <=
			    elapsed_ns);
		assert_true(rows[i].clock_hz == 0);
	}
	assert_int_equal(items, ITEMS);
}

/* One run of a team of so many, as what a study looks at. */
static struct round measure(const struct strategy *strategy, unsigned int workers,
			    const struct trial *trial)
{
	_Atomic int *slow = mmap(NULL, sizeof(*slow), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct sleepy_work sleepy = {
		.work = { .type = &sleepy_type, .items = ITEMS, .chunk_min = 1, .chunk_max = 1 },
		.losses = trial->losses,
		.slow = slow,
	};
	const struct team_request spec = {
		.strategy = strategy,
		.workers = workers,
		.inflight = 1,
		.schedule = { .type = trial->schedule ? trial->schedule : &schedule_dynamic },
		.weighting = { .how = trial->weights ? WEIGHTING_GIVEN : WEIGHTING_EQUAL,
			       .list = trial->weights,
			       .count = workers },
		.placement = placement,
		.work = &sleepy.work,
		.work_type = &sleepy_type,
	};
	struct round round = { .items = ITEMS, .workers = workers };
	const struct worker *rows;
	struct team *team;
	uint64_t elapsed;

	assert_ptr_not_equal(slow, MAP_FAILED);
	*slow = trial->slow_one;
	assert_int_equal(team_open(&team, &spec), 0);
	assert_int_equal(team_run(team, &elapsed), 0);
	assert_int_equal(team_workers(team, &rows), workers);
	check_times(trial, rows, workers, elapsed);
	for (unsigned int i = 0; i < workers; i++) {
		double busy = (double)rows[i].busy_ns * 1e-9;

		round.useful_mean += busy / workers;
		round.useful_max = fmax(round.useful_max, busy);
	}
	round.seconds = (double)elapsed * 1e-9;
	team_close(team);
	munmap((void *)slow, sizeof(*slow));
	return round;
}

static bool is_near(double is, double ought)
{
	return fabs(is / ought - 1) < TOLERANCE;
}

static bool is_as_expected(const struct factors *is, const struct factors *ought)
{
	return isnan(is->clock) && is_near(is->balance, ought->balance) &&
	       is_near(is->overhead, ought->overhead) && is_near(is->rest, ought->rest);
}

/* Whether one who does nothing but sleep was woken too late for the factors of two to be told. */
static bool was_late(const struct round *base)
{
	return base->seconds > ITEMS * (double)ITEM_NS * 1e-9 * (1 + TOLERANCE / 2);
}

/* With strategies of several workers, against one that loses nothing. */
static void try(const struct trial *trial)
{
	static const struct strategy *const several[] = { &strategy_openmp, &strategy_processes };
	static const struct trial nothing;

	for (size_t s = 0; s < COUNT(several); s++) {
		const struct factors *ought = &trial->expected;
		struct factors is = { 0 };
		int i = 0, late = 0;

		for (; i < TRIES && !is_as_expected(&is, ought); i++) {
			struct round base = measure(&strategy_serial, 1, &nothing);
			struct round round = measure(several[s], WORKERS, trial);

			late += was_late(&base);
			is = factors_of(&round, 1, &base, 1);
			assert_true(fabs(is.balance * is.overhead * is.rest / is.efficiency - 1) <
				    1e-12);
		}
		if (!is_as_expected(&is, ought) && late > TRIES / 2)
			skip_because("sleeps were late in %d of %d tries", late, TRIES);
		if (!is_as_expected(&is, ought))
			fail_msg("%s: balance %.3f, overhead %.3f, rest %.3f, not %.3f, %.3f, %.3f",
				 several[s]->name, is.balance, is.overhead, is.rest, ought->balance,
				 ought->overhead, ought->rest);
	}
}

static void nothing_lost_is_1(void **state)
{
	static const struct trial trial = { .expected = {
						    .balance = 1, .overhead = 1, .rest = 1 } };

	(void)state;
	try(&trial);
}

/* Each worker claims 30 items, and finds once that there are no more. */
static void a_delay_in_claims_is_overhead(void **state)
{
	static const struct trial trial = {
		.losses = { .claim_ns = 1 * MS },
		.expected = { .balance = 1, .overhead = 60. / (60 + 31), .rest = 1 },
	};

	(void)state;
	try(&trial);
}

static void a_delay_in_the_merge_is_overhead(void **state)
{
	static const struct trial trial = {
		.losses = { .merge_ns = 40 * MS },
		.expected = { .balance = 1, .overhead = 60. / (60 + 40), .rest = 1 },
	};

	(void)state;
	try(&trial);
}

/* 15 and 45 items. */
static void unequal_shares_are_balance(void **state)
{
	static double weights[WORKERS] = { 1, 3 };
	static const struct trial trial = {
		.schedule = &schedule_static,
		.weights = weights,
		.expected = { .balance = 30. / 45, .overhead = 1, .rest = 1 },
	};

	(void)state;
	try(&trial);
}

/* 2 ms and 4 ms: together 3/4 of what two at 2 ms do. */
static void a_slow_worker_is_rest_where_the_free_take_more(void **state)
{
	static const struct trial trial = {
		.losses = { .slow_ns = ITEM_NS },
		.slow_one = true,
		.expected = { .balance = 1, .overhead = 1, .rest = 3. / 4 },
	};

	(void)state;
	try(&trial);
}

/* 60 ms and 120 ms: the quick one's waiting is balance, the slow one's longer work is rest. */
static void a_slow_worker_with_an_equal_share_is_balance_and_rest(void **state)
{
	static const struct trial trial = {
		.losses = { .slow_ns = ITEM_NS },
		.slow_one = true,
		.schedule = &schedule_static,
		.expected = { .balance = 90. / 120, .overhead = 1, .rest = 60. / 90 },
	};

	(void)state;
	try(&trial);
}

static void what_all_wait_for_is_rest(void **state)
{
	static const struct trial trial = {
		.losses = { .crowded_ns = 1 * MS },
		.expected = { .balance = 1, .overhead = 1, .rest = 2. / 3 },
	};

	(void)state;
	try(&trial);
}

/* 15 and 45 items with as many claims, and a merge. */
static void losses_multiply(void **state)
{
	static double weights[WORKERS] = { 1, 3 };
	static const struct trial trial = {
		.losses = { .claim_ns = 1 * MS, .merge_ns = 20 * MS, .crowded_ns = 1 * MS },
		.schedule = &schedule_static,
		.weights = weights,
		.expected = { .balance = 30. / 45,
			      .overhead = 135. / (135 + 46 + 20),
			      .rest = 2. / 3 },
	};

	(void)state;
	try(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_lost_is_1),
		cmocka_unit_test(a_delay_in_claims_is_overhead),
		cmocka_unit_test(a_delay_in_the_merge_is_overhead),
		cmocka_unit_test(unequal_shares_are_balance),
		cmocka_unit_test(a_slow_worker_is_rest_where_the_free_take_more),
		cmocka_unit_test(a_slow_worker_with_an_equal_share_is_balance_and_rest),
		cmocka_unit_test(what_all_wait_for_is_rest),
		cmocka_unit_test(losses_multiply),
	};

	alarm(PATIENCE_S);
	setenv("CMOCKA_MESSAGE_OUTPUT", "TAP", 1);
	say_setup("test", SAY_LATER);
	return cmocka_run_group_tests(tests, open_placement, close_placement);
}
