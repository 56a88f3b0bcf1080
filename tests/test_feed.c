/* What goes through a launcher's standard input arrives as it was sent, or is refused. */
#define _GNU_SOURCE
#include "tests/testing.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/launcher/feed.h"

static const char job[] = "words of a command\n10\n20\n";

/* The bytes that are sent for the job. */
static size_t sent(char *bytes, size_t room)
{
	int memory = memfd_create("job", 0);
	ssize_t got;

	assert_int_equal(feed_begin(memory), 0);
	assert_int_equal(write(memory, job, strlen(job)), strlen(job));
	assert_int_equal(feed_end(memory), 0);
	got = read(memory, bytes, room);
	close(memory);
	assert_true(got > (ssize_t)strlen(job));
	return (size_t)got;
}

/* What is read where these bytes come from; returns what feed_take() does. */
static int taken(const char *bytes, size_t length, char *got, size_t room)
{
	int ends[2], ret;
	ssize_t read_bytes;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes, length), length);
	close(ends[1]);
	ret = feed_take(ends[0]);
	read_bytes = read(ends[0], got, room - 1);
	got[read_bytes < 0 ? 0 : read_bytes] = '\0';
	close(ends[0]);
	return ret;
}

static void as_it_was_sent(void **state)
{
	char bytes[256], got[256];
	size_t length = sent(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(taken(bytes, length, got, sizeof(got)), 0);
	assert_string_equal(got, job);
	/* Whatever comes behind it. */
	memcpy(bytes + length, "30\n", 3);
	assert_int_equal(taken(bytes, length + 3, got, sizeof(got)), 0);
	assert_string_equal(got, job);
}

static void otherwise_it_is_refused(void **state)
{
	char bytes[256], got[256];
	size_t length = sent(bytes, sizeof(bytes));

	(void)state;
	for (size_t cut = 0; cut < length; cut++)
		assert_int_equal(taken(bytes, cut, got, sizeof(got)), -EBADMSG);
	for (size_t i = length - strlen(job); i < length; i++) {
		bytes[i] ^= 1;
		assert_int_equal(taken(bytes, length, got, sizeof(got)), -EBADMSG);
		bytes[i] ^= 1;
	}
	/* A part that came twice. */
	memmove(bytes + length - 3, bytes + length - 6, 6);
	assert_int_equal(taken(bytes, length + 3, got, sizeof(got)), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_it_was_sent),
		cmocka_unit_test(otherwise_it_is_refused),
	};

	return RUN_TESTS(tests);
}
