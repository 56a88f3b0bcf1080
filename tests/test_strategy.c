/* Strategies by their names, and teams that cannot be. */
#include "tests/testing.h"

#include <errno.h>

#include "bench/team/strategy.h"
#include "bench/team/team.h"

static void finds_strategies(void **state)
{
	static const struct {
		const char *name;
		const struct strategy *strategy, *inner;
	} known[] = {
		{ "serial", &strategy_serial, NULL },
		{ "async", &strategy_async, NULL },
		{ "openmp", &strategy_openmp, NULL },
		{ "processes", &strategy_processes, NULL },
		{ "mpi", &strategy_mpi, &strategy_serial },
		{ "mpi+async", &strategy_mpi, &strategy_async },
		{ "mpi+openmp", &strategy_mpi, &strategy_openmp },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		const struct strategy *strategy, *inner;
		struct team_request spec;
		char name[32];

		assert_int_equal(strategy_find(known[i].name, &strategy, &inner), 0);
		assert_ptr_equal(strategy, known[i].strategy);
		assert_ptr_equal(inner, known[i].inner);
		spec = (struct team_request){ .strategy = strategy, .inner = inner };
		request_name(&spec, name);
		assert_string_equal(name, known[i].name);
	}
}

static void finds_no_other_strategies(void **state)
{
	static const char *const names[] = {
		"",
		"+",
		"nonesuch",
		"seria",
		"serials",
		"Serial",
		" serial",
		"serial ",
		"serial+",
		"async+openmp",
		"openmp+mpi",
		"mpi+",
		"mpi+mpi",
		"mpi+nonesuch",
		"mpi+processes",
		"mpi+openmp+x",
		"mpi++openmp",
		"mpi+async+async",
		"+mpi",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct strategy *strategy, *inner;
		int ret = strategy_find(names[i], &strategy, &inner);

		if (ret != -EINVAL)
			fail_msg("'%s' gave %d", names[i], ret);
	}
}

static void refuses_teams_that_cannot_be(void **state)
{
	static const struct {
		const struct strategy *strategy;
		unsigned int workers, inflight;
	} impossible[] = {
		{ &strategy_serial, 0, 1 },
		{ &strategy_serial, 2, 1 },
		{ &strategy_serial, 1, 2 },
		{ &strategy_async, 2, 1 },
		{ &strategy_async, 0, 4 },
		{ &strategy_openmp, 0, 1 },
		{ &strategy_openmp, 1u << 30, 1 },
		{ &strategy_processes, 0, 1 },
		{ &strategy_processes, 1u << 30, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(impossible); i++) {
		struct team_request spec = { .strategy = impossible[i].strategy,
					     .workers = impossible[i].workers,
					     .inflight = impossible[i].inflight };
		int ret = request_check(&spec), ought = spec.strategy->missing ? -ENOTSUP : -EINVAL;

		if (ret != ought)
			fail_msg("%s with %u workers, %u in flight gave %d", spec.strategy->name,
				 spec.workers, spec.inflight, ret);
	}
}

static void a_missing_strategy_says_why(void **state)
{
	static const struct strategy missing = { .name = "missing", .missing = "built without it" };
	const struct team_request spec = { .strategy = &missing, .workers = 1, .inflight = 1 },
				  inside = { .strategy = &strategy_mpi,
					     .inner = &missing,
					     .workers = 1,
					     .inflight = 1 };

	(void)state;
	assert_string_equal(strategy_missing(&missing, NULL), "built without it");
	assert_null(strategy_missing(&strategy_serial, NULL));
	assert_non_null(strategy_missing(&strategy_mpi, &missing));
	assert_int_equal(request_check(&spec), -ENOTSUP);
	assert_int_equal(request_check(&inside), -ENOTSUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_strategies),
		cmocka_unit_test(finds_no_other_strategies),
		cmocka_unit_test(refuses_teams_that_cannot_be),
		cmocka_unit_test(a_missing_strategy_says_why),
	};

	return RUN_TESTS(tests);
}
