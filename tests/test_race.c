/* A race: every way but the first counts exactly, whatever the tasks, increments and workers. */
#include "tests/testing.h"

#include "compute/race.h"

static struct race_outcome raced(const struct race_way *way, unsigned int workers, uint64_t tasks,
				 uint64_t increments)
{
	const struct race_request request = { way, workers, tasks, increments };
	struct race_outcome outcome;

	assert_int_equal(race_run(&outcome, &request), 0);
	return outcome;
}

static void exact_ways_count_exactly(void **state)
{
	static const unsigned int workers[] = { 1, 2, 7, 100 };

	(void)state;
	for (size_t i = 0; race_ways[i]; i++)
		for (size_t k = 0; k < COUNT(workers); k++) {
			struct race_outcome outcome = raced(race_ways[i], workers[k], 999, 101);
			unsigned int most = race_ways[i]->most;

			assert_int_equal(outcome.workers,
					 most && workers[k] > most ? most : workers[k]);
			assert_true(outcome.count > 0 && outcome.count <= 999 * 101);
			if (race_ways[i]->exact || workers[k] == 1)
				assert_int_equal(outcome.count, 999 * 101);
		}
}

static void more_workers_than_tasks(void **state)
{
	(void)state;
	for (size_t i = 0; race_ways[i]; i++) {
		struct race_outcome outcome = raced(race_ways[i], 50, 1, 3);

		assert_int_equal(outcome.count, 3);
	}
}

/* Which of them promise to lose nothing is the point. */
static void one_way_loses(void **state)
{
	(void)state;
	assert_false(race_ways[0]->exact);
	for (size_t i = 1; race_ways[i]; i++)
		assert_true(race_ways[i]->exact);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_ways_count_exactly),
		cmocka_unit_test(more_workers_than_tasks),
		cmocka_unit_test(one_way_loses),
	};

	return RUN_TESTS(tests);
}
