/* The factors of efficiency, on simulated workers whose losses are known. */
#include "tests/testing.h"

#include <math.h>

#include "bench/stats/factors.h"

#define WORKERS      4
#define CHUNKS       20000
#define CHUNK_CLOCKS 1e6
#define CHUNK_ITEMS  100.
#define HZ           1e9

/* Workers that claim chunks of a job. What is 0 loses nothing. */
struct team {
	unsigned int workers;
	unsigned int chunks; /* of the job; CHUNKS if 0 */
	double claim_s;      /* what each claim takes */
	double merge_s;      /* what follows when all are done */
	unsigned int
		shares[WORKERS];    /* chunks dealt beforehand; all 0: whoever is free takes one */
	double clock_loss[WORKERS]; /* of HZ, and seen as such */
	double speed_loss[WORKERS]; /* beside the clock: as if an item took more of them */
	double recovery_s;          /* from when on there is no speed_loss; never if 0 */
};

struct worker {
	double now, useful;
	unsigned int left; /* of its share */
};

/* The first of those that have a chunk to take. */
static struct worker *worker_free(struct worker *workers, unsigned int count)
{
	struct worker *first = NULL;

	for (unsigned int i = 0; i < count; i++) {
		if (workers[i].left && (!first || workers[i].now < first->now))
			first = &workers[i];
	}
	return first;
}

static struct round simulate(const struct team *team)
{
	unsigned int chunks = team->chunks ? team->chunks : CHUNKS, shared = 0;
	struct worker workers[WORKERS] = { { 0 } };
	struct round round = { .items = chunks * CHUNK_ITEMS, .workers = team->workers };
	double useful = 0;

	for (unsigned int i = 0; i < team->workers; i++)
		shared += workers[i].left = team->shares[i];
	for (unsigned int i = 0; i < team->workers && !shared; i++)
		workers[i].left = chunks;
	assert_true(!shared || shared == chunks);
	while (chunks--) {
		struct worker *w = worker_free(workers, team->workers);
		double speed = HZ * (1 - team->clock_loss[w - workers]);
		double seconds;

		if (team->recovery_s == 0 || w->now < team->recovery_s)
			speed *= 1 - team->speed_loss[w - workers];
		seconds = CHUNK_CLOCKS / speed;
		w->now += team->claim_s + seconds;
		w->useful += seconds;
		w->left--;
	}
	for (unsigned int i = 0; i < team->workers; i++) {
		round.seconds = fmax(round.seconds, workers[i].now + team->merge_s);
		round.useful_max = fmax(round.useful_max, workers[i].useful);
		round.clock += HZ * (1 - team->clock_loss[i]) * workers[i].useful;
		useful += workers[i].useful;
	}
	round.clock /= useful;
	round.useful_mean = useful / team->workers;
	return round;
}

static struct factors factors_of_teams(const struct team *team, const struct team *base)
{
	struct round round = simulate(team), base_round = simulate(base);

	return factors_of(&round, 1, &base_round, 1);
}

static const struct team one = { .workers = 1 };

/* Within 1 %, and the product exactly. A clock that is unknown takes nothing of it. */
static void factors_check(struct factors is, double clock, double balance, double overhead,
			  double rest)
{
	double all = clock * balance * overhead * rest;

	is.clock = isnan(is.clock) ? 1 : is.clock;
	if (fabs(is.clock / clock - 1) > 0.01 || fabs(is.balance / balance - 1) > 0.01 ||
	    fabs(is.overhead / overhead - 1) > 0.01 || fabs(is.rest / rest - 1) > 0.01 ||
	    fabs(is.efficiency / all - 1) > 0.01)
		fail_msg("%.4f = %.4f clock x %.4f balance x %.4f overhead x %.4f rest\n"
			 "instead of %.4f = %.4f x %.4f x %.4f x %.4f",
			 is.efficiency, is.clock, is.balance, is.overhead, is.rest, all, clock,
			 balance, overhead, rest);
	assert_true(fabs(is.clock * is.balance * is.overhead * is.rest / is.efficiency - 1) <
		    1e-14);
}

static void nothing_lost_is_1(void **state)
{
	static const struct team dynamic = { .workers = 4 }, two = { .workers = 2 };
	static const struct team equal = { .workers = 4, .shares = { 5000, 5000, 5000, 5000 } };
	static const struct team larger = { .workers = 4, .chunks = 4 * CHUNKS };

	(void)state;
	factors_check(factors_of_teams(&one, &one), 1, 1, 1, 1);
	factors_check(factors_of_teams(&dynamic, &one), 1, 1, 1, 1);
	factors_check(factors_of_teams(&equal, &one), 1, 1, 1, 1);
	factors_check(factors_of_teams(&larger, &one), 1, 1, 1, 1);
	factors_check(factors_of_teams(&dynamic, &two), 1, 1, 1, 1);
}

