/* What is said of hosts: what each did, and of rows that are on several. */
#include "tests/made_up.h"

#include "bench/study/comparison.h"
#include "bench/study/nodes.h"

static void set_host(struct row *row, size_t worker, unsigned int host)
{
	char name[16];

	snprintf(name, sizeof(name), "node%u", host);
	assert_int_equal(record_set_text(&row->per_worker[worker].host, name), 0);
}

/* Hosts are numbered as they come, wherever their workers are. */
static void workers_are_told_apart_by_host(void **state)
{
	static const unsigned int on[] = { 9, 2, 9, 5, 2, 5, 9 };
	static const size_t numbers[] = { 0, 1, 0, 2, 1, 2, 0 };
	struct result result;
	struct row *row;
	size_t count, *hosts;

	(void)state;
	made_up_begin(&result, "run");
	row = made_up_row(&result, "mpi", COUNT(on), 1, 1);
	hosts = row_hosts(row, &count);
	/* Of none of them the host is known. */
	assert_int_equal(count, 1);
	free(hosts);
	for (size_t i = 0; i < COUNT(on); i++)
		set_host(row, i, on[i]);
	hosts = row_hosts(row, &count);
	assert_non_null(hosts);
	assert_int_equal(count, 3);
	assert_memory_equal(hosts, numbers, sizeof(numbers));
	free(hosts);
	result_free(&result);
}

/* Dealt around: worker i is on host i % hosts. */
static void each_host_has_what_its_workers_did(void **state)
{
	enum { HOSTS = 512, WORKERS = 4 * HOSTS };
	struct result result;
	struct row *row;

	(void)state;
	made_up_begin(&result, "run");
	row = made_up_row(&result, "mpi", WORKERS, 3, 1);
	for (size_t i = 0; i < WORKERS; i++) {
		set_host(row, i, (unsigned int)i % HOSTS);
		for (size_t s = 0; s < row->sample_count; s++) {
			row->samples[s].workers[i].items = i % HOSTS == 7 ? 100 : 1000 + s;
			row->samples[s].workers[i].busy_s = 0.5;
			row->samples[s].workers[i].cpu_s = i % HOSTS == 7 ? 0.1 : 0.5;
		}
	}
	assert_int_equal(nodes_conclude(&result), 0);
	assert_int_equal(result.node_count, HOSTS);
	for (size_t i = 0; i < HOSTS; i++) {
		const struct node_finding *node = &result.nodes[i];
		char name[16];

		snprintf(name, sizeof(name), "node%zu", i);
		assert_string_equal(node->host, name);
		assert_int_equal(node->workers, 4);
		assert_float_equal(node->items, i == 7 ? 400 : 4004, 1e-9);
		assert_float_equal(node->rate, i == 7 ? 200 : 2002, 1e-9);
		assert_float_equal(node->busy, 0.5, 1e-9);
		assert_float_equal(node->running, i == 7 ? 0.2 : 1, 1e-9);
		assert_int_equal(node->slow, i == 7);
	}
	result_free(&result);
}

/* More nodes are no merit of a strategy, and its name is not enough where it is on several. */
static void rows_on_other_hardware_are_not_equal(void **state)
{
	const struct study_question question = { .cpu_bound = true };
	struct result result;

	(void)state;
	for (unsigned int most = 1; most <= 3; most += 2) {
		made_up_begin(&result, "compare");
		made_up_row(&result, "serial", 1, 12, 1.0);
		made_up_row(&result, "mpi", 2, 12, 0.51)->ranks = 2;
		made_up_row(&result, "mpi", 2, 12, 0.3)->ranks = 2;
		result.rows[2].nodes = most;
		made_up_sum_up(&result);
		assert_int_equal(comparison_conclude(&result, &question), 0);
		if (most > 1) {
			expect_advice(&result, "Rows are on 1 to 3 nodes: they differ in hardware");
			expect_advice(&result, "Fastest is mpi with 2 workers on 3 nodes, ");
		} else {
			expect_no_advice(&result, "nodes");
			expect_advice(&result, "Fastest is mpi, ");
		}
		result_free(&result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_are_told_apart_by_host),
		cmocka_unit_test(each_host_has_what_its_workers_did),
		cmocka_unit_test(rows_on_other_hardware_are_not_equal),
	};

	return RUN_TESTS(tests);
}
