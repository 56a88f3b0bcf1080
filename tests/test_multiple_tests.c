/* p-values of many tests, adjusted for their number. */
#include "tests/testing.h"

#include <math.h>

#include "bench/stats/multiple_tests.h"

static void many_tests_are_adjusted_step_down(void **state)
{
	double p[] = { 0.01, 0.04, NAN, 0.03, 0.005 };

	(void)state;
	assert_int_equal(multiple_tests_adjust(p, 5), 0);
	/* 0.005 x 5, 0.01 x 4, 0.03 x 3, and never less than one before it; NAN counts. */
	assert_true(fabs(p[4] - 0.025) < 1e-12 && fabs(p[0] - 0.04) < 1e-12);
	assert_true(fabs(p[3] - 0.09) < 1e-12 && fabs(p[1] - 0.09) < 1e-12 && isnan(p[2]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_tests_are_adjusted_step_down),
	};

	return RUN_TESTS(tests);
}
