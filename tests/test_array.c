/* The growing array. */
#include "tests/testing.h"

#include "bench/base/array.h"

static void keeps_what_is_in_it(void **state)
{
	uint32_t *list = NULL;
	size_t room = 0, moves = 0;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		size_t before = room;

		assert_int_equal(array_reserve(&list, &room, i + 1), 0);
		assert_true(room > i);
		moves += room != before;
		list[i] = i;
	}
	for (uint32_t i = 0; i < 100000; i++)
		assert_int_equal(list[i], i);
	/* By half each time, and not one by one. */
	assert_true(moves < 40);
	free(list);
}

/* Where nobody keeps the room, each call finds room for what it asks for. */
static void grows_without_room(void **state)
{
	uint32_t *list = NULL;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(array_reserve(&list, NULL, i + 1), 0);
		list[i] = i;
	}
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	assert_int_equal(array_reserve(&list, NULL, SIZE_MAX / 4 + 2), -ENOMEM);
	assert_int_equal(list[999], 999);
	free(list);
}

static void refuses_what_cannot_be(void **state)
{
	uint64_t *list = NULL;
	size_t room = 0;

	(void)state;
	assert_int_equal(array_reserve(&list, &room, 3), 0);
	list[2] = 42;
	assert_int_equal(array_reserve(&list, &room, SIZE_MAX), -ENOMEM);
	assert_int_equal(array_reserve(&list, &room, SIZE_MAX / 8 + 2), -ENOMEM);
	assert_true(room >= 3 && room < 100);
	assert_int_equal(list[2], 42);
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_is_in_it),
		cmocka_unit_test(grows_without_room),
		cmocka_unit_test(refuses_what_cannot_be),
	};

	return RUN_TESTS(tests);
}
