/* Which of several alike lag far behind. */
#include "tests/testing.h"

#include "bench/stats/outliers.h"

static void marks_what_lags_far_behind(void **state)
{
	static const struct {
		double values[6];
		size_t count;
		const char *marked; /* a character a value */
	} known[] = {
		{ { 1 }, 1, "." },
		/* Of two nobody knows which is right. */
		{ { 1, 0.1 }, 2, ".." },
		{ { 1, 1, 0.1 }, 3, "..x" },
		{ { 0.1, 1, 1.02 }, 3, "x.." },
		/* Within a fifth of the median. */
		{ { 1, 1, 0.81 }, 3, "..." },
		{ { 1, 1, 0.79 }, 3, "..x" },
		/* One that is faster is none, nor are those that it leaves behind. */
		{ { 1, 1, 9 }, 3, "..." },
		/* All differ: nobody lags. */
		{ { 1, 0.7, 0.4 }, 3, "..." },
		{ { 1, 0.9, 0.8, 0.7, 0.6, 0.5 }, 6, "......" },
		{ { 1, 1.01, 0.99, 1, 0.5, 0.4 }, 6, "....xx" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		bool out[6];
		size_t marked = 0;
		size_t found = outliers_low(out, known[i].values, known[i].count);

		for (size_t k = 0; k < known[i].count; k++) {
			if (out[k] != (known[i].marked[k] == 'x'))
				fail_msg("case %zu, value %zu", i, k);
			marked += out[k];
		}
		assert_int_equal(found, marked);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_what_lags_far_behind),
	};

	return RUN_TESTS(tests);
}
