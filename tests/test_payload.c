/* Bodies: the bytes that the header promises, at any offset, and nothing else taken for them. */
#include "tests/testing.h"

#include <string.h>

#include "io/payload.h"

enum { LONG = 20000 };

/* What the header says, byte by byte and in their order. */
static void fill_slowly(unsigned char *bytes, size_t length, uint64_t seed, const char *path)
{
	uint64_t state = payload_key(seed, path), word = 0;

	for (size_t i = 0; i < length; i++) {
		if (i % 8 == 0)
			word = random_next(&state);
		bytes[i] = (unsigned char)(word >> 8 * (i % 8));
	}
}

/* Published values of FNV-1a, 64 bits. */
static void keys_are_fnv_hashes(void **state)
{
	static const struct {
		const char *text;
		uint64_t hash;
	} known[] = {
		{ "", 0xcbf29ce484222325u },
		{ "a", 0xaf63dc4c8601ec8cu },
		{ "foobar", 0x85944171f73967e8u },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++)
		for (uint64_t seed = 0; seed < 10; seed++)
			assert_int_equal(payload_key(seed, known[i].text),
					 payload_mix(known[i].hash ^ payload_mix(seed)));
}

static void keys_differ(void **state)
{
	enum { PATHS = 2000, SEEDS = 3, KEYS = PATHS * SEEDS };
	static uint64_t keys[KEYS];
	char path[16];

	(void)state;
	for (unsigned int i = 0; i < KEYS; i++) {
		snprintf(path, sizeof(path), "/%u", i / SEEDS);
		keys[i] = payload_key(i % SEEDS, path);
		for (unsigned int k = 0; k < i; k++)
			if (keys[k] == keys[i])
				fail_msg("%u and %u have the same key", k, i);
	}
}

static void bytes_are_as_promised(void **state)
{
	static const char *const paths[] = { "/", "/1", "/bytes/1M", "/a%20b/\xc3\xa9" };
	static unsigned char slowly[LONG], quickly[LONG];

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		for (uint64_t seed = 0; seed < 4; seed++) {
			fill_slowly(slowly, LONG, seed, paths[i]);
			payload_fill(quickly, LONG, payload_key(seed, paths[i]), 0);
			assert_memory_equal(slowly, quickly, LONG);
		}
	}
}

/* Guards on both sides show whether more was written than asked for. */
static void any_part_is_part_of_the_whole(void **state)
{
	static unsigned char whole[LONG], part[LONG + 2];
	uint64_t seed = 21;

	(void)state;
	fill_slowly(whole, LONG, 5, "/x");
	for (int i = 0; i < 20000; i++) {
		size_t offset = random_below(&seed, LONG);
		size_t length = random_width(&seed, 14) % (LONG - offset + 1);

		part[0] = part[length + 1] = 0xa5;
		payload_fill(part + 1, length, payload_key(5, "/x"), offset);
		if (memcmp(part + 1, whole + offset, length))
			fail_msg("%zu bytes at %zu are others", length, offset);
		if (part[0] != 0xa5 || part[length + 1] != 0xa5)
			fail_msg("%zu bytes at %zu were more", length, offset);
		assert_true(payload_matches(whole + offset, length, payload_key(5, "/x"), offset));
	}
}

static void far_offsets_fit_together(void **state)
{
	static const uint64_t offsets[] = { UINT32_MAX - 50, (uint64_t)1 << 53,
					    (uint64_t)INT64_MAX - 50 };
	unsigned char whole[100], part[100];

	(void)state;
	for (size_t i = 0; i < COUNT(offsets); i++) {
		payload_fill(whole, sizeof(whole), payload_key(1, "/far"), offsets[i]);
		for (size_t skip = 0; skip < sizeof(whole); skip++) {
			payload_fill(part, sizeof(part) - skip, payload_key(1, "/far"),
				     offsets[i] + skip);
			assert_memory_equal(part, whole + skip, sizeof(part) - skip);
		}
	}
}

static void one_wrong_bit_is_seen(void **state)
{
	static unsigned char bytes[LONG];
	uint64_t seed = 22;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		size_t length = 1 + random_below(&seed, LONG);
		size_t wrong = random_below(&seed, length);
		uint64_t offset = random_width(&seed, 40);

		payload_fill(bytes, length, payload_key(9, "/y"), offset);
		assert_true(payload_matches(bytes, length, payload_key(9, "/y"), offset));
		bytes[wrong] ^= (unsigned char)(1 << random_below(&seed, 8));
		if (payload_matches(bytes, length, payload_key(9, "/y"), offset))
			fail_msg("byte %zu of %zu is wrong, and taken for right", wrong, length);
	}
}

static void others_do_not_match(void **state)
{
	unsigned char bytes[64];

	(void)state;
	payload_fill(bytes, sizeof(bytes), payload_key(1, "/1"), 0);
	assert_true(payload_matches(bytes, sizeof(bytes), payload_key(1, "/1"), 0));
	assert_false(payload_matches(bytes, sizeof(bytes), payload_key(2, "/1"), 0));
	assert_false(payload_matches(bytes, sizeof(bytes), payload_key(1, "/2"), 0));
	assert_false(payload_matches(bytes, sizeof(bytes), payload_key(1, "/1"), 1));
	assert_false(payload_matches(bytes, sizeof(bytes), payload_key(1, "/1"), 8));
	assert_true(payload_matches(bytes, 0, payload_key(2, "/2"), 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_fnv_hashes),
		cmocka_unit_test(keys_differ),
		cmocka_unit_test(bytes_are_as_promised),
		cmocka_unit_test(any_part_is_part_of_the_whole),
		cmocka_unit_test(far_offsets_fit_together),
		cmocka_unit_test(one_wrong_bit_is_seen),
		cmocka_unit_test(others_do_not_match),
	};

	return RUN_TESTS(tests);
}
