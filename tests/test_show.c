/* Numbers as people read them. */
#include "tests/testing.h"

#include <string.h>

#include "bench/base/show.h"

static void shows_numbers(void **state)
{
	char text[SHOW_TEXT];

	(void)state;
	show_seconds(text, 3.41e-3);
	assert_string_equal(text, "3.41 ms");
	show_seconds(text, 0.9996);
	assert_string_equal(text, "1.00 s");
	show_seconds(text, 1e300);
	assert_true(strlen(text) < SHOW_TEXT);
	show_interval(text, 3.41e-3, 3.39e-3, 1.2);
	assert_string_equal(text, "3.39 .. 1200");
	show_amount(text, 57.2e9, "term/s");
	assert_string_equal(text, "57.2 Gterm/s");
	show_number(text, 123456);
	assert_string_equal(text, "123456");
	show_range(text, 0.91, 1.07);
	assert_string_equal(text, "0.91 .. 1.07");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_numbers),
	};

	return RUN_TESTS(tests);
}
