/* The word that was meant. */
#include "tests/testing.h"

#include <string.h>

#include "bench/base/nearest.h"

static const char *meant(const char *word)
{
	static const char *const choices[] = { "run",     "compare",  "scale",  "place",
					       "list",    "kernel",   "places", "rounds",
					       "workers", "strategy", "weak",   "weights",
					       "verbose", "version",  "strong" };
	struct nearest nearest = { .word = word, .length = strlen(word) };

	for (size_t i = 0; i < COUNT(choices); i++)
		nearest_try(&nearest, choices[i]);
	return nearest.best ? nearest.best : "";
}

static void finds_what_was_meant(void **state)
{
	static const struct {
		const char *word, *meant;
	} known[] = {
		{ "kernal", "kernel" },     { "KERNEL", "kernel" },   { "krenel", "kernel" },
		{ "kernell", "kernel" },    { "rnu", "run" },         { "scael", "scale" },
		{ "comapre", "compare" },   { "compair", "compare" }, { "wrokers", "workers" },
		{ "stratgey", "strategy" }, { "place", "place" },     { "plcaes", "places" },
		{ "verison", "version" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++)
		assert_string_equal(meant(known[i].word), known[i].meant);
}

static void does_not_guess(void **state)
{
	static const char *const words[] = {
		"",
		"x",
		"nope",
		"10",
		"1e7",
		"http://h/",
		"zzzzzz",
		"a word that is longer than any word of ours can ever be, or any that we take",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++)
		assert_string_equal(meant(words[i]), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_meant),
		cmocka_unit_test(does_not_guess),
	};

	return RUN_TESTS(tests);
}
