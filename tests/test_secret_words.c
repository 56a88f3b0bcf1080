/* What of a command line is not for everybody. */
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/secret_words.h"

static void credentials_and_headers_are_stars(void **state)
{
	static char *const words[] = {
		(char *)"fetchall",
		(char *)"http://me:pass@host/a@b",
		(char *)"http://me:p@ss@host/",
		(char *)"http://host/me:pass@there",
		(char *)"--header",
		(char *)"Authorization: Bearer abc",
		(char *)"--header=Cookie:a=b",
		(char *)"--head=X: y",
		(char *)"--html=page: x",
		(char *)"X-Key: secret",
		NULL,
	};
	static const char *const shown[] = {
		"fetchall",
		"http://***@host/a@b",
		"http://***@host/",
		"http://host/me:pass@there",
		"--header",
		"Authorization: ***",
		"--header=Cookie:***",
		"--head=X: ***",
		"--html=page: x",
		"X-Key: ***",
	};
	char **copies = secret_words_hide(words);

	(void)state;
	assert_non_null(copies);
	for (size_t i = 0; words[i]; i++) {
		assert_string_equal(copies[i], shown[i]);
		free(copies[i]);
	}
	assert_null(copies[sizeof(shown) / sizeof(shown[0])]);
	free(copies);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credentials_and_headers_are_stars),
	};

	return RUN_TESTS(tests);
}
