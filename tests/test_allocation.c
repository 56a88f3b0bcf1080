/* What Slurm tells of a job. */
#include "tests/testing.h"

#include <math.h>
#include <time.h>

#include "bench/launcher/allocation.h"

static void tasks_and_hosts_are_added_up(void **state)
{
	static const struct {
		const char *tasks, *hosts;
		unsigned int sum, nodes;
	} known[] = {
		{ "2(x3)", "3", 6, 3 },
		{ "2(x2),1", "3", 5, 3 },
		{ "1", "1", 1, 1 },
		{ "4,3,2(x2)", "4", 11, 4 },
		{ "x", "", 0, 0 },
		{ "", "", 0, 0 },
		{ "2(x9223372036854775809)", "99999999999", 0, 0 },
	};

	(void)state;
	setenv("SLURM_JOB_ID", "7", 1);
	for (size_t i = 0; i < COUNT(known); i++) {
		setenv("SLURM_TASKS_PER_NODE", known[i].tasks, 1);
		setenv("SLURM_JOB_NUM_NODES", known[i].hosts, 1);
		assert_int_equal(allocation_tasks(), known[i].sum);
		assert_int_equal(allocation_hosts(), known[i].nodes);
	}
	assert_int_equal(allocation_cpus_per_task(), 0);
	setenv("SLURM_CPUS_PER_TASK", "4", 1);
	assert_int_equal(allocation_cpus_per_task(), 4);
	unsetenv("SLURM_JOB_ID");
	assert_int_equal(allocation_cpus_per_task(), 0);
	unsetenv("SLURM_CPUS_PER_TASK");
	assert_int_equal(allocation_tasks(), 0);
	assert_int_equal(allocation_hosts(), 0);
}

static void the_end_of_the_job_is_known(void **state)
{
	char text[32];

	(void)state;
	unsetenv("SLURM_JOB_ID");
	setenv("SLURM_JOB_END_TIME", "1", 1);
	assert_true(isinf(allocation_left_s()));
	setenv("SLURM_JOB_ID", "7", 1);
	assert_true(allocation_left_s() == 0);
	snprintf(text, sizeof(text), "%lld", (long long)time(NULL) + 1000);
	setenv("SLURM_JOB_END_TIME", text, 1);
	assert_true(allocation_left_s() > 900 && allocation_left_s() <= 1000);
	unsetenv("SLURM_JOB_END_TIME");
	assert_true(isinf(allocation_left_s()));
	unsetenv("SLURM_JOB_ID");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tasks_and_hosts_are_added_up),
		cmocka_unit_test(the_end_of_the_job_is_known),
	};

	return RUN_TESTS(tests);
}