/* A chunk takes 1 ms. */
static void claims_are_overhead(void **state)
{
	static const struct team team = { .workers = 4, .claim_s = 0.25e-3 };
	static const struct team base = { .workers = 1, .claim_s = 0.25e-3 };
	static const struct team slower = { .workers = 4, .claim_s = 1e-3 };

	(void)state;
	factors_check(factors_of_teams(&team, &one), 1, 1, 0.8, 1);
	factors_check(factors_of_teams(&team, &base), 1, 1, 1, 1);
	factors_check(factors_of_teams(&slower, &base), 1, 1, 0.5 / 0.8, 1);
}

/* Four workers compute for 5 s. */
static void a_merge_is_overhead(void **state)
{
	static const struct team team = { .workers = 4, .merge_s = 1.25 };

	(void)state;
	factors_check(factors_of_teams(&team, &one), 1, 1, 0.8, 1);
}

static void unequal_shares_are_balance(void **state)
{
	static const struct team team = { .workers = 4, .shares = { 4000, 4000, 8000, 4000 } };

	(void)state;
	factors_check(factors_of_teams(&team, &one), 1, 5. / 8, 1, 1);
}

static void a_low_clock_is_clock(void **state)
{
	static const struct team all = { .workers = 4, .clock_loss = { .25, .25, .25, .25 } };
	static const struct team dynamic = { .workers = 4, .clock_loss = { 0, 0, 0, .5 } };
	static const struct team dealt = { .workers = 4,
					   .clock_loss = { 0, 0, 0, .5 },
					   .shares = { 5000, 5000, 5000, 5000 } };

	(void)state;
	factors_check(factors_of_teams(&all, &one), 0.75, 1, 1, 1);
	factors_check(factors_of_teams(&dynamic, &one), 3.5 / 4, 1, 1, 1);
	/* Three are useful for 5 s, and wait for one that is for 10 s: 20 s of clocks in 25 s. */
	factors_check(factors_of_teams(&dealt, &one), 20. / 25, 25. / 40, 1, 1);
}

/* Where whoever is free takes a chunk, a core at half speed costs its missing half. */
static void a_slow_core_is_rest(void **state)
{
	static const struct team always = { .workers = 4, .speed_loss = { 0, .5, 0, 0 } };
	static const struct team dealt = { .workers = 4,
					   .speed_loss = { 0, .5, 0, 0 },
					   .shares = { 5000, 5000, 5000, 5000 } };
	/* 20 s of chunks: at 3.5 of 4 for 2.8 s, then at 4 for 2.55 s. */
	static const struct team at_first = { .workers = 4,
					      .speed_loss = { 0, .5, 0, 0 },
					      .recovery_s = 2.8 };

	(void)state;
	factors_check(factors_of_teams(&always, &one), 1, 1, 1, 3.5 / 4);
	factors_check(factors_of_teams(&at_first, &one), 1, 1, 1, 20 / (4 * 5.35));
	/* Dealt out equally, the others' waiting is balance, and its own longer work the rest. */
	factors_check(factors_of_teams(&dealt, &one), 1, 25. / 40, 1, 20. / 25);
}

static void an_unknown_clock_is_rest(void **state)
{
	static const struct team low = { .workers = 4, .clock_loss = { .25, .25, .25, .25 } };
	static const double unknown[] = { 0, NAN };
	struct round round = simulate(&low), base = simulate(&one);
	struct round dark = round, dark_base = base;

	(void)state;
	for (size_t i = 0; i < COUNT(unknown); i++) {
		dark.clock = dark_base.clock = unknown[i];
		factors_check(factors_of(&dark, 1, &base, 1), 1, 1, 1, 0.75);
		factors_check(factors_of(&round, 1, &dark_base, 1), 1, 1, 1, 0.75);
		factors_check(factors_of(&dark, 1, &dark_base, 1), 1, 1, 1, 0.75);
		assert_true(isnan(factors_of(&dark, 1, &dark_base, 1).clock));
	}
}

static void losses_multiply(void **state)
{
	static const struct team team = { .workers = 4,
					  .claim_s = 0.25e-3 / 0.75,
					  .shares = { 4000, 4000, 8000, 4000 },
					  .clock_loss = { .25, .25, .25, .25 },
					  .speed_loss = { .1, .1, .1, .1 } };

	(void)state;
	/* A chunk takes 1 / 0.75 / 0.9 ms. */
	factors_check(factors_of_teams(&team, &one), 0.75, 5. / 8, (1 / 0.9) / (1 / 0.9 + 0.25),
		      0.9);
}

