/* Models: what is read as one and what is refused, and whether answers are as they were asked
 * for. */
#include "tests/testing.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "io/server/scenario.h"

enum { MANY = 100000 };

typedef int setter(struct scenario *scenario, const char *text);

static void check_accepted(setter *set, const char *const *texts)
{
	for (; *texts; texts++) {
		struct scenario scenario = scenario_default;

		if (set(&scenario, *texts))
			fail_msg("'%s' was refused", *texts);
	}
}

static void check_refused(setter *set, const char *const *texts)
{
	struct scenario before = scenario_default, scenario;

	assert_int_equal(scenario_set_sizes(&before, "3,4,5"), 0);
	assert_int_equal(scenario_set_delay(&before, "5ms+-1ms"), 0);
	assert_int_equal(scenario_set_failures(&before, "drop:0.5,stall:0.25"), 0);
	for (; *texts; texts++) {
		scenario = before;
		if (set(&scenario, *texts) != -EINVAL)
			fail_msg("'%s' was not refused", *texts);
		if (memcmp(&scenario, &before, sizeof(scenario)))
			fail_msg("'%s' was refused, and changed something", *texts);
	}
}

/* What is no number anywhere. */
#define NO_NUMBERS                                                                                 \
	"", " ", "x", "-1", "+1", "-0", " 1", "1 ", "1\n", ".5", "0x10", "nan", "inf", "infinity", \
		"1e", "1e400", "1,", ",1", "1,,2", "--1", "1;2"

static void accepts_and_refuses_seeds(void **state)
{
	static const char *const good[] = { "0", "7", "007", "18446744073709551615", NULL };
	static const char *const bad[] = { NO_NUMBERS, "1.5", "1k", "18446744073709551616", NULL };
	struct scenario scenario = scenario_default;

	(void)state;
	check_accepted(scenario_set_seed, good);
	check_refused(scenario_set_seed, bad);
	assert_int_equal(scenario_set_seed(&scenario, "18446744073709551615"), 0);
	assert_true(scenario.seed == UINT64_MAX);
}

static void accepts_and_refuses_sizes(void **state)
{
	static const char *const good[] = {
		"0",
		"1529",
		"1529,1474",
		"1.5k,2M,3G",
		"1e6",
		"1000000G",
		"4.35k",
		"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
		"lognormal:10k,1.5",
		"lognormal:0,1",
		"lognormal:1,10",
		NULL,
	};
	static const char *const bad[] = {
		NO_NUMBERS,
		"1.5",
		"1.0005k",
		"1K",
		"1kB",
		"1k5",
		"1 k",
		"1000001G",
		"1e16",
		"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
		"1,-2",
		"lognormal",
		"lognormal:",
		"lognormal:10",
		"lognormal:10,",
		"lognormal:10,0",
		"lognormal:10,-1",
		"lognormal:10,nan",
		"lognormal:10,11",
		"lognormal:10,1,1",
		"lognormal:,1",
		"lognormal: 10,1",
		"5,lognormal:10,1",
		NULL,
	};

	(void)state;
	check_accepted(scenario_set_sizes, good);
	check_refused(scenario_set_sizes, bad);
}

static void accepts_and_refuses_delays(void **state)
{
	static const char *const good[] = {
		"0",
		"0.02",
		"20ms",
		"20us",
		"2s",
		"3600",
		"1e-3",
		"20ms+-5ms",
		"20ms+-0.02",
		"0+-0",
		"lognormal:20ms,0.5",
		NULL,
	};
	static const char *const bad[] = {
		NO_NUMBERS,
		"20m",
		"20 ms",
		"20mss",
		"20ns",
		"3601",
		"1h",
		"20ms+-",
		"20ms+5ms",
		"20ms-5ms",
		"20ms+-21ms",
		"20ms+--5ms",
		"20ms+-nan",
		"20ms+-5ms+-1ms",
		"lognormal:20ms",
		"lognormal:20ms,0",
		"lognormal:20ms,0.5+-1ms",
		"lognormal:-20ms,0.5",
		"lognormal:20ms,inf",
		NULL,
	};

	(void)state;
	check_accepted(scenario_set_delay, good);
	check_refused(scenario_set_delay, bad);
}

static void accepts_and_refuses_bandwidths(void **state)
{
	static const char *const good[] = { "0", "1", "250k", "1.5M", "10G", NULL };
	static const char *const bad[] = { NO_NUMBERS, "1.5", "1MB", "1M/s", "1e16", NULL };
	struct scenario scenario = scenario_default;

	(void)state;
	check_accepted(scenario_set_bandwidth, good);
	check_refused(scenario_set_bandwidth, bad);
	assert_int_equal(scenario_set_bandwidth(&scenario, "1.5M"), 0);
	assert_int_equal(scenario.bandwidth, 1500000);
}

