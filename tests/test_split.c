/* How each strategy splits a concurrency, and what is not worth starting. */
#include "tests/testing.h"

#include <errno.h>
#include <string.h>

#include "bench/cli/split.h"
#include "bench/team/strategy.h"

static void splits_as_the_strategy_does(void **state)
{
	static const struct {
		const char *strategy;
		unsigned int concurrency, ranks, workers, inflight, nodes;
	} known[] = {
		{ "serial", 1, 0, 0, 0, 0 },     { "async", 6, 0, 0, 6, 0 },
		{ "openmp", 6, 0, 6, 0, 0 },     { "processes", 5, 0, 5, 0, 0 },
		{ "mpi", 6, 6, 0, 0, 0 },        { "mpi+openmp", 6, 2, 3, 0, 0 },
		{ "mpi+openmp", 5, 1, 5, 0, 0 }, { "mpi+async", 20, 2, 0, 10, 0 },
		{ "mpi", 6, 6, 0, 0, 3 },        { "mpi+openmp", 6, 3, 2, 0, 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct configuration c = { .strategy = known[i].strategy, .nodes = known[i].nodes };
		const char *missing;
		char why[128];

		assert_int_equal(split_concurrency(&c, known[i].concurrency, 8, &missing, why), 0);
		assert_int_equal(c.ranks, known[i].ranks);
		assert_int_equal(c.workers, known[i].workers);
		assert_int_equal(c.inflight, known[i].inflight);
	}
}

static void says_what_is_on_one_host(void **state)
{
	struct configuration c = { .strategy = "openmp", .nodes = 2 };
	const char *missing;
	char why[128];

	(void)state;
	assert_int_equal(split_concurrency(&c, 4, 2, &missing, why), 0);
	assert_non_null(missing);
	assert_non_null(strstr(missing, "on one host"));
	c.nodes = 1;
	assert_int_equal(split_concurrency(&c, 2, 2, &missing, why), 0);
	assert_null(missing);
}

static void says_what_is_not_worth_starting(void **state)
{
	struct configuration c = { .strategy = "mpi" };
	const char *missing;
	char why[128];

	(void)state;
	assert_int_equal(split_concurrency(&c, 32, 2, &missing, why), 0);
	if (strategy_missing(&strategy_mpi, &strategy_serial))
		return;
	assert_null(missing);
	assert_int_equal(split_concurrency(&c, 33, 2, &missing, why), 0);
	assert_string_equal(missing,
			    "33 ranks on 2 cores: more than 16 a core are not worth starting");
}

static void knows_no_other_strategy(void **state)
{
	struct configuration c = { .strategy = "nonesuch" };
	const char *missing;
	char why[128];

	(void)state;
	assert_int_equal(split_concurrency(&c, 2, 2, &missing, why), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_as_the_strategy_does),
		cmocka_unit_test(says_what_is_on_one_host),
		cmocka_unit_test(says_what_is_not_worth_starting),
		cmocka_unit_test(knows_no_other_strategy),
	};

	return RUN_TESTS(tests);
}
