/* The ground that measurements stand on: the kernel's texts, sets of PUs, cgroups, pauses. */
#define _GNU_SOURCE
#include "tests/testing.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bench/base/clock.h"
#include "bench/base/conditions.h"
#include "bench/base/limits.h"
#include "bench/base/pause.h"

static void sums_up_the_pus_of_the_set(void **state)
{
	static const char text[] = "cpu  1000 1000 1000 1000 1000 1000 1000 1000 0 0\n"
				   "cpu0 1 2 4 8 16 32 64 128 256 512\n"
				   "cpu1 9 9 9 9 9 9 9 9 9 9\n"
				   "cpu70 100 0 0 5 0 0 0 7 0 0\n"
				   "intr 12 cpu0 4\n";
	struct conditions_ticks ticks;
	struct cpus pus;

	(void)state;
	assert_int_equal(cpus_parse(&pus, "0x400000000000000001"), 0);
	ticks = conditions_parse_stat(text, &pus);
	assert_int_equal(ticks.busy, 1 + 2 + 4 + 32 + 64 + 100);
	assert_int_equal(ticks.steal, 128 + 7);
	/* Kernels of old have no steal. */
	ticks = conditions_parse_stat("cpu0 1 2 4 8\ncpu1 7 7\n", &pus);
	assert_int_equal(ticks.busy, 7);
	assert_int_equal(ticks.steal, 0);
	ticks = conditions_parse_stat("", &pus);
	assert_int_equal(ticks.busy, 0);
}

static void reads_throttling_of_both_versions(void **state)
{
	(void)state;
	assert_true(fabs(conditions_parse_throttled("usage_usec 5\nnr_throttled 1\n"
						    "throttled_usec 1500000\n") -
			 1.5) < 1e-12);
	assert_true(fabs(conditions_parse_throttled("nr_periods 0\nthrottled_time 2500000000\n") -
			 2.5) < 1e-12);
	assert_true(conditions_parse_throttled("usage_usec 5\n") == 0);
	assert_true(conditions_parse_throttled("") == 0);
	assert_true(conditions_parse_load("0.52 0.40 1.00 1/200 4\n") == 0.52);
	assert_true(isnan(conditions_parse_load("")));
}

/* What this process does is not others'. */
static void own_time_is_not_others(void **state)
{
	struct conditions_meter meter = { 0 };
	struct conditions conditions;
	struct cpus pus;

	(void)state;
	assert_int_equal(cpus_of_thread(&pus), 0);
	conditions_begin(&meter, &pus);
	conditions_end(&meter, 1e9, &conditions);
	assert_true(conditions.others_s == 0 && conditions.window_s > 0);
	assert_true(conditions.resolution_s > 0 && conditions.steal_s >= 0);
}

/* Ticks tell nothing of it, and to read them would take longer than the window itself. */
static void nobody_looks_after_a_brief_window(void **state)
{
	struct conditions_meter meter = { 0 };
	struct conditions first, second, third, last;
	struct cpus pus;

	(void)state;
	assert_int_equal(cpus_of_thread(&pus), 0);
	conditions_begin(&meter, &pus);
	conditions_end(&meter, 0, &first);
	/* On a machine so busy that an empty window lasts a tick, there is no brief one. */
	if (first.window_s >= first.resolution_s)
		skip();
	conditions_begin(&meter, &pus);
	conditions_end(&meter, 0, &second);
	assert_false(isnan(first.steal_s) || isnan(first.others_s) || isnan(first.throttled_s));
	assert_true(isnan(second.steal_s) && isnan(second.others_s) && isnan(second.throttled_s));
	assert_true(second.load == first.load || isnan(first.load));
	/* A long one is not known either, but the next is. */
	meter.brief = true;
	conditions_begin(&meter, &pus);
	nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL);
	conditions_end(&meter, 0, &third);
	conditions_begin(&meter, &pus);
	conditions_end(&meter, 0, &last);
	assert_true(isnan(third.steal_s) && third.window_s >= 0.03);
	assert_false(isnan(last.steal_s) || isnan(last.others_s) || isnan(last.throttled_s));
}

