/* Words to one text and back, and the stages in a stream, however they are cut. */
#include "testing.h"

#include <errno.h>
#include <string.h>

#include "bench/launcher/stage.h"
#include "bench/launcher/wire.h"

static void any_words_come_back(void **state)
{
	char words[4][64];
	char *list[4] = { words[0], words[1], words[2], words[3] };
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t count = 1 + random_below(&seed, 4), got;
		char *text, **back;

		for (size_t i = 0; i < count; i++) {
			size_t length = random_below(&seed, 63);

			for (size_t at = 0; at < length; at++)
				words[i][at] = (char)(1 + random_below(&seed, 255));
			words[i][length] = '\0';
		}
		text = wire_write(list, count);
		assert_non_null(text);
		/* Nothing in it means anything to a launcher, a shell or Open MPI's parameters. */
		assert_int_equal(strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					      "0123456789-_.%+"),
				 strlen(text));
		assert_int_equal(wire_read(text, &back, &got), 0);
		assert_int_equal(got, count);
		for (size_t i = 0; i < count; i++)
			assert_string_equal(back[i], words[i]);
		assert_null(back[count]);
		free(back);
		free(text);
	}
}

static void other_texts_are_refused(void **state)
{
	static const char *const texts[] = { "a b", "%", "%4", "%4g", "%00", "a:b", "\x80", "a+%" };
	char **words;
	size_t count;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(wire_read(texts[i], &words, &count), -EINVAL);
}

/* The same stream, in pieces of every size. */
static void stages_are_found_in_a_stream(void **state)
{
	static const char stream[] = "\0001 0\n10\t285\n\0002 0\n\0003 0\n20\t2470\n\0004 3\n";

	(void)state;
	for (size_t piece = 1; piece < sizeof(stream); piece++) {
		struct stage_reader reader = { 0 };
		char output[sizeof(stream)];
		size_t length = 0;

		for (size_t at = 0; at < sizeof(stream) - 1;) {
			size_t left = sizeof(stream) - 1 - at, part = left < piece ? left : piece;

			for (size_t used; part; part -= used, at += used) {
				memcpy(output + length, stream + at, part);
				length += stage_read(&reader, output + length, part, &used);
			}
		}
		output[length] = '\0';
		assert_string_equal(output, "10\t285\n20\t2470\n");
		assert_int_equal(reader.stage, STAGE_OVER);
		assert_int_equal(reader.code, 3);
	}
}

/* What stands between two of them is told apart from what stands behind them, in one piece too. */
static void a_stage_ends_what_is_read(void **state)
{
	char stream[] = "a\n\0003 0\nb\n\0001 0\nc\n";
	static const char *const parts[] = { "a\n", "b\n", "c\n" };
	static const enum stage stages[] = { STAGE_STARTING, STAGE_REPORTING, STAGE_WORKING };
	struct stage_reader reader = { 0 };
	size_t at = 0;

	(void)state;
	for (size_t i = 0, used; i < COUNT(parts); i++, at += used) {
		assert_int_equal(reader.stage, stages[i]);
		assert_int_equal(stage_read(&reader, stream + at, sizeof(stream) - 1 - at, &used),
				 strlen(parts[i]));
		assert_memory_equal(stream + at, parts[i], strlen(parts[i]));
	}
	assert_int_equal(at, sizeof(stream) - 1);
}

static void what_is_no_stage_is_none(void **state)
{
	static const char *const lines[] = { "9 0\n", "-1 0\n", "4\n",
					     "x\n",   "0 0\n",  "4444444444444444444 0\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct stage_reader reader = { 0 };
		char bytes[64] = "";
		size_t used;

		memcpy(bytes + 1, lines[i], strlen(lines[i]));
		stage_read(&reader, bytes, 1 + strlen(lines[i]), &used);
		assert_int_equal(reader.stage, STAGE_STARTING);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_words_come_back),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(stages_are_found_in_a_stream),
		cmocka_unit_test(a_stage_ends_what_is_read),
		cmocka_unit_test(what_is_no_stage_is_none),
	};

	return RUN_TESTS(tests);
}