static void a_wild_round_moves_nothing(void **state)
{
	static const struct team team = { .workers = 4, .claim_s = 0.25e-3 };
	static const struct team wild = { .workers = 4,
					  .merge_s = 9,
					  .shares = { 19997, 1, 1, 1 },
					  .clock_loss = { .5, .5, .5, .5 } };
	static const struct team wild_base = { .workers = 1, .merge_s = 9, .clock_loss = { .5 } };
	const struct round rounds[] = { simulate(&team), simulate(&wild), simulate(&team) };
	const struct round base[] = { simulate(&wild_base), simulate(&one), simulate(&one) };

	(void)state;
	factors_check(factors_of(rounds, 3, base, 3), 1, 1, 0.8, 1);
}

static void what_is_not_known_is_nan(void **state)
{
	struct round base = simulate(&one), idle = base;
	struct factors f;

	(void)state;
	idle.useful_mean = idle.useful_max = 0;
	f = factors_of(&idle, 1, &base, 1);
	assert_true(f.efficiency == 1);
	assert_true(isnan(f.balance) && isnan(f.rest));
	f = factors_of(&base, 1, &idle, 1);
	assert_true(f.balance == 1 && isnan(f.overhead) && isnan(f.rest));
}

/* Workers that had 59 % of their PUs' time: that is what is lost, and nothing is left for the
 * rest. */
static void a_pu_that_others_had_is_running(void **state)
{
	struct round base = simulate(&one), round = base, unknown = base;
	struct factors f;

	(void)state;
	base.running = 1;
	round.running = 0.59;
	round.seconds = base.seconds / 0.59;
	round.useful_mean = base.useful_mean / 0.59;
	round.useful_max = base.useful_max / 0.59;
	f = factors_of(&round, 1, &base, 1);
	assert_true(fabs(f.running - 0.59) < 1e-12 && fabs(f.rest - 1) < 1e-12);
	assert_true(fabs(f.efficiency - 0.59) < 1e-12);
	assert_true(fabs(f.clock * f.balance * f.running * f.overhead * f.rest / f.efficiency - 1) <
		    1e-14);
	unknown.running = NAN;
	assert_true(isnan(factors_of(&round, 1, &unknown, 1).running));
}

/* A worker of 5 us that seems to have had its PU for 6: what is read beside its work. */
static void no_share_of_a_pu_is_told_of_microseconds(void **state)
{
	struct round base = simulate(&one), round = base, short_round;
	struct factors f;

	(void)state;
	base.running = round.running = 1;
	short_round = round;
	short_round.running = 1.2;
	short_round.useful_mean = short_round.useful_max = 5e-6;
	short_round.seconds = 7e-6;
	f = factors_of(&short_round, 1, &base, 1);
	assert_true(isnan(f.running));
	assert_true(fabs(f.clock * f.balance * f.overhead * f.rest / f.efficiency - 1) < 1e-14);
	assert_true(isnan(factors_of(&base, 1, &short_round, 1).running));
	assert_true(factors_of(&round, 1, &base, 1).running == 1);
}

/* In one round of three, nobody could read the clock. */
static void rounds_with_a_clock_suffice(void **state)
{
	static const struct team low = { .workers = 4, .clock_loss = { .25, .25, .25, .25 } };
	struct round rounds[] = { simulate(&low), simulate(&low), simulate(&low) };
	const struct round base = simulate(&one);

	(void)state;
	rounds[0].clock = rounds[1].clock = NAN;
	factors_check(factors_of(rounds, 3, &base, 1), 0.75, 1, 1, 1);
	rounds[2].clock = 0;
	factors_check(factors_of(rounds, 3, &base, 1), 1, 1, 1, 0.75);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_lost_is_1),
		cmocka_unit_test(claims_are_overhead),
		cmocka_unit_test(a_merge_is_overhead),
		cmocka_unit_test(unequal_shares_are_balance),
		cmocka_unit_test(a_low_clock_is_clock),
		cmocka_unit_test(a_slow_core_is_rest),
		cmocka_unit_test(an_unknown_clock_is_rest),
		cmocka_unit_test(losses_multiply),
		cmocka_unit_test(a_wild_round_moves_nothing),
		cmocka_unit_test(what_is_not_known_is_nan),
		cmocka_unit_test(a_pu_that_others_had_is_running),
		cmocka_unit_test(no_share_of_a_pu_is_told_of_microseconds),
		cmocka_unit_test(rounds_with_a_clock_suffice),
	};

	return RUN_TESTS(tests);
}