static void accepts_and_refuses_failures(void **state)
{
	static const char *const good[] = {
		"drop:0",
		"drop:1",
		"stall:0.001",
		"status:400:0.1",
		"status:599:1e-6",
		"429:0.05:1",
		"429:1:0",
		"status:503:0.01,drop:0.005,stall:0.001,429:0.05:1",
		"drop:0.1,drop:0.1,drop:0.1,drop:0.1,drop:0.1,drop:0.1,drop:0.1,drop:0.1,drop:0.1,"
		"drop:0.1",
		NULL,
	};
	static const char *const bad[] = {
		NO_NUMBERS,
		"0.5",
		"drop",
		"drop:",
		"drop:1.1",
		"drop:-0.1",
		"drop:nan",
		"drop:50%",
		"drop:0.1:1",
		"drop:0.1,",
		"drop:0.1 ,stall:0.1",
		"drop:0.6,stall:0.6",
		"drop:1,stall:0.001",
		"fall:0.1",
		"status:503",
		"status:0.1",
		"status:503:",
		"status:200:0.1",
		"status:399:0.1",
		"status:600:0.1",
		"status:4294967799:0.1",
		"status:18446744073709552119:0.1",
		"status:-503:0.1",
		"status:503.5:0.1",
		"429:0.1",
		"429:0.1:",
		"429:0.1:-1",
		"429:0.1:1.5",
		"429:0.1:3601",
		"429:2:1",
		"drop:0,drop:0,drop:0,drop:0,drop:0,drop:0,drop:0,drop:0,drop:0,drop:0,drop:0,"
		"drop:0,drop:0,drop:0,drop:0,drop:0,drop:0",
		NULL,
	};

	(void)state;
	check_accepted(scenario_set_failures, good);
	check_refused(scenario_set_failures, bad);
}

static void sizes_come_in_turn(void **state)
{
	static const struct {
		const char *path;
		uint64_t size;
	} known[] = {
		{ "/0", 1529 },
		{ "/1", 1474 },
		{ "/2", 7000 },
		{ "/3", 1529 },
		{ "/100", 1474 },
		{ "/007", 1474 },
		{ "/18446744073709551615", 1529 },
		{ "/bytes/0", 0 },
		{ "/bytes/12", 12 },
		{ "/bytes/1.5k", 1500 },
		{ "/bytes/3M", 3000000 },
		{ "/bytes/4G", 4000000000 },
	};
	struct scenario scenario = scenario_default;

	(void)state;
	assert_int_equal(scenario_set_sizes(&scenario, "1529,1474,7k"), 0);
	for (size_t i = 0; i < COUNT(known); i++)
		for (uint64_t number = 0; number < 3; number++)
			assert_int_equal(scenario_answer(&scenario, known[i].path, number).size,
					 known[i].size);
}

/* Paths that are no numbers share the sizes out among them. */
static void other_paths_have_each_size_alike(void **state)
{
	static const char *const forms[] = {
		"/%ux",       "/x/%u",      "/bytes/%ux",
		"/bytes/-%u", "/bytes//%u", "/bytes/%u/",
		"/%u/",       "/-%u",       "/99999999999999999999%u"
	};
	struct scenario scenario = scenario_default;
	char path[40];

	(void)state;
	assert_int_equal(scenario_set_sizes(&scenario, "10,20"), 0);
	for (size_t i = 0; i < COUNT(forms); i++) {
		unsigned int tens = 0;

		for (unsigned int k = 0; k < 10000; k++) {
			uint64_t size;

			snprintf(path, sizeof(path), forms[i], k);
			size = scenario_answer(&scenario, path, 0).size;
			assert_true(size == 10 || size == 20);
			tens += size == 10;
		}
		/* Five standard deviations, of 50 each. */
		if (tens < 4750 || tens > 5250)
			fail_msg("%s: %u of 10000", forms[i], tens);
	}
}

/* The shares of a lognormal below its quantiles: sigma away from the median lie 15.9 %, two sigma
 * 2.3 %. */
static void check_lognormal(const double *values, size_t count, double median, double sigma)
{
	static const struct {
		double deviations, share;
	} quantiles[] = {
		{ -2, 0.02275 }, { -1, 0.15866 }, { 0, 0.5 }, { 1, 0.84134 }, { 2, 0.97725 }
	};

	for (size_t i = 0; i < COUNT(quantiles); i++) {
		double limit = median * exp(sigma * quantiles[i].deviations), below = 0;
		double share = quantiles[i].share;

		for (size_t k = 0; k < count; k++)
			below += values[k] < limit;
		if (fabs(below / (double)count - share) >
		    5 * sqrt(share * (1 - share) / (double)count))
			fail_msg("%g of %zu lie below %g sigma", below, count,
				 quantiles[i].deviations);
	}
}

