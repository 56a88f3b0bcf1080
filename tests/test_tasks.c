/* Tasks: what is read as one and what is refused, how they are printed, and which one a term
 * belongs to. */
#include "tests/testing.h"

#include <string.h>

#include "compute/closed_form.h"
#include "compute/tasks.h"

static void accepts_every_spelling(void **state)
{
	static const struct {
		const char *text;
		uint64_t begin, end;
	} known[] = {
		{ "0", 0, 0 },
		{ "1", 0, 1 },
		{ "10", 0, 10 },
		{ "007", 0, 7 },
		{ "1e7", 0, 10000000 },
		{ "1E7", 0, 10000000 },
		{ "1e+7", 0, 10000000 },
		{ "1e07", 0, 10000000 },
		{ "1e0", 0, 1 },
		{ "0e400", 0, 0 },
		{ "1.5e9", 0, 1500000000 },
		{ "1.50e1", 0, 15 },
		{ "10.0", 0, 10 },
		{ "10.00000000000000000000", 0, 10 },
		{ "10e-1", 0, 1 },
		{ "0.5e1", 0, 5 },
		{ "0.001e3", 0, 1 },
		{ "1.000_1e4", 0, 10001 },
		{ "10_000_000", 0, 10000000 },
		{ "1_0e1_0", 0, 100000000000 },
		{ "5:10", 5, 10 },
		{ "5:5", 5, 5 },
		{ "0:7", 0, 7 },
		{ "0:0", 0, 0 },
		{ "1e3:1.5e3", 1000, 1500 },
		{ "10_000:20_000", 10000, 20000 },
		{ "4503599627370496:4503599627370496", END_MAX, END_MAX },
		{ "4503599627370495:4503599627370496", END_MAX - 1, END_MAX },
		{ "4.503599627370495e15:4.503599627370496e15", END_MAX - 1, END_MAX },
		{ "10069012961345", 0, 10069012961345 },
		{ "1:10069012961345", 1, 10069012961345 },
		{ "4503599610593280:4503599627370496", END_MAX - ((uint64_t)1 << 24), END_MAX },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct task task = { 12345, 12345 };
		int ret = tasks_parse(&task, known[i].text, "");

		if (ret || task.begin != known[i].begin || task.end != known[i].end)
			fail_msg("'%s' gave %d, %" PRIu64 ":%" PRIu64, known[i].text, ret,
				 task.begin, task.end);
	}
}

static const char *const no_tasks[] = {
	/* no number */
	"",
	"x",
	"-",
	":",
	"5:",
	":5",
	"e",
	"e7",
	"1e",
	"1e+",
	"1e-1",
	".",
	".5",
	"5.",
	"1.e3",
	"1..5",
	"1.5.0",
	"1e5e5",
	"1e5.0",
	"nan",
	"inf",
	"1,000",
	"1'000",
	"0x10",
	"0b1",
	"1k",
	"10L",
	"1e7f",
	"\xd9\xa1",
	"1\xc2\xa0",
	"5-10",
	/* signs and space */
	"-5",
	"-0",
	"+5",
	"--5",
	"-5:10",
	"5:-10",
	"-5:-1",
	"+5:10",
	"5:+10",
	" 5",
	"5 ",
	"5\n",
	"\t5",
	"5: 10",
	"5 :10",
	"5 10",
	" ",
	"1e 7",
	"1 e7",
	/* underscores that stand between no digits */
	"1__0",
	"_1",
	"1_",
	"_",
	"1_e5",
	"1e_5",
	"1e5_",
	"1_.5e3",
	"1._5e3",
	"1_:5",
	/* colons */
	"10:5",
	"1:2:3",
	"::",
	"1::2",
	"1:2:",
	"1:0",
	"4503599627370496:0",
	/* not whole */
	"0.5",
	"1.5e0",
	"1.5",
	"1.25e1",
	"0.1:5",
	"5:10.5",
	"1.0001e3",
	/* too large */
	"4503599627370497",
	"4503599627370496:4503599627370497",
	"4503599627370497:4503599627370497",
	"1e16",
	"1e400",
	"1e1000",
	"1e1001",
	"1e18446744073709551616",
	"18446744073709551615",
	"18446744073709551616",
	"18446744073709551626",
	"340282366920938463463374607431768211456",
	"0:1e16",
	"1e16:1e17",
	"9e15",
	/* sums over 128 bits */
	"10069012961346",
	"0:10069012961346",
	"1:10069012961346",
	"4503599627370496",
	"0:4503599627370496",
	"4503599610593279:4503599627370496",
	"1000000000000:10072299685005",
	"1e14",
	"1e14:2e14",
};

