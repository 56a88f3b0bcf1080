/* 128-bit numbers as decimal text, there and back. */
#include "tests/testing.h"

#include <string.h>

#define TWO_64 ((u128)1 << 64)

static const struct {
	u128 value;
	const char *text;
} pairs[] = {
	{ 0, "0" },
	{ 1, "1" },
	{ 9, "9" },
	{ 10, "10" },
	{ 99, "99" },
	{ 100, "100" },
	{ TWO_64 - 1, "18446744073709551615" },
	{ TWO_64, "18446744073709551616" },
	{ TWO_64 * 10, "184467440737095516160" },
	{ U128_MAX / 10, "34028236692093846346337460743176821145" },
	{ U128_MAX - 1, "340282366920938463463374607431768211454" },
	{ U128_MAX, "340282366920938463463374607431768211455" },
};

static void formats_known_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		char text[U128_TEXT];

		assert_string_equal(u128_format(pairs[i].value, text), pairs[i].text);
	}
}

static void parses_known_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		u128 value = 12345;

		assert_int_equal(u128_parse(&value, pairs[i].text), 0);
		assert_u128(value, pairs[i].value, "'%s'", pairs[i].text);
	}
}

static void parses_leading_zeros(void **state)
{
	char text[200];
	u128 value = 0;

	(void)state;
	assert_int_equal(u128_parse(&value, "0000000000000000000000000000000000000000000042"), 0);
	assert_u128(value, 42, "46 digits");
	memset(text, '0', 100);
	strcpy(text + 100, "340282366920938463463374607431768211455");
	assert_int_equal(u128_parse(&value, text), 0);
	assert_u128(value, U128_MAX, "100 zeros before the largest");
}

/* Refused with that error, and the value left alone. */
static void refused(const char *text, int error)
{
	u128 value = 12345;
	int ret = u128_parse(&value, text);

	if (ret != error)
		fail_msg("'%s' gave %d instead of %d", text, ret, error);
	assert_u128(value, 12345, "after '%s'", text);
}

static void refuses_over_128_bits(void **state)
{
	static const char *const texts[] = {
		"340282366920938463463374607431768211456",
		"340282366920938463463374607431768211460",
		"340282366920938463463374607431768211465",
		"340282366920938463463374607431768211500",
		"999999999999999999999999999999999999999",
		"3402823669209384634633746074317682114550",
		"1000000000000000000000000000000000000000",
		"0000680564733841876926926749214863536422911",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		refused(texts[i], -ERANGE);
}

static void refuses_what_is_no_number(void **state)
{
	static const char *const texts[] = {
		"",    " ",   "x",   "-1",  "+1",  " 1",   "1 ",       "1\n",   "0x10",
		"1e3", "1.0", "1_0", "12a", "a12", "1/2",  "1:2",      "--",    "\xc2\xbd",
		"/",   ":",   "1,0", "1'0", "\t1", "0b11", "\xff\xfe", "1\x80",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		refused(texts[i], -EINVAL);
}

static void comes_back_from_text(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		u128 value = (u128)random_next(&seed) << 64 | random_next(&seed), back = 0;
		char text[U128_TEXT], *at;

		value >>= random_below(&seed, 128);
		at = u128_format(value, text);
		assert_ptr_equal(at + strlen(at), text + U128_TEXT - 1);
		assert_int_equal(u128_parse(&back, at), 0);
		assert_u128(back, value, "'%s'", at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_known_values),
		cmocka_unit_test(parses_known_values),
		cmocka_unit_test(parses_leading_zeros),
		cmocka_unit_test(refuses_over_128_bits),
		cmocka_unit_test(refuses_what_is_no_number),
		cmocka_unit_test(comes_back_from_text),
	};

	return RUN_TESTS(tests);
}
