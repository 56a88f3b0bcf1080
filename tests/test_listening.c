/* The clock of a process that listens, with times that are made up. */
#include "tests/testing.h"

#include "bench/team/listening.h"

#define PATIENCE 1000u

static void goes_on_while_it_listens(void **state)
{
	struct listening listening;

	(void)state;
	listening_begin(&listening, 5000);
	for (uint64_t now = 5000; now <= 50000; now += 250)
		assert_int_equal(listening_look(&listening, now, PATIENCE), now);
}

/* However long it was stopped, it loses a quarter of its patience, and then listens anew. */
static void stands_still_while_it_does_not(void **state)
{
	struct listening listening;

	(void)state;
	listening_begin(&listening, 5000);
	listening_look(&listening, 5100, PATIENCE);
	assert_int_equal(listening_look(&listening, 1000000, PATIENCE), 5350);
	assert_int_equal(listening_look(&listening, 1000100, PATIENCE), 5450);
}

/* One whose chunks are longer than the patience still loses it, after more than four of them. */
static void long_chunks_are_some_patience(void **state)
{
	struct listening listening;
	unsigned int looks = 0;

	(void)state;
	listening_begin(&listening, 5000);
	while (listening_look(&listening, 5000 + looks * 3000, PATIENCE) <= 5000 + PATIENCE)
		looks++;
	assert_int_equal(looks, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_on_while_it_listens),
		cmocka_unit_test(stands_still_while_it_does_not),
		cmocka_unit_test(long_chunks_are_some_patience),
	};

	return RUN_TESTS(tests);
}