static void masks_are_those_of_taskset(void **state)
{
	static const char *const good[] = { "", "0x1", "0x3", "0x10000000000000000",
					    "0xf0000000000000000000000000000001" };
	static const char *const bad[] = { "1", "0x", "0xg", "0x1,0x2", " 0x1" };
	char text[CPUS_TEXT];
	struct cpus cpus, other;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(cpus_parse(&cpus, good[i]), 0);
		cpus_show(&cpus, text);
		assert_string_equal(text, good[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(cpus_parse(&cpus, bad[i]), -EINVAL);
	assert_int_equal(cpus_parse(&cpus, "0x10000000000000000"), 0);
	assert_true(cpus_has(&cpus, 64) && !cpus_has(&cpus, 63) && !cpus_has(&cpus, 100000));
	assert_int_equal(cpus_parse(&other, "0x5"), 0);
	cpus_add(&cpus, &other);
	assert_int_equal(cpus_count(&cpus), 3);
}

static void the_mask_is_that_of_the_system(void **state)
{
	cpu_set_t set;
	struct cpus cpus;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	assert_int_equal(cpus_of_thread(&cpus), 0);
	assert_int_equal(cpus_count(&cpus), CPU_COUNT(&set));
	for (unsigned int pu = 0; pu < CPU_SETSIZE; pu++)
		assert_int_equal(cpus_has(&cpus, pu), CPU_ISSET(pu, &set) != 0);
}

/* A tree of cgroup files, in a folder that is removed with the test's own. */
static char root[64];

static void put(const char *group, const char *file, const char *text)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s%s", root, group);
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	mkdir(path, 0700);
	strncat(path, "/", sizeof(path) - strlen(path) - 1);
	strncat(path, file, sizeof(path) - strlen(path) - 1);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

/* Puts this process into groups, as /proc/self/cgroup has them: what is left there. */
static int64_t left_in(const char *groups)
{
	put("/proc/self", "cgroup", groups);
	return limits_pids_left(root);
}

static void the_narrowest_ancestor_counts(void **state)
{
	char command[128];

	(void)state;
	strcpy(root, "/tmp/test_conditions.XXXXXX");
	assert_non_null(mkdtemp(root));
	assert_int_equal(limits_pids_left(root), -1);
	put("/proc/self", "mountinfo",
	    "1 2 0:3 / /cg/pids rw - cgroup cgroup rw,cpu,pids\n"
	    "2 2 0:4 / /cg/unified rw - cgroup2 cgroup2 rw\n");
	put("/cg/pids/a/b", "pids.max", "max\n");
	put("/cg/pids/a/b", "pids.current", "3\n");
	put("/cg/pids/a", "pids.max", "64\n");
	put("/cg/pids/a", "pids.current", "60\n");
	put("/cg/pids", "pids.max", "100\n");
	put("/cg/pids", "pids.current", "90\n");
	put("/cg/unified/c", "pids.max", "20\n");
	put("/cg/unified/c", "pids.current", "25\n");
	put("/cg/unified/d", "pids.max", "50\n");
	put("/cg/unified/d", "pids.current", "7\n");
	put("/cg/unified/d/e", "pids.max", "80\n");
	put("/cg/unified/d/e", "pids.current", "7\n");
	assert_int_equal(left_in("8:pids:/a/b\n4:memory:/a\n"), 4);
	assert_int_equal(left_in("8:cpu,pids:/a/b\n"), 4);
	assert_int_equal(left_in("8:pids:/\n"), 10);
	assert_int_equal(left_in("0::/d/e\n"), 43);
	assert_int_equal(left_in("0::/c\n"), 0);
	assert_int_equal(left_in("8:pids:/a\n0::/d\n"), 4);
	assert_int_equal(left_in("4:memory:/a\n"), -1);
	assert_int_equal(left_in(""), -1);
	assert_int_equal(left_in("nonsense\n:\n1:pids\n"), -1);
	snprintf(command, sizeof(command), "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

/* By its own CPU time, which a busy machine does not lengthen: it sleeps most of a long wait. */
static void a_long_wait_costs_little(void **state)
{
	uint64_t until = clock_ns() + 300000000, cpu = clock_cpu_ns();
	struct pause pause = { 0 };

	(void)state;
	while (clock_ns() < until)
		pause_once(&pause);
	assert_in_range(clock_cpu_ns() - cpu, 0, 60000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_up_the_pus_of_the_set),
		cmocka_unit_test(reads_throttling_of_both_versions),
		cmocka_unit_test(own_time_is_not_others),
		cmocka_unit_test(nobody_looks_after_a_brief_window),
		cmocka_unit_test(masks_are_those_of_taskset),
		cmocka_unit_test(the_mask_is_that_of_the_system),
		cmocka_unit_test(the_narrowest_ancestor_counts),
		cmocka_unit_test(a_long_wait_costs_little),
	};

	return RUN_TESTS(tests);
}
