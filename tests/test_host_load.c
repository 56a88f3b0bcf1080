/* Which hosts are said to have too many workers, or too few. */
#include "tests/made_up.h"

#include "bench/base/say.h"
#include "bench/cli/host_load.h"

/* Three hosts of two cores with two threads each, and a rank of so many workers on each. */
static struct row *three_hosts(struct result *result, const unsigned int workers[3],
			       const char *allowed)
{
	struct row *row;

	assert_int_equal(result_begin(result, "sumsq", "0.1.0", "run", (char *[]){ NULL }), 0);
	row = result_add_row(result);
	for (int i = 0; i < 3; i++) {
		struct host *host = record_add(&host_record, &result->hosts, &result->host_count);
		struct row_rank *rank =
			record_add(&row_rank_record, &row->per_rank, &row->per_rank_count);
		const char name[] = { 'n', (char)('1' + i), '\0' };

		host->cores = host->allowed_cores = 2;
		host->pus = 4;
		rank->workers = workers[i];
		assert_int_equal(record_set_text(&host->hostname, name), 0);
		assert_int_equal(record_set_text(&rank->host, name), 0);
		assert_int_equal(record_set_text(&rank->allowed, allowed), 0);
	}
	return row;
}

/* What was said since the last call: so many warnings, of which the last is that. */
static void expect_said(size_t count, const char *last)
{
	static size_t before;
	char *const *texts;
	size_t all = say_warnings(&texts);

	assert_int_equal(all - before, count);
	if (last)
		assert_string_equal(texts[all - 1], last);
	before = all;
}

static void each_host_has_its_own_limits(void **state)
{
	struct result result;
	struct row *row = three_hosts(&result, (unsigned int[]){ 2, 2, 5 }, "0xf");

	(void)state;
	assert_int_equal(host_load_warn_all(&result, row, true, false), 0);
	expect_said(1, "5 workers on 2 allowed cores of n3: oversubscribed");
	row->per_rank[2].workers = 4;
	assert_int_equal(host_load_warn_all(&result, row, true, false), 0);
	expect_said(1, "4 workers on 2 allowed cores of n3: SMT siblings share cores");
	assert_int_equal(host_load_warn_all(&result, row, true, true), 0);
	assert_int_equal(host_load_warn_all(&result, row, false, false), 0);
	expect_said(0, NULL);
	result.hosts[1].cpu_quota = 1.5;
	assert_int_equal(host_load_warn_all(&result, row, false, false), 0);
	expect_said(1, "1.5 CPUs of quota for 2 workers on n2: the cgroup will hold them up");
	result.hosts[1].cpu_quota = 2;
	assert_int_equal(host_load_warn_all(&result, row, false, false), 0);
	expect_said(0, NULL);
	result_free(&result);
}

static void what_slurm_gave_and_nobody_uses(void **state)
{
	struct result result;
	struct row *row = three_hosts(&result, (unsigned int[]){ 2, 1, 2 }, "0xf");

	(void)state;
	assert_int_equal(host_load_warn_idle(&result, row, 4), 0);
	expect_said(1, "1 worker on the 2 allowed cores of n2: the others are idle; -w 2, or more "
		       "ranks, would use them");
	row->per_rank[1].workers = 2;
	assert_int_equal(host_load_warn_idle(&result, row, 0), 0);
	expect_said(0, NULL);
	assert_int_equal(record_set_text(&row->per_rank[2].allowed, "0x5"), 0);
	row->per_rank[2].workers = 1;
	assert_int_equal(host_load_warn_idle(&result, row, 4), 0);
	expect_said(1, "rank 2 on n3 may use 2 of its 4 CPUs (SLURM_CPUS_PER_TASK): "
		       "something bound it, as mpirun does without --bind-to none, or --map-by "
		       "slot:PE=4");
	assert_int_equal(host_load_warn_idle(&result, row, 2), 0);
	expect_said(0, NULL);
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_host_has_its_own_limits),
		cmocka_unit_test(what_slurm_gave_and_nobody_uses),
	};

	return RUN_TESTS(tests);
}