static void refuses_what_is_no_task(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(no_tasks); i++) {
		struct task task = { 0 };
		int ret = tasks_parse(&task, no_tasks[i], "somewhere: ");

		if (ret != -EINVAL)
			fail_msg("'%s' gave %d, %" PRIu64 ":%" PRIu64, no_tasks[i], ret, task.begin,
				 task.end);
	}
}

static void refuses_long_texts(void **state)
{
	static char text[100001];
	struct task task;

	(void)state;
	memset(text, '9', sizeof(text) - 1);
	assert_int_equal(tasks_parse(&task, text, ""), -EINVAL);
	text[50000] = ':';
	assert_int_equal(tasks_parse(&task, text, ""), -EINVAL);
	memset(text, ':', sizeof(text) - 1);
	assert_int_equal(tasks_parse(&task, text, ""), -EINVAL);
	memset(text, '0', sizeof(text) - 1);
	assert_int_equal(tasks_parse(&task, text, ""), 0);
	assert_int_equal(task.end, 0);
}

static void prints_normalised(void **state)
{
	static const struct {
		const char *given, *printed;
	} known[] = {
		{ "10", "10" },
		{ "1e7", "10000000" },
		{ "10_000_000", "10000000" },
		{ "0:7", "7" },
		{ "0:0", "0" },
		{ "0", "0" },
		{ "5:10", "5:10" },
		{ "5:5", "5:5" },
		{ "1e3:1.5e3", "1000:1500" },
		{ "4503599627370496:4503599627370496", "4503599627370496:4503599627370496" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		char text[TASK_TEXT];
		struct task task;

		assert_int_equal(tasks_parse(&task, known[i].given, ""), 0);
		tasks_format(&task, text);
		assert_string_equal(text, known[i].printed);
	}
}

static void comes_back_from_print(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct task task = { .begin = random_width(&seed, 52) }, back;
		uint64_t fits = closed_form_end(task.begin) - task.begin;
		char text[TASK_TEXT];

		task.end = task.begin + random_below(&seed, fits + 1);
		tasks_format(&task, text);
		assert_int_equal(tasks_parse(&back, text, ""), 0);
		assert_int_equal(back.begin, task.begin);
		assert_int_equal(back.end, task.end);
	}
}

static void add(struct tasks *tasks, uint64_t begin, uint64_t end)
{
	assert_int_equal(tasks_add(tasks, (struct task){ begin, end }), 0);
}

/* The only task that has the term, by a look at each of them. */
static size_t owner(const struct tasks *tasks, uint64_t term)
{
	uint64_t before = 0;

	for (size_t i = 0; i < tasks->count; i++) {
		uint64_t terms = tasks->list[i].end - tasks->list[i].begin;

		if (term - before < terms)
			return i;
		before += terms;
	}
	fail_msg("no task has the term %" PRIu64, term);
	return 0;
}

static void check_finds_all(const struct tasks *tasks)
{
	for (uint64_t term = 0; term < tasks->terms; term++) {
		size_t is = tasks_find(tasks, term), ought = owner(tasks, term);

		if (is != ought)
			fail_msg("term %" PRIu64 " of %zu tasks: %zu instead of %zu", term,
				 tasks->count, is, ought);
	}
}

