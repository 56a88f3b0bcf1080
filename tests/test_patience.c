/* Limits of time, looked at with times that are made up. */
#include "tests/testing.h"

#include "io/engine/patience.h"

#define SECOND 1000000000u

static const struct fetch_options options = { .connect_timeout = 2, .stall_timeout = 3 };

static void no_connection(void **state)
{
	struct patience patience;

	(void)state;
	patience_begin(&patience);
	assert_int_equal(patience_look(&patience, &options, SECOND, 0, false), PATIENCE_LASTS);
	assert_int_equal(patience_look(&patience, &options, SECOND - 1, 0, false), PATIENCE_LASTS);
	assert_int_equal(patience_look(&patience, &options, 1, 0, false), PATIENCE_CONNECT);
}

/* What it took to connect is no stall. */
static void stalls_begin_with_the_connection(void **state)
{
	struct patience patience;

	(void)state;
	patience_begin(&patience);
	assert_int_equal(patience_look(&patience, &options, SECOND, 0, false), PATIENCE_LASTS);
	assert_int_equal(patience_look(&patience, &options, 2 * SECOND, 0, true), PATIENCE_LASTS);
	assert_int_equal(patience_look(&patience, &options, SECOND, 0, true), PATIENCE_STALL);
}

/* 10 bytes/s are enough, 9 are not. */
static void hardly_a_byte(void **state)
{
	(void)state;
	for (uint64_t speed = 0; speed < 20; speed++) {
		struct patience patience;
		enum patience_end end = PATIENCE_LASTS;
		unsigned int s;

		patience_begin(&patience);
		for (s = 1; s <= 100 && !end; s++)
			end = patience_look(&patience, &options, SECOND, s * speed, true);
		assert_int_equal(end, speed < 10 ? PATIENCE_STALL : PATIENCE_LASTS);
		assert_int_equal(s, speed < 10 ? 4 : 101);
	}
}

static void all_of_it(void **state)
{
	struct fetch_options limited = options;
	struct patience patience;

	(void)state;
	limited.transfer_timeout = 1.5;
	patience_begin(&patience);
	assert_int_equal(patience_look(&patience, &limited, SECOND, 1000, true), PATIENCE_LASTS);
	assert_int_equal(patience_look(&patience, &limited, SECOND, 2000, true), PATIENCE_TRANSFER);
}

static void looks_are_often_enough(void **state)
{
	struct fetch_options limited = options;

	(void)state;
	assert_in_range(patience_period_ns(&limited), 1000000, SECOND / 4);
	limited.transfer_timeout = 0.016;
	assert_in_range(patience_period_ns(&limited), 1, 1000001);
	limited.stall_timeout = limited.connect_timeout = limited.transfer_timeout = 0.001;
	assert_in_range(patience_period_ns(&limited), 1, 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_connection),
		cmocka_unit_test(stalls_begin_with_the_connection),
		cmocka_unit_test(hardly_a_byte),
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(looks_are_often_enough),
	};

	return RUN_TESTS(tests);
}
