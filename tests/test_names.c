/* Names of files out of URLs: none leads anywhere, and no two are the same. */
#include "tests/testing.h"

#include <ctype.h>
#include <string.h>

#include "io/names.h"

static void known_urls(void **state)
{
	static const struct {
		const char *url, *name;
	} known[] = {
		{ "http://h/a/b.txt", "b.txt" },
		{ "http://h/a/b.txt?x=/c", "b.txt" },
		{ "http://h/", "index.html" },
		{ "http://h", "index.html" },
		{ "http://h/a/", "index.html" },
		{ "http://h/%2e%2e", "_." },
		{ "http://h/..", "_." },
		{ "http://h/%2e%2e%2fetc%2fpasswd", "_._etc_passwd" },
		{ "http://h/%252e%252e%252fetc", "%2e%2e%2fetc" },
		{ "http://h/a%5cb", "a_b" },
		{ "http://h/a%00b", "a_b" },
		{ "http://h/%1b%5b31m%7f", "_[31m_" },
		{ "http://h/%c3%a9t%c3%a9", "\xc3\xa9t\xc3\xa9" },
		{ "http://h/%c3%28", "_(" },
		{ "http://h/%c2%9b31m", "__31m" },
		{ "http://h/a%e2%80%aegpj.exe", "a___gpj.exe" },
		{ "http://h/.htaccess", "_htaccess" },
		{ "http://h/-rf", "_rf" },
		{ "http://h/a%", "a%" },
		{ "http://h/a%zz", "a%zz" },
		{ "http://h/a%20#b", "a_" },
		{ "http://h/a%20%23b%20c%20", "a_#b c_" },
		{ "http://h/x.part", "x.part_" },
		{ "http://h/x.PART", "x.PART_" },
		{ "http://h/x.part-about", "x.part-about_" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		char name[NAME_ROOM];

		names_of_url(name, known[i].url);
		assert_string_equal(name, known[i].name);
	}
}

/* Whatever the URL, the name is one that could have been chosen. */
static void any_url(void **state)
{
	static const char *const pieces[] = { "%2e", "%2f",   "/",      ".",     "%00",
					      "%5c", "a",     "%",      "?",     "%e2%80",
					      "%ae", "-",     "~",      "%ff",   "%0a",
					      "%09", ".part", "%f0%9f", "%98%80" };
	uint64_t seed = 15;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char url[4096] = "http://h/", name[NAME_ROOM];
		uint64_t count = random_below(&seed, 300);

		for (uint64_t j = 0; j < count; j++)
			strcat(url, pieces[random_below(&seed, COUNT(pieces))]);
		names_of_url(name, url);
		if (names_wrong(name))
			fail_msg("%s: '%s' %s", url, name, names_wrong(name));
	}
}

static void chosen_names(void **state)
{
	static const char *const wrong[] = { "",        ".",    "..",   "../x",  "/etc/passwd",
					     "a/b",     "a\\b", ".x",   "-x",    "x.part",
					     "a\nb",    "a\tb", "\xff", "a\x7f", "x.part-about",
					     "\xc2\x9b" };
	char longest[NAME_BYTES + 2];

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (!names_wrong(wrong[i]))
			fail_msg("'%s' is taken", wrong[i]);
	memset(longest, 'x', sizeof(longest));
	longest[NAME_BYTES + 1] = '\0';
	assert_non_null(names_wrong(longest));
	longest[NAME_BYTES] = '\0';
	assert_null(names_wrong(longest));
	assert_null(names_wrong("a b.tar.gz"));
}

static void long_ones_stay_apart(void **state)
{
	char url[2000] = "http://h/", one[NAME_ROOM], other[NAME_ROOM];

	(void)state;
	memset(url + 9, 'x', 1900);
	strcpy(url + 1909, "1.txt");
	names_of_url(one, url);
	strcpy(url + 1909, "2.txt");
	names_of_url(other, url);
	assert_string_not_equal(one, other);
	assert_true(strlen(one) <= NAME_BYTES);
}

/* As many as there may be of one name. */
static void one_name_for_all(void **state)
{
	enum { URLS = 100000 };
	struct names names = { 0 }, again = { 0 };
	char name[NAME_ROOM], same[NAME_ROOM], url[64];

	(void)state;
	for (int i = 0; i < URLS; i++) {
		snprintf(url, sizeof(url), "http://h/%d/", i / 2);
		strcpy(name, "index.html");
		strcpy(same, name);
		assert_int_equal(names_take(&names, name, url), i > 0);
		assert_int_equal(names_take(&again, same, url), i > 0);
		assert_string_equal(name, same);
		assert_null(names_wrong(name));
		assert_string_equal(name + strlen(name) - 5, ".html");
	}
	/* Each was another one: a name that was given away is not free. */
	assert_int_equal(names.count, URLS);
	names_free(&names);
	names_free(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_urls),       cmocka_unit_test(any_url),
		cmocka_unit_test(chosen_names),     cmocka_unit_test(long_ones_stay_apart),
		cmocka_unit_test(one_name_for_all),
	};

	return RUN_TESTS(tests);
}
