/* Limits of time, looked at with times that are made up. */
#include "tests/testing.h"

#include "io/engine/timeouts.h"

#define SECOND 1000000000u

static const struct fetch_options options = { .connect_timeout = 2, .stall_timeout = 3 };

static void no_connection(void **state)
{
	struct timeouts timeouts;

	(void)state;
	timeouts_begin(&timeouts);
	assert_int_equal(timeouts_look(&timeouts, &options, SECOND, 0, false), TIMEOUTS_LASTS);
	assert_int_equal(timeouts_look(&timeouts, &options, SECOND - 1, 0, false), TIMEOUTS_LASTS);
	assert_int_equal(timeouts_look(&timeouts, &options, 1, 0, false), TIMEOUTS_CONNECT);
}

/* What it took to connect is no stall. */
static void stalls_begin_with_the_connection(void **state)
{
	struct timeouts timeouts;

	(void)state;
	timeouts_begin(&timeouts);
	assert_int_equal(timeouts_look(&timeouts, &options, SECOND, 0, false), TIMEOUTS_LASTS);
	assert_int_equal(timeouts_look(&timeouts, &options, 2 * SECOND, 0, true), TIMEOUTS_LASTS);
	assert_int_equal(timeouts_look(&timeouts, &options, SECOND, 0, true), TIMEOUTS_STALL);
}

/* 10 bytes/s are enough, 9 are not. */
static void hardly_a_byte(void **state)
{
	(void)state;
	for (uint64_t speed = 0; speed < 20; speed++) {
		struct timeouts timeouts;
		enum timeouts_end end = TIMEOUTS_LASTS;
		unsigned int s;

		timeouts_begin(&timeouts);
		for (s = 1; s <= 100 && !end; s++)
			end = timeouts_look(&timeouts, &options, SECOND, s * speed, true);
		assert_int_equal(end, speed < 10 ? TIMEOUTS_STALL : TIMEOUTS_LASTS);
		assert_int_equal(s, speed < 10 ? 4 : 101);
	}
}

static void all_of_it(void **state)
{
	struct fetch_options limited = options;
	struct timeouts timeouts;

	(void)state;
	limited.transfer_timeout = 1.5;
	timeouts_begin(&timeouts);
	assert_int_equal(timeouts_look(&timeouts, &limited, SECOND, 1000, true), TIMEOUTS_LASTS);
	assert_int_equal(timeouts_look(&timeouts, &limited, SECOND, 2000, true), TIMEOUTS_TRANSFER);
}

static void looks_are_often_enough(void **state)
{
	struct fetch_options limited = options;

	(void)state;
	assert_in_range(timeouts_period_ns(&limited), 1000000, SECOND / 4);
	limited.transfer_timeout = 0.016;
	assert_in_range(timeouts_period_ns(&limited), 1, 1000001);
	limited.stall_timeout = limited.connect_timeout = limited.transfer_timeout = 0.001;
	assert_in_range(timeouts_period_ns(&limited), 1, 100000);
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
