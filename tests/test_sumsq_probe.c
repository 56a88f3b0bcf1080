/* The probe: right where the CPU is, and every spoilt sum found and narrowed to a single term. */
#include "tests/testing.h"

#include <stdio.h>

#include "compute/closed_form.h"
#include "compute/sumsq_probe.h"
#include "compute/tasks.h"

static void rounds_are_right(void **state)
{
	struct probe_fault fault;
	bool wrong;

	(void)state;
	for (uint64_t number = 0; number < 20; number++) {
		assert_true(sumsq_probe.round(number, false, &wrong, &fault) > 0);
		assert_false(wrong);
	}
}

/* Otherwise a rate would be of the operands. */
static void rounds_are_alike(void **state)
{
	struct probe_fault fault;
	uint64_t items;
	bool wrong;

	(void)state;
	items = sumsq_probe.round(0, false, &wrong, &fault);
	for (uint64_t number = 1; number < 20; number++)
		assert_int_equal(sumsq_probe.round(number, false, &wrong, &fault), items);
	assert_int_equal(sumsq_probe.passes() % 52, 0);
	assert_true(sumsq_probe.passes() > 0);
}

static void faults_are_found_and_narrowed(void **state)
{
	(void)state;
	for (uint64_t number = 0; number < 20; number++) {
		struct probe_fault fault;
		char expected[U128_TEXT], actual[U128_TEXT], replay[128];
		struct task task;
		u128 sum;
		bool wrong;

		sumsq_probe.round(number, true, &wrong, &fault);
		assert_true(wrong);
		assert_true(fault.repeats);
		assert_int_equal(tasks_parse(&task, fault.task, ""), 0);
		assert_int_equal(task.end - task.begin, 1);
		assert_int_equal(task.begin % 1009, 0);
		assert_int_equal(closed_form(&sum, task.begin, task.end), 0);
		assert_string_equal(fault.expected, u128_format(sum, expected));
		assert_string_equal(fault.actual, u128_format(sum ^ (1 << 17), actual));
		assert_string_equal(fault.difference, "0x20000");
		snprintf(replay, sizeof(replay), "run -s serial --kernel %s %s", fault.way,
			 fault.task);
		assert_string_equal(fault.replay, replay);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds_are_right),
		cmocka_unit_test(rounds_are_alike),
		cmocka_unit_test(faults_are_found_and_narrowed),
	};

	return RUN_TESTS(tests);
}
