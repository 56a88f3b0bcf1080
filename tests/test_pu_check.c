/* Verdicts on PUs: slow only where undisturbed time shows it, wrong whatever else there is. */
#include "tests/testing.h"

#include <math.h>
#include <string.h>

#include "bench/study/pu_check.h"

enum { PUS = 4, WINDOWS = 16 };

static struct result result;
static struct core_rate rates[PUS * WINDOWS];

/* Four PUs of one kind, all alike; their windows differ by a per mille. */
static int make_alike(void **state)
{
	(void)state;
	result = (struct result){ 0 };
	assert_non_null(record_add(&host_record, &result.hosts, &result.host_count));
	assert_int_equal(record_set_text(&result.hosts[0].hostname, "node1"), 0);
	for (int i = 0; i < PUS; i++) {
		struct checked_pu *pu =
			record_add(&checked_pu_record, &result.checked, &result.checked_count);

		assert_non_null(pu);
		pu->pu = 10 + i;
		pu->kind = 0;
		pu->passes = 1000;
		pu->rate = 100;
		pu->running = 1;
		for (int k = 0; k < WINDOWS; k++)
			rates[i * WINDOWS + k] = (struct core_rate){
				.core = (unsigned int)(10 + i),
				.kind = 0,
				.rate = 100 + 0.1 * (k % 3 - 1),
			};
	}
	return 0;
}

static int forget(void **state)
{
	(void)state;
	result_free(&result);
	return 0;
}

static void slow_down(int number, double factor)
{
	result.checked[number].rate *= factor;
	for (int k = 0; k < WINDOWS; k++)
		rates[number * WINDOWS + k].rate *= factor;
}

static void conclude(void)
{
	assert_int_equal(pu_check_conclude(&result, rates, PUS * WINDOWS, 5), 0);
}

static void expect(const char *const *verdicts)
{
	for (int i = 0; i < PUS; i++)
		assert_string_equal(result.checked[i].verdict, verdicts[i]);
}

static void all_right(void **state)
{
	(void)state;
	conclude();
	expect((const char *const[]){ "right", "right", "right", "right" });
	assert_true(fabs(result.checked[2].of_kind - 1) < 1e-9);
	assert_string_equal(result.advice, "node1: 4 PUs: 4 right, 0 slow, 0 disturbed, 0 wrong, 0 "
					   "died, 4000 results in 5 s");
}

static void one_slow(void **state)
{
	(void)state;
	slow_down(2, 0.9);
	conclude();
	expect((const char *const[]){ "right", "right", "slow", "right" });
	assert_true(fabs(result.checked[2].of_kind - 0.9) < 1e-3);
}

static void two_per_cent_are_not_slow(void **state)
{
	(void)state;
	slow_down(2, 0.98);
	conclude();
	expect((const char *const[]){ "right", "right", "right", "right" });
}

/* What something else had the PU for is no speed of the PU. */
static void disturbed_is_not_slow(void **state)
{
	(void)state;
	slow_down(1, 0.5);
	result.checked[1].running = 0.94;
	slow_down(3, 0.5);
	result.checked[3].rate = NAN;
	conclude();
	expect((const char *const[]){ "right", "disturbed", "right", "disturbed" });
	assert_true(isnan(result.checked[1].of_kind));
}

static void other_kinds_are_not_slow(void **state)
{
	(void)state;
	slow_down(0, 0.5);
	result.checked[0].kind = 1;
	for (int k = 0; k < WINDOWS; k++)
		rates[k].kind = 1;
	conclude();
	expect((const char *const[]){ "right", "right", "right", "right" });
	assert_true(isnan(result.checked[0].of_kind));
}

/* A verdict that was given stays, and its rate does not count for the others. */
static void wrong_stays_wrong(void **state)
{
	struct checked_pu *pu = &result.checked[1];

	(void)state;
	slow_down(1, 0.01);
	pu->running = 0.1;
	record_set_text(&pu->verdict, "wrong");
	record_set_text(&pu->way, "avx2");
	record_set_text(&pu->task, "3:4");
	record_set_text(&pu->expected, "9");
	record_set_text(&pu->actual, "11");
	record_set_text(&pu->difference, "0x2");
	record_set_text(&pu->replay, "taskset -c 11 sumsq run 3:4");
	conclude();
	expect((const char *const[]){ "right", "wrong", "right", "right" });
	assert_int_equal(pu_check_count(&result, "wrong"), 1);
	assert_non_null(strstr(result.advice, "PU 11 is WRONG: avx2 of 3:4 gave 11, not 9\n"));
	assert_non_null(strstr(result.advice, "  bits that differ: 0x2; right when"));
	assert_non_null(strstr(result.advice, "  again: taskset -c 11 sumsq run 3:4\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_right, make_alike, forget),
		cmocka_unit_test_setup_teardown(one_slow, make_alike, forget),
		cmocka_unit_test_setup_teardown(two_per_cent_are_not_slow, make_alike, forget),
		cmocka_unit_test_setup_teardown(disturbed_is_not_slow, make_alike, forget),
		cmocka_unit_test_setup_teardown(other_kinds_are_not_slow, make_alike, forget),
		cmocka_unit_test_setup_teardown(wrong_stays_wrong, make_alike, forget),
	};

	return RUN_TESTS(tests);
}