static void sizes_are_lognormal(void **state)
{
	static double sizes[MANY];
	struct scenario scenario = scenario_default;
	char path[16];

	(void)state;
	assert_int_equal(scenario_set_sizes(&scenario, "lognormal:1M,0.5"), 0);
	for (unsigned int i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "/%u", i);
		sizes[i] = (double)scenario_answer(&scenario, path, i).size;
		assert_true(sizes[i] == (double)scenario_answer(&scenario, path, 0).size);
	}
	check_lognormal(sizes, MANY, 1e6, 0.5);
	assert_int_equal(scenario_set_sizes(&scenario, "lognormal:1000000G,10"), 0);
	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(path, sizeof(path), "/%u", i);
		assert_true(scenario_answer(&scenario, path, 0).size <= SCENARIO_BYTES_MAX);
	}
}

static void delays_are_lognormal(void **state)
{
	static double delays[MANY];
	struct scenario scenario = scenario_default;

	(void)state;
	assert_int_equal(scenario_set_delay(&scenario, "lognormal:20ms,0.7"), 0);
	for (unsigned int i = 0; i < MANY; i++)
		delays[i] = (double)scenario_answer(&scenario, "/", i).delay_ns;
	check_lognormal(delays, MANY, 20e6, 0.7);
	assert_int_equal(scenario_set_delay(&scenario, "lognormal:3600,10"), 0);
	for (unsigned int i = 0; i < 1000; i++)
		assert_true(scenario_answer(&scenario, "/", i).delay_ns <=
			    SCENARIO_SECONDS_MAX * UINT64_C(1000000000));
}

/* Correlation of what was drawn for the same answers. */
static double correlation(const double *x, const double *y, size_t count)
{
	double sum_x = 0, sum_y = 0, xx = 0, yy = 0, xy = 0;

	for (size_t i = 0; i < count; i++) {
		sum_x += x[i];
		sum_y += y[i];
	}
	for (size_t i = 0; i < count; i++) {
		double dx = x[i] - sum_x / (double)count, dy = y[i] - sum_y / (double)count;

		xx += dx * dx;
		yy += dy * dy;
		xy += dx * dy;
	}
	return xy / sqrt(xx * yy);
}

/* Large bodies are no slower than small ones, and slow answers fail no oftener: the correlation of
 * independent draws has a standard error of 1 / sqrt(MANY), of which 5 are not reached. */
static void what_is_drawn_for_one_answer_is_independent(void **state)
{
	static double size[MANY], delay[MANY], failed[MANY];
	struct scenario model = scenario_default, failing;
	char path[16];

	(void)state;
	assert_int_equal(scenario_set_sizes(&model, "lognormal:1M,0.5"), 0);
	assert_int_equal(scenario_set_delay(&model, "lognormal:20ms,0.5"), 0);
	failing = model;
	assert_int_equal(scenario_set_failures(&failing, "status:500:0.5"), 0);
	for (unsigned int i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "/%u", i);
		size[i] = log((double)scenario_answer(&model, path, 0).size);
		delay[i] = log((double)scenario_answer(&model, path, 0).delay_ns);
		failed[i] = scenario_answer(&failing, path, 0).status == 500;
	}
	assert_true(fabs(correlation(size, delay, MANY)) < 5 / sqrt(MANY));
	assert_true(fabs(correlation(size, failed, MANY)) < 5 / sqrt(MANY));
	assert_true(fabs(correlation(delay, failed, MANY)) < 5 / sqrt(MANY));
	/* How far from the median it is comes from a draw of its own. */
	for (unsigned int i = 0; i < MANY; i++)
		delay[i] = fabs(delay[i] - log(20e6));
	assert_true(fabs(correlation(delay, failed, MANY)) < 5 / sqrt(MANY));
}

