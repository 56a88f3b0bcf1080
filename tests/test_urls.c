/* URLs: which are taken and how they are written, which are refused, and the way of a list from one
 * host to another. */
#include "tests/testing.h"

#include <errno.h>
#include <string.h>

#include "io/urls.h"

static void written_one_way(void **state)
{
	static const struct {
		const char *given, *text, *user, *password;
	} known[] = {
		{ "http://example.org/a", "http://example.org/a", "", "" },
		{ "HTTP://Example.ORG", "http://Example.ORG/", "", "" },
		{ "https://example.org/a/../b/./c", "https://example.org/b/c", "", "" },
		{ "http://example.org/a#part", "http://example.org/a", "", "" },
		{ "http://example.org?x=1", "http://example.org/?x=1", "", "" },
		{ "http://[::1]:8080/", "http://[::1]:8080/", "", "" },
		{ "http://ann@example.org/", "http://example.org/", "ann", "" },
		{ "http://ann:pw@example.org/a", "http://example.org/a", "ann", "pw" },
		{ "http://a%40b:p%3A%20q@example.org/", "http://example.org/", "a@b", "p: q" },
		{ "http://:pw@example.org/", "http://example.org/", "", "pw" },
	};
	struct urls urls = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++)
		assert_int_equal(urls_add(&urls, known[i].given, ""), 0);
	assert_int_equal(urls.count, COUNT(known));
	for (size_t i = 0; i < COUNT(known); i++) {
		struct url url = urls_get(&urls, i);

		assert_string_equal(url.text, known[i].text);
		assert_string_equal(url.user, known[i].user);
		assert_string_equal(url.password, known[i].password);
	}
	urls_free(&urls);
}

static void refused(void **state)
{
	static const char *const texts[] = {
		"",
		"x",
		"example.org",
		"example.org:80/",
		"//example.org/",
		"://example.org/",
		"file:///etc/passwd",
		"file:/etc/passwd",
		"ftp://example.org/",
		"httpx://example.org/",
		"http:example.org",
		"http://",
		"http:///a",
		"http://?",
		"http://:80/",
		"http://example.org:x/",
		"http://example.org:65536/",
		"http://[::1/",
		"http://[fe80::zz]/",
		"http://example.org/a b",
		"http://example.org/\t",
		"http://example.org/\x7f",
		"http://example.org/\xc3\xa9",
		"http://b\xc3\xbc.example/",
		"http://example.org/\xff",
	};
	struct urls urls = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (urls_add(&urls, texts[i], "") != -EINVAL)
			fail_msg("'%s' was taken", texts[i]);
	assert_int_equal(urls.count, 0);
	urls_free(&urls);
}

static void the_longest(void **state)
{
	struct urls urls = { 0 };
	char *text = malloc(URL_MAX + 2);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', URL_MAX + 1);
	memcpy(text, "http://h/", 9);
	text[URL_MAX + 1] = '\0';
	assert_int_equal(urls_add(&urls, text, ""), -EINVAL);
	text[URL_MAX] = '\0';
	assert_int_equal(urls_add(&urls, text, ""), 0);
	assert_string_equal(urls_get(&urls, 0).text, text);
	urls_free(&urls);
	free(text);
}

static void paths(void **state)
{
	static const struct {
		const char *text, *path;
	} known[] = {
		{ "http://h/", "/" },         { "http://h/a/b?q", "/a/b" },
		{ "https://h:1/x#f", "/x" },  { "http://h", "" },
		{ "http://h?q=/a", "" },      { "/only", "/only" },
		{ "http://h/a//b", "/a//b" },
	};
	const char *path;

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		size_t length = urls_path(known[i].text, &path);

		assert_int_equal(length, strlen(known[i].path));
		assert_memory_equal(path, known[i].path, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_one_way),
		cmocka_unit_test(refused),
		cmocka_unit_test(the_longest),
		cmocka_unit_test(paths),
	};

	return RUN_TESTS(tests);
}
