/* What is made of the workers of a team, on hosts that are made up. */
#include "tests/testing.h"

#include <math.h>
#include <stdio.h>

#include "bench/team/worker.h"

/* The PUs that are watched are of the leader's host: nobody else's CPU time was had on them. */
static void cpu_time_here_is_of_one_host(void **state)
{
	static const char *const hosts[] = { "node1", "node2", "node1", "node10", "" };
	struct worker workers[COUNT(hosts)] = { 0 };

	(void)state;
	for (unsigned int i = 0; i < COUNT(hosts); i++) {
		snprintf(workers[i].host, sizeof(workers[i].host), "%s", hosts[i]);
		workers[i].cpu_ns = 1000000000u << i;
	}
	assert_true(fabs(worker_cpu_s_here(workers, COUNT(hosts)) - 5) < 1e-12);
	assert_true(fabs(worker_cpu_s_here(workers, 1) - 1) < 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpu_time_here_is_of_one_host),
	};

	return RUN_TESTS(tests);
}
