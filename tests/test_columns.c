/* What people read of a row, and what is longer than a cell. */
#include "tests/made_up.h"

#include <string.h>

#include "bench/base/choices.h"
#include "bench/result/columns.h"

#define PLACES "core:0-3.pu:0 core:8-11.pu:0 core:16-19.pu:0 core:24-27.pu:0"

static void a_name_is_whole_and_its_cell_says_where_it_was_cut(void **state)
{
	struct result result;
	struct cell cell = { 0 };
	struct row *row;
	char *name;

	(void)state;
	made_up_begin(&result, "scale");
	made_up_row(&result, "openmp", 2, 1, 1);
	made_up_row(&result, "openmp", 2, 1, 1);
	row = &result.rows[0];
	assert_int_equal(record_set_text(&row->places, PLACES), 0);
	assert_int_equal(record_set_text(&result.rows[1].places, "cores"), 0);
	name = columns_whole_name(&result, row);
	assert_string_equal(name, "openmp " PLACES);
	columns_name(&cell, &result, row);
	assert_int_equal(strlen(cell.text), sizeof(cell.room) - 1);
	assert_string_equal(cell.text + sizeof(cell.room) - 4, "...");
	assert_memory_equal(cell.text, name, sizeof(cell.room) - 4);
	free(name);
	columns_name(&cell, &result, &result.rows[1]);
	assert_string_equal(cell.text, "openmp cores");
	result_free(&result);
}

static void a_mask_is_a_list_that_says_where_it_was_cut(void **state)
{
	struct row_worker worker = { .bound = "0x30000000c" };
	struct cell cell = { 0 };

	(void)state;
	columns_bound(&cell, NULL, &worker);
	assert_string_equal(cell.text, "pu:2-3,32-33");
	worker.bound = "0x5555555555555555555555555555555555555555";
	columns_bound(&cell, NULL, &worker);
	assert_memory_equal(cell.text, "pu:0,2,4,6,8,10,", 16);
	assert_string_equal(cell.text + strlen(cell.text) - 4, ",...");
	/* The numbers that are there are whole. */
	assert_non_null(strstr(cell.text, ",26,"));
}

static void a_choice_is_taken_once(void **state)
{
	struct choices choices = { 0 };
	char word[] = "cores";

	(void)state;
	assert_int_equal(choices_add_text(&choices, "--places", "cores"), 0);
	assert_int_equal(choices_add_text(&choices, "--places", word), 0);
	assert_int_equal(choices.count, 1);
	choices.count = 0;
	for (unsigned int i = 0; i < CHOICES_MAX; i++)
		assert_int_equal(choices_add_number(&choices, "-c", i), 0);
	assert_int_equal(choices_add_number(&choices, "-c", 0), 0);
	assert_int_equal(choices_add_number(&choices, "-c", CHOICES_MAX), -EINVAL);
	assert_int_equal(choices.count, CHOICES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_whole_and_its_cell_says_where_it_was_cut),
		cmocka_unit_test(a_mask_is_a_list_that_says_where_it_was_cut),
		cmocka_unit_test(a_choice_is_taken_once),
	};

	return RUN_TESTS(tests);
}
