/* Lines of a list: what they say of a download, what is refused, and the way to a worker and to
 * another host. */
#include "tests/testing.h"

#include <errno.h>
#include <string.h>

#include "io/reading.h"

#define SUM "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"

static void a_line_with_everything(void **state)
{
	struct entry entry = { 0 };
	struct url url;

	(void)state;
	entry_clear(&entry);
	assert_int_equal(entry_read(&entry,
				    "http://a/x\thttp://ann:pw@b/x\tout=name\t\tsize=10k\t"
				    "checksum=sha-256=" SUM "\theader=A: b",
				    ""),
			 0);
	assert_int_equal(entry_read_more(&entry, "header=C: d\te", ""), 0);
	assert_int_equal(entry.urls.count, 2);
	url = urls_get(&entry.urls, 1);
	assert_string_equal(url.text, "http://b/x");
	assert_string_equal(url.user, "ann");
	assert_string_equal(entry.name, "name");
	assert_int_equal(entry.size, 10000);
	assert_string_equal(entry.headers, "A: b\nC: d\te\n");
	/* Sums are compared as text. */
	assert_string_equal(entry.sum, "0123456789abcdef0123456789abcdef"
				       "0123456789abcdef0123456789abcdef");
	entry_clear(&entry);
	assert_int_equal(entry.urls.count, 0);
}

static void refused(void **state)
{
	static const char *const lines[] = {
		"http://a/\tout=",
		"http://a/\tout=../x",
		"http://a/\tout=a/b",
		"http://a/\tsize=-1",
		"http://a/\tsize=x",
		"http://a/\tsize=1.5",
		"http://a/\tchecksum=" SUM,
		"http://a/\tchecksum=sha-256=" SUM "0",
		"http://a/\tchecksum=md5=0123",
		"http://a/\theader=no colon",
		"http://a/\theader=Range: bytes=1-",
		"http://a/\theader=content-length: 5",
		"http://a/\theader=A b: c",
		"http://a/\tftp://b/",
		"http://a/\tcolour=red",
		"out=name",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct entry entry = { 0 };

		entry_clear(&entry);
		if (entry_read(&entry, lines[i], "") != -EINVAL)
			fail_msg("'%s' is taken", lines[i]);
		entry_clear(&entry);
	}
}

/* A download without the sum that it was to be held to would be another one. */
static void what_is_wrong_is_left_out_whole(void **state)
{
	struct reading reading = { .lenient = true, .naming = true };
	struct list list = { 0 };
	struct list_text text = { 0 };
	struct url url;

	(void)state;
	entry_clear(&reading.entry);
	assert_int_equal(reading_add(&reading, "http://h/1", "f:1: "), 0);
	assert_int_equal(reading_add_more(&reading, "checksum=sha-256=12", "f:2: "), 0);
	assert_int_equal(reading_add_more(&reading, "out=b", "f:3: "), 0);
	assert_int_equal(reading_add(&reading, "nonsense", "f:4: "), 0);
	assert_int_equal(reading_add(&reading, "http://h/a", "f:5: "), 0);
	assert_int_equal(reading_add(&reading, "http://i/a", "f:6: "), 0);
	/* An operand is not a line of a list. */
	assert_int_equal(reading_add(&reading, "nonsense", ""), -EINVAL);
	assert_int_equal(reading_end(&reading, &list), 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(reading.left_out, 2);
	assert_int_equal(reading.renamed, 1);
	assert_int_equal(list_read(&list, 1, 0, &text, &url), 0);
	assert_string_equal(url.text, "http://i/a");
	assert_int_equal(strncmp(url.name, "a~", 2), 0);
	free(text.bytes);
	list_free(&list);
	reading_free(&reading);
}

/* In pieces of all sizes, that end anywhere. */
static void copy_list(const struct list *list, struct list *copy)
{
	char piece[5000];
	uint64_t at = 0, seed = 4;
	long got;

	while ((got = list_copy(list, at, piece, 1 + random_below(&seed, sizeof(piece) - 1))) > 0) {
		assert_int_equal(list_take(copy, piece, (size_t)got), 0);
		at += (uint64_t)got;
	}
	assert_int_equal(got, 0);
}

/* So many, and so long, that the list moves from memory to a disk. */
static void any_number_comes_back(void **state)
{
	enum { COUNT_OF = 40000 };
	struct list list = { 0 }, copy = { 0 };
	struct list_text text = { 0 }, copied = { 0 };
	char line[1200];
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < COUNT_OF; i++) {
		struct entry entry = { 0 };

		entry_clear(&entry);
		snprintf(line, sizeof(line), "http://h/%d/%0*d\thttp://m/%d", i, i % 1000 + 1, 0,
			 i);
		assert_int_equal(entry_read(&entry, line, ""), 0);
		assert_int_equal(list_add(&list, &entry, i % 2 ? "odd" : ""), 0);
		entry_clear(&entry);
	}
	assert_int_equal(list_end(&list), 0);
	assert_true(list.spool.on_disk);
	copy_list(&list, &copy);
	assert_int_equal(list_taken(&copy, COUNT_OF), 0);
	assert_int_equal(copy.count, COUNT_OF);
	for (int i = 0; i < 5000; i++) {
		uint64_t number = random_below(&seed, COUNT_OF);
		struct url url;

		snprintf(line, sizeof(line), "http://m/%d", (int)number);
		assert_int_equal(i % 2 ? list_read(&list, number, 3, &text, &url)
				       : list_read(&copy, number, 3, &copied, &url),
				 0);
		assert_string_equal(url.text, line);
		assert_int_equal(url.mirrors, 2);
		assert_string_equal(url.name, number % 2 ? "odd" : "");
		assert_int_equal(url.size, -1);
	}
	list_free(&copy);
	copy_list(&list, &copy);
	assert_int_equal(list_taken(&copy, COUNT_OF + 1), -EPROTO);
	list_free(&copy);
	free(copied.bytes);
	free(text.bytes);
	list_free(&list);
}

static void bytes_that_are_no_list(void **state)
{
	/* A length, and texts: the last one is a list. */
	static const struct {
		const char *bytes;
		size_t length;
	} given[] = {
		{ "\1\0\0", 3 },
		{ "\7\0\0\0abcdef", 10 },
		{ "\7\0\0\0abcdefg", 11 },
		{ "\6\0\0\0\0\0\0\0\0\0", 10 },
		{ "\7\0\0\0\0\0\0\0\0\0\0\0", 12 },
		{ "\377\377\377\377\0\0\0\0\0\0\0", 11 },
		{ "\7\0\0\0\0\0\0\0\0\0\0", 11 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(given); i++) {
		struct list list = { 0 };

		assert_int_equal(list_take(&list, given[i].bytes, given[i].length), 0);
		assert_int_equal(list_taken(&list, 1), i + 1 < COUNT(given) ? -EPROTO : 0);
		list_free(&list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_with_everything),
		cmocka_unit_test(refused),
		cmocka_unit_test(what_is_wrong_is_left_out_whole),
		cmocka_unit_test(any_number_comes_back),
		cmocka_unit_test(bytes_that_are_no_list),
	};

	return RUN_TESTS(tests);
}