static void finds_among_empty_tasks(void **state)
{
	/* Each list is the lengths of its tasks, ended by -1. */
	static const int lists[][12] = {
		{ 1, -1 },
		{ 7, -1 },
		{ 0, 1, -1 },
		{ 1, 0, -1 },
		{ 0, 0, 0, 3, -1 },
		{ 3, 0, 0, 0, -1 },
		{ 0, 2, 0, 0, 2, 0, -1 },
		{ 1, 0, 1, 0, 1, 0, 1, -1 },
		{ 0, 1, 0, 1, 0, 1, 0, -1 },
		{ 5, 0, 0, 0, 0, 0, 0, 0, 5, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		struct tasks tasks = { 0 };

		for (size_t k = 0; lists[i][k] >= 0; k++)
			add(&tasks, 100 * k, 100 * k + (uint64_t)lists[i][k]);
		check_finds_all(&tasks);
		tasks_free(&tasks);
	}
}

static void finds_in_random_lists(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct tasks tasks = { 0 };
		uint64_t count = 1 + random_below(&seed, 60), empties = random_below(&seed, 4);

		for (uint64_t k = 0; k < count; k++) {
			uint64_t begin = random_width(&seed, 40);

			add(&tasks, begin,
			    random_below(&seed, 4) < empties ? begin
							     : begin + random_below(&seed, 5));
		}
		check_finds_all(&tasks);
		tasks_free(&tasks);
	}
}

static void grows_to_200000_tasks(void **state)
{
	enum { TASKS = 200000 };
	struct tasks tasks = { 0 };
	uint64_t terms = 0;

	(void)state;
	for (uint64_t i = 0; i < TASKS; i++)
		add(&tasks, i, i + i % 3);
	assert_int_equal(tasks.count, TASKS);
	for (uint64_t i = 0; i < TASKS; i++) {
		if (tasks.list[i].begin != i || tasks.before[i] != terms)
			fail_msg("task %" PRIu64 " is not what was added", i);
		if (i % 3 &&
		    (tasks_find(&tasks, terms) != i || tasks_find(&tasks, terms + i % 3 - 1) != i))
			fail_msg("a term of task %" PRIu64 " is not found", i);
		terms += i % 3;
	}
	assert_int_equal(tasks.terms, terms);
	tasks_free(&tasks);
	assert_null(tasks.list);
	assert_int_equal(tasks.count, 0);
	assert_int_equal(tasks.terms, 0);
	tasks_free(&tasks);
}

static void counts_up_to_63_bits_of_terms(void **state)
{
	struct tasks tasks = { 0 };

	(void)state;
	for (int i = 0; i < 2047; i++)
		add(&tasks, 0, END_MAX);
	assert_int_equal(tasks_add(&tasks, (struct task){ 0, END_MAX }), -EINVAL);
	add(&tasks, 1, END_MAX);
	assert_int_equal(tasks.terms, INT64_MAX);
	assert_int_equal(tasks_find(&tasks, INT64_MAX - 1), 2047);
	assert_int_equal(tasks_add(&tasks, (struct task){ 0, 1 }), -EINVAL);
	assert_int_equal(tasks_add(&tasks, (struct task){ 0, END_MAX }), -EINVAL);
	assert_int_equal(tasks.count, 2048);
	assert_int_equal(tasks.terms, INT64_MAX);
	add(&tasks, 5, 5);
	assert_int_equal(tasks.count, 2049);
	tasks_free(&tasks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_every_spelling),
		cmocka_unit_test(refuses_what_is_no_task),
		cmocka_unit_test(refuses_long_texts),
		cmocka_unit_test(prints_normalised),
		cmocka_unit_test(comes_back_from_print),
		cmocka_unit_test(finds_among_empty_tasks),
		cmocka_unit_test(finds_in_random_lists),
		cmocka_unit_test(grows_to_200000_tasks),
		cmocka_unit_test(counts_up_to_63_bits_of_terms),
	};

	return RUN_TESTS(tests);
}
