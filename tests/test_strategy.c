/* Strategies by their names, teams that cannot be, and what launchers tell. */
#include "tests/testing.h"

#include <errno.h>

#include "bench/launcher/rank_environment.h"
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

static void set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void the_launcher_is_known_by_its_environment(void **state)
{
	static const struct {
		const char *size, *rank, *local;        /* mpirun's */
		const char *pmix, *tasks, *tasks_local; /* srun's */
		bool launched;
		unsigned int ranks, its_rank, here;
	} known[] = {
		{ NULL, NULL, NULL, NULL, NULL, NULL, false, 1, 0, 1 },
		{ "1", "0", "1", NULL, NULL, NULL, true, 1, 0, 1 },
		{ "6", "5", "2", NULL, NULL, NULL, true, 6, 5, 2 },
		{ "6", "3", NULL, NULL, NULL, NULL, true, 6, 3, 1 },
		{ NULL, NULL, NULL, "3", "7", "4(x2),3", true, 7, 3, 4 },
		{ NULL, NULL, NULL, NULL, "7", "4", false, 1, 0, 1 },
		{ NULL, NULL, NULL, "3", NULL, NULL, false, 1, 0, 1 },
		{ "2", "1", "2", "3", "7", "4", true, 2, 1, 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		set("OMPI_COMM_WORLD_SIZE", known[i].size);
		set("OMPI_COMM_WORLD_RANK", known[i].rank);
		set("OMPI_COMM_WORLD_LOCAL_SIZE", known[i].local);
		set("PMIX_RANK", known[i].pmix);
		set("SLURM_STEP_NUM_TASKS", known[i].tasks);
		set("SLURM_STEP_TASKS_PER_NODE", known[i].tasks_local);
		assert_int_equal(rank_environment_present(), known[i].launched);
		assert_int_equal(rank_environment_ranks(), known[i].ranks);
		assert_int_equal(rank_environment_rank(), known[i].its_rank);
		assert_int_equal(rank_environment_ranks_here(), known[i].here);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_strategies),
		cmocka_unit_test(finds_no_other_strategies),
		cmocka_unit_test(refuses_teams_that_cannot_be),
		cmocka_unit_test(a_missing_strategy_says_why),
		cmocka_unit_test(the_launcher_is_known_by_its_environment),
	};

	return RUN_TESTS(tests);
}
