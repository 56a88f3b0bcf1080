/* Heads as anybody may write them: what is announced, and what is refused. */
#include "tests/testing.h"

#include <string.h>

#include "io/engine/head.h"

/* A head of these lines, each ended as HTTP does. Returns what the last of them came to. */
static enum fetch_error take(struct head *head, const char *const *lines)
{
	enum fetch_error error = FETCH_OK;
	char line[256];

	head_begin(head);
	for (; *lines && !error; lines++) {
		int length = snprintf(line, sizeof(line), "%s\r\n", *lines);

		error = head_take(head, line, (size_t)length);
	}
	return error;
}

#define HEAD(head, ...) take(head, (const char *const[]){ "HTTP/1.1 200 OK", __VA_ARGS__, NULL })

static void lengths_that_are_one(void **state)
{
	struct head head;

	(void)state;
	assert_int_equal(HEAD(&head, "Server: x"), FETCH_OK);
	assert_true(head.length == -1);
	assert_int_equal(HEAD(&head, "Content-Length: 5"), FETCH_OK);
	assert_true(head.length == 5);
	assert_int_equal(HEAD(&head, "content-length:\t0005 \t"), FETCH_OK);
	assert_true(head.length == 5);
	assert_int_equal(HEAD(&head, "Content-Length: 5", "X: y", "CONTENT-LENGTH: 5"), FETCH_OK);
	assert_int_equal(HEAD(&head, "Content-Length: 9223372036854775807"), FETCH_OK);
	assert_true(head.length == INT64_MAX);
	/* Of another header, and of another answer. */
	assert_int_equal(HEAD(&head, "Content-Length-X: 0x5", "X-Content-Length: 7"), FETCH_OK);
	assert_int_equal(HEAD(&head, "Content-Length: 5", "HTTP/1.1 200 OK", "Content-Length: 6"),
			 FETCH_OK);
	assert_true(head.length == 6);
	/* A line that goes on, of another header. */
	assert_int_equal(HEAD(&head, "Content-Length: 5", "X: y", " z"), FETCH_OK);
}

static void lengths_that_are_none(void **state)
{
	static const char *const wrong[] = {
		"Content-Length:",
		"Content-Length: 0x5",
		"Content-Length: 5, 5",
		"Content-Length: +5",
		"Content-Length: -5",
		"Content-Length: 5abc",
		"Content-Length: 5 5",
		"Content-Length: 5.0",
		"Content-Length: 9223372036854775808",
		"Content-Length : 5 x",
		"Content-Length: \xd9\xa5",
	};
	struct head head;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(HEAD(&head, wrong[i]), FETCH_LENGTH);
	assert_int_equal(HEAD(&head, "Content-Length: 5", "Content-Length: 2"), FETCH_LENGTH);
	assert_int_equal(HEAD(&head, "Content-Length: 5", "\t2"), FETCH_LENGTH);
	assert_int_equal(HEAD(&head, "Content-Length: 5", " "), FETCH_LENGTH);
}

static void seeds(void **state)
{
	struct head head;

	(void)state;
	assert_int_equal(HEAD(&head, "Corescale-Seed: 18446744073709551615"), FETCH_OK);
	assert_true(head.seeded && head.seed == UINT64_MAX);
	assert_int_equal(HEAD(&head, "Corescale-Seed: x"), FETCH_OK);
	assert_false(head.seeded);
	/* Of an answer that is none, and before another. */
	assert_int_equal(HEAD(&head, "HTTP/2 404 ", "Corescale-Seed: 1"), FETCH_OK);
	assert_false(head.seeded);
	assert_int_equal(HEAD(&head, "Corescale-Seed: 1", "HTTP/1.1 200 OK"), FETCH_OK);
	assert_false(head.seeded);
}

static void statuses(void **state)
{
	struct head head;

	(void)state;
	assert_int_equal(HEAD(&head, "HTTP/2 304 "), FETCH_OK);
	assert_int_equal(head.status, 304);
	assert_true(head.http2);
	assert_int_equal(HEAD(&head, "HTTP/1.0 404"), FETCH_OK);
	assert_int_equal(head.status, 404);
	assert_false(head.http2);
}

/* libcurl reads a status out of most of them. */
static void statuses_that_are_none(void **state)
{
	static const char *const wrong[] = {
		"HTTP/",         "HTTP/1.1",         "HTTP/1.1 ",      "HTTP/1.1  200 OK",
		"HTTP/1.1 99",   "HTTP/1.1 2000 OK", "HTTP/1.1 200OK", "HTTP/1.1\t200 OK",
		"HTTP/1.1 2 00",
	};
	struct head head;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		assert_int_equal(HEAD(&head, wrong[i]), FETCH_NOT_HTTP);
		assert_int_equal(head.status, 0);
	}
}

static void ends(void **state)
{
	struct head head;

	(void)state;
	assert_int_equal(HEAD(&head, "Server: x"), FETCH_OK);
	assert_true(head.open);
	assert_int_equal(HEAD(&head, "Server: x", ""), FETCH_OK);
	assert_false(head.open);
	/* A trailer is no head, another answer has one. */
	assert_int_equal(HEAD(&head, "", "X: y"), FETCH_OK);
	assert_false(head.open);
	assert_int_equal(HEAD(&head, "", "HTTP/1.1 200 OK"), FETCH_OK);
	assert_true(head.open);
}

/* However it comes: one answer after the other, or lines that are short. */
static void heads_without_end(void **state)
{
	static const char *const lines[] = { "HTTP/1.1 100 Continue\r\n", "a:b\r\n", "\r\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		size_t length = strlen(lines[i]), taken = 0;
		struct head head;

		head_begin(&head);
		while (!head_take(&head, lines[i], length))
			taken += length;
		assert_in_range(taken, HEAD_BYTES_MAX - length, HEAD_BYTES_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_that_are_one),
		cmocka_unit_test(lengths_that_are_none),
		cmocka_unit_test(seeds),
		cmocka_unit_test(statuses),
		cmocka_unit_test(statuses_that_are_none),
		cmocka_unit_test(ends),
		cmocka_unit_test(heads_without_end),
	};

	return RUN_TESTS(tests);
}