static void fixed_delays_are_fixed(void **state)
{
	static const struct {
		const char *text;
		uint64_t delay_ns;
	} known[] = {
		{ "0", 0 },
		{ "20ms", 20000000 },
		{ "0.02", 20000000 },
		{ "0.02s", 20000000 },
		{ "7us", 7000 },
		{ "1.5", 1500000000 },
		{ "20ms+-0", 20000000 },
		{ "3600", 3600000000000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct scenario scenario = scenario_default;

		assert_int_equal(scenario_set_delay(&scenario, known[i].text), 0);
		for (uint64_t number = 0; number < 10; number++)
			assert_int_equal(scenario_answer(&scenario, "/", number).delay_ns,
					 known[i].delay_ns);
	}
}

/* Within the limits, and in each tenth between them alike. */
static void jitter_is_uniform(void **state)
{
	struct scenario scenario = scenario_default;
	unsigned int tenths[10] = { 0 };

	(void)state;
	assert_int_equal(scenario_set_delay(&scenario, "20ms+-5ms"), 0);
	for (unsigned int i = 0; i < MANY; i++) {
		uint64_t delay = scenario_answer(&scenario, "/7", i).delay_ns;

		assert_in_range(delay, 15000000, 25000000);
		tenths[(delay - 15000000) / 1000001]++;
	}
	for (size_t i = 0; i < COUNT(tenths); i++)
		if (fabs(tenths[i] - 0.1 * MANY) > 5 * sqrt(0.09 * MANY))
			fail_msg("%u of %d in tenth %zu", tenths[i], MANY, i);
}

static void failures_come_as_often_as_asked(void **state)
{
	static const double asked[] = { 0.01, 0.02, 0.03, 0.05 };
	unsigned int seen[4] = { 0 };
	struct scenario scenario = scenario_default;
	char path[16];

	(void)state;
	assert_int_equal(scenario_set_failures(&scenario,
					       "status:503:0.01,drop:0.02,stall:0.03,429:0.05:7"),
			 0);
	for (unsigned int i = 0; i < MANY; i++) {
		struct answer answer;

		snprintf(path, sizeof(path), "/%u", i % 1000);
		answer = scenario_answer(&scenario, path, i / 1000);
		seen[0] += answer.status == 503 && !answer.size && answer.retry_after == -1;
		seen[1] +=
			answer.ending == ENDING_DROP && answer.sent == 764 && answer.status == 200;
		seen[2] +=
			answer.ending == ENDING_STALL && answer.sent == 764 && answer.size == 1529;
		seen[3] += answer.status == 429 && !answer.size && answer.retry_after == 7;
	}
	for (size_t i = 0; i < COUNT(asked); i++)
		if (fabs(seen[i] - asked[i] * MANY) > 5 * sqrt(asked[i] * (1 - asked[i]) * MANY))
			fail_msg("failure %zu came %u times of %d", i, seen[i], MANY);
}

static void never_and_always(void **state)
{
	struct scenario never = scenario_default, always = scenario_default;

	(void)state;
	assert_int_equal(scenario_set_failures(&never, "drop:0,status:500:0,stall:0"), 0);
	assert_int_equal(scenario_set_failures(&always, "stall:0,drop:1"), 0);
	for (unsigned int i = 0; i < MANY; i++) {
		struct answer answer = scenario_answer(&never, "/", i);

		assert_true(answer.status == 200 && answer.ending == ENDING_WHOLE);
		assert_true(answer.sent == answer.size && answer.retry_after == -1);
		assert_true(scenario_answer(&always, "/", i).ending == ENDING_DROP);
	}
}

/* How many of many requests differ between two models, paths, or numbers. */
static unsigned int differences(const struct scenario *one, const struct scenario *other,
				const char *path, const char *other_path, unsigned int shift)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < 1000; i++) {
		struct answer a = scenario_answer(one, path, i);
		struct answer b = scenario_answer(other, other_path, i + shift);

		count += a.size != b.size || a.status != b.status || a.delay_ns != b.delay_ns;
	}
	return count;
}

static void answers_follow_from_seed_path_and_number(void **state)
{
	struct scenario one = scenario_default, same, other;

	(void)state;
	assert_int_equal(scenario_set_sizes(&one, "lognormal:1M,1"), 0);
	assert_int_equal(scenario_set_delay(&one, "1s+-1s"), 0);
	same = other = one;
	assert_int_equal(scenario_set_seed(&other, "2"), 0);
	assert_int_equal(differences(&one, &same, "/a", "/a", 0), 0);
	assert_in_range(differences(&one, &other, "/a", "/a", 0), 990, 1000);
	assert_in_range(differences(&one, &one, "/a", "/b", 0), 990, 1000);
	assert_in_range(differences(&one, &one, "/a", "/a", 1), 990, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_and_refuses_seeds),
		cmocka_unit_test(accepts_and_refuses_sizes),
		cmocka_unit_test(accepts_and_refuses_delays),
		cmocka_unit_test(accepts_and_refuses_bandwidths),
		cmocka_unit_test(accepts_and_refuses_failures),
		cmocka_unit_test(sizes_come_in_turn),
		cmocka_unit_test(other_paths_have_each_size_alike),
		cmocka_unit_test(sizes_are_lognormal),
		cmocka_unit_test(delays_are_lognormal),
		cmocka_unit_test(what_is_drawn_for_one_answer_is_independent),
		cmocka_unit_test(fixed_delays_are_fixed),
		cmocka_unit_test(jitter_is_uniform),
		cmocka_unit_test(failures_come_as_often_as_asked),
		cmocka_unit_test(never_and_always),
		cmocka_unit_test(answers_follow_from_seed_path_and_number),
	};

	return RUN_TESTS(tests);
}
