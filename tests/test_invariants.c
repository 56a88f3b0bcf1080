/* Times that cannot be are found, wherever they are. */
#include "tests/testing.h"

#include <errno.h>
#include <string.h>

#include "bench/team/invariants.h"

#define RUN_NS 100000000

/* Two workers on this host, each on a PU of its own, and two on another, which share one. */
static struct worker *good_rows(void)
{
	static const char *const masks[] = { "0x1", "0x2", "0x8", "0x8" };
	static struct worker rows[4];

	memset(rows, 0, sizeof(rows));
	for (int i = 0; i < 4; i++) {
		strcpy(rows[i].host, i < 2 ? "here" : "there");
		strcpy(rows[i].bound, masks[i]);
		strcpy(rows[i].bound_after, masks[i]);
		strcpy(rows[i].allowed, masks[i]);
		rows[i].busy_ns = RUN_NS;
		rows[i].cpu_ns = i < 2 ? RUN_NS : RUN_NS / 2;
	}
	return rows;
}

static void times_that_just_fit_are_good(void **state)
{
	(void)state;
	assert_int_equal(invariants_check(good_rows(), 4, "here", RUN_NS), 0);
}

static void nobody_is_busier_than_the_run_is_long(void **state)
{
	struct worker *rows;

	(void)state;
	for (int i = 0; i < 4; i++) {
		rows = good_rows();
		rows[i].busy_ns = RUN_NS + RUN_NS / 100;
		assert_int_equal(invariants_check(rows, 4, "here", RUN_NS), -EIO);
	}
}

/* One clock is not read against another on this host: a nanosecond is too much. */
static void only_other_hosts_have_slack(void **state)
{
	struct worker *rows = good_rows();

	(void)state;
	rows[1].busy_ns = RUN_NS + 1;
	assert_int_equal(invariants_check(rows, 4, "here", RUN_NS), -EIO);
	rows = good_rows();
	rows[3].busy_ns = RUN_NS + RUN_NS / 1100;
	assert_int_equal(invariants_check(rows, 4, "here", RUN_NS), 0);
}

static void no_host_has_more_time_than_its_pus(void **state)
{
	struct worker *rows = good_rows();

	(void)state;
	rows[3].cpu_ns += RUN_NS / 100;
	assert_int_equal(invariants_check(rows, 4, "here", RUN_NS), -EIO);
	rows = good_rows();
	rows[0].cpu_ns += RUN_NS / 100;
	assert_int_equal(invariants_check(rows, 4, "here", RUN_NS), -EIO);
}

/* Workers that moved had the PUs of both masks; unbound ones all that are allowed. */
static void all_pus_that_they_had_count(void **state)
{
	struct worker *rows = good_rows();

	(void)state;
	strcpy(rows[3].bound_after, "0x4");
	rows[3].cpu_ns = RUN_NS;
	assert_int_equal(invariants_check(rows, 4, "here", RUN_NS), 0);
	rows = good_rows();
	rows[2].bound[0] = rows[2].bound_after[0] = '\0';
	strcpy(rows[2].allowed, "0xc");
	rows[2].cpu_ns = RUN_NS;
	assert_int_equal(invariants_check(rows, 4, "here", RUN_NS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_that_just_fit_are_good),
		cmocka_unit_test(nobody_is_busier_than_the_run_is_long),
		cmocka_unit_test(only_other_hosts_have_slack),
		cmocka_unit_test(no_host_has_more_time_than_its_pus),
		cmocka_unit_test(all_pus_that_they_had_count),
	};

	return RUN_TESTS(tests);
}
