/* The judge is judged: the closed form against plain loops, itself, and its own limits. */
#include "tests/testing.h"

#include "compute/closed_form.h"

static u128 brute_force(uint64_t begin, uint64_t end)
{
	u128 sum = 0;

	for (uint64_t i = begin; i < end; i++)
		sum += (u128)i * i;
	return sum;
}

static void check(uint64_t begin, uint64_t end, u128 ought)
{
	u128 sum = 12345;
	int ret = closed_form(&sum, begin, end);

	if (ret)
		fail_msg("%" PRIu64 ":%" PRIu64 " gave %d", begin, end, ret);
	assert_u128(sum, ought, "%" PRIu64 ":%" PRIu64, begin, end);
}

/* Does the sum fit, whatever it is? */
static void check_fits(uint64_t begin, uint64_t end, int error)
{
	u128 sum;
	int ret = closed_form(&sum, begin, end);

	if (ret != error)
		fail_msg("%" PRIu64 ":%" PRIu64 " gave %d instead of %d", begin, end, ret, error);
}

static void every_small_range(void **state)
{
	enum { ENDS = 3000 };
	static u128 below[ENDS + 1];

	(void)state;
	for (uint64_t end = 0; end < ENDS; end++)
		below[end + 1] = below[end] + (u128)end * end;
	for (uint64_t end = 0; end <= ENDS; end++)
		for (uint64_t begin = 0; begin <= end; begin++)
			check(begin, end, below[end] - below[begin]);
}

static void random_ranges(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		uint64_t begin = random_width(&seed, 52), length = random_below(&seed, 20000),
			 end = END_MAX - begin < length ? END_MAX : begin + length;

		check(begin, end, brute_force(begin, end));
	}
}

static void ranges_that_end_at_the_limit(void **state)
{
	(void)state;
	for (uint64_t length = 0; length < 2000; length++) {
		check(END_MAX - length, END_MAX, brute_force(END_MAX - length, END_MAX));
		check(END_MAX - 2 * length, END_MAX - length,
		      brute_force(END_MAX - 2 * length, END_MAX - length));
	}
}

/* Made with Python's integers. */
static void known_values(void **state)
{
	static const struct {
		uint64_t begin, end;
		const char *sum;
	} known[] = {
		{ 0, 10000000, "333333283333335000000" },
		{ 4294954951, 4295021617, "1229782659101938773918221" },
		{ 2251799813685248, 2251799814685251, "5070617614971931417770793840404076005" },
		{ 4503599618981888, 4503599627370496, "170141183143556544092463395688488632320" },
		{ 0, 10069012961345, "340282366920839261491266184731045101920" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		u128 sum = 0;

		assert_int_equal(u128_parse(&sum, known[i].sum), 0);
		check(known[i].begin, known[i].end, sum);
	}
}

static void ranges_add_up(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t a = random_width(&seed, 52),
			 c = a + random_below(&seed, closed_form_end(a) - a + 1),
			 b = a + random_below(&seed, c - a + 1);
		u128 ab, bc;

		assert_int_equal(closed_form(&ab, a, b), 0);
		assert_int_equal(closed_form(&bc, b, c), 0);
		check(a, c, ab + bc);
	}
}

/* Python's integers again. */
static void known_ends(void **state)
{
	static const struct {
		uint64_t begin, end;
	} known[] = {
		{ 0, 10069012961345 },
		{ 1, 10069012961345 },
		{ 1000000000000, 10072299685004 },
		{ (uint64_t)1 << 45, 35457130044622 },
		{ (uint64_t)1 << 50, 1125900175278016 },
		{ ((uint64_t)1 << 51) + 1, 2251799880794111 },
		{ END_MAX - ((uint64_t)1 << 24) - 1, END_MAX - 1 },
		{ END_MAX - ((uint64_t)1 << 24), END_MAX },
		{ END_MAX - 1, END_MAX },
		{ END_MAX, END_MAX },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++)
		assert_int_equal(closed_form_end(known[i].begin), known[i].end);
}

static void one_more_than_the_end_overflows(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t begin = random_width(&seed, 52), end = closed_form_end(begin);

		assert_in_range(end, begin, END_MAX);
		check_fits(begin, end, 0);
		if (end < END_MAX) {
			check_fits(begin, end + 1, -EOVERFLOW);
			check_fits(begin, end + 1 + random_below(&seed, END_MAX - end), -EOVERFLOW);
		}
	}
	check_fits(0, END_MAX, -EOVERFLOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_small_range),
		cmocka_unit_test(random_ranges),
		cmocka_unit_test(ranges_that_end_at_the_limit),
		cmocka_unit_test(known_values),
		cmocka_unit_test(ranges_add_up),
		cmocka_unit_test(known_ends),
		cmocka_unit_test(one_more_than_the_end_overflows),
	};

	return RUN_TESTS(tests);
}
