/* Numbers read from text: every spelling of a value is that value, and nothing else is a number. */
#include "tests/testing.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "bench/base/number.h"

static void reads_whole_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} known[] = {
		{ "0", 0 },
		{ "007", 7 },
		{ "10_000_000", 10000000 },
		{ "1e7", 10000000 },
		{ "1E+7", 10000000 },
		{ "1.5e9", 1500000000 },
		{ "10e-1", 1 },
		{ "1e-0", 1 },
		{ "1_0e1_0", 100000000000 },
		{ "10.00000000000000000000", 10 },
		{ "10.0000000000000000000000000000000000000000", 10 },
		{ "0.000000000000000000000000001e27", 1 },
		{ "0.00000000000000000000000000", 0 },
		{ "0e99999999999999999999", 0 },
		{ "100000000000000000000000e-22", 10 },
		{ "18446744073709551615", UINT64_MAX },
		{ "1.8446744073709551615e19", UINT64_MAX },
		{ "18446744073709551615.000e0", UINT64_MAX },
		{ "00000000000000000000000018446744073709551615", UINT64_MAX },
		{ "1e19", 10000000000000000000u },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		uint64_t value = 12345;
		enum number_fault fault = number_whole(&value, known[i].text, 0, UINT64_MAX);

		if (fault || value != known[i].value)
			fail_msg("'%s' gave %d, %" PRIu64, known[i].text, fault, value);
	}
}

static void tells_faults_apart(void **state)
{
	static const struct {
		const char *text;
		enum number_fault fault;
	} known[] = {
		{ "", NUMBER_NONE },
		{ " ", NUMBER_NONE },
		{ " 1", NUMBER_NONE },
		{ "1 ", NUMBER_NONE },
		{ "1\n", NUMBER_NONE },
		{ "x", NUMBER_NONE },
		{ "1x", NUMBER_NONE },
		{ "+5", NUMBER_NONE },
		{ "-", NUMBER_NONE },
		{ "--5", NUMBER_NONE },
		{ "-x", NUMBER_NONE },
		{ ".5", NUMBER_NONE },
		{ "5.", NUMBER_NONE },
		{ "1.e3", NUMBER_NONE },
		{ "1.5.0", NUMBER_NONE },
		{ "1e", NUMBER_NONE },
		{ "1e+", NUMBER_NONE },
		{ "1e 7", NUMBER_NONE },
		{ "1e5e5", NUMBER_NONE },
		{ "1e5.0", NUMBER_NONE },
		{ "1__0", NUMBER_NONE },
		{ "_1", NUMBER_NONE },
		{ "1_", NUMBER_NONE },
		{ "1_e5", NUMBER_NONE },
		{ "1e_5", NUMBER_NONE },
		{ "1._5", NUMBER_NONE },
		{ "0x10", NUMBER_NONE },
		{ "nan", NUMBER_NONE },
		{ "inf", NUMBER_NONE },
		{ "1,000", NUMBER_NONE },
		{ "\xd9\xa1", NUMBER_NONE },
		{ "1\xc2\xa0", NUMBER_NONE },
		{ "-5", NUMBER_NEGATIVE },
		{ "-0", NUMBER_NEGATIVE },
		{ "1.5", NUMBER_BROKEN },
		{ "1e-1", NUMBER_BROKEN },
		{ "10.000000000000000000000000001", NUMBER_BROKEN },
		{ "1e-99999999999999999999", NUMBER_BROKEN },
		{ "2000000000000000000000000000001e-1", NUMBER_BROKEN },
		{ "18446744073709551616", NUMBER_LARGE },
		{ "18446744073709551626", NUMBER_LARGE },
		{ "340282366920938463463374607431768211456", NUMBER_LARGE },
		{ "1e20", NUMBER_LARGE },
		{ "1e400", NUMBER_LARGE },
		{ "1e99999999999999999999", NUMBER_LARGE },
		{ "1e1000000000000000000000000000000000000000", NUMBER_LARGE },
		{ "100000000000000000000000000000000000001", NUMBER_LARGE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		uint64_t value = 12345;
		enum number_fault fault = number_whole(&value, known[i].text, 0, UINT64_MAX);

		if (fault != known[i].fault || value != 12345)
			fail_msg("'%s' gave %d, not %d; value %" PRIu64, known[i].text, fault,
				 known[i].fault, value);
	}
}

/* One of many spellings of a value: noughts around it, a point anywhere, and an exponent for it. */
static void spell(char text[256], uint64_t value, uint64_t *seed)
{
	char digits[128];
	int length, point, behind = (int)random_below(seed, 40), at = 0;

	length = snprintf(digits, sizeof(digits), "%.*s%" PRIu64, (int)random_below(seed, 40),
			  "0000000000000000000000000000000000000000", value);
	memset(digits + length, '0', (size_t)behind);
	point = 1 + (int)random_below(seed, (uint64_t)(length + behind));
	for (int i = 0; i < length + behind; i++) {
		if (i == point)
			text[at++] = '.';
		else if (i && random_below(seed, 4) == 0)
			text[at++] = '_';
		text[at++] = digits[i];
	}
	snprintf(text + at, (size_t)(256 - at), "e%d", length - point);
}

static void reads_every_spelling(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		uint64_t value = random_width(&seed, 64), read = ~value;
		char text[256];

		spell(text, value, &seed);
		if (number_whole(&read, text, 0, UINT64_MAX) || read != value)
			fail_msg("'%s' gave %" PRIu64 ", not %" PRIu64, text, read, value);
	}
}

/* 17 digits say a double exactly. */
static void reads_real_numbers(void **state)
{
	static const char *const large[] = { "1e309", "1e400", "2e308", "1e99999999999999999999" };
	uint64_t seed = 11;
	double value;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		uint64_t bits = random_next(&seed) & 0x7fffffffffffffffu;
		double ought, is = -1;
		char text[64];

		memcpy(&ought, &bits, sizeof(ought));
		if (!isfinite(ought))
			continue;
		snprintf(text, sizeof(text), "%.16e", ought);
		if (number_real(&is, text, 0, INFINITY) || is != ought)
			fail_msg("'%s' gave %.17g", text, is);
	}
	for (size_t i = 0; i < COUNT(large); i++)
		assert_int_equal(number_real(&value, large[i], 0, INFINITY), NUMBER_LARGE);
	assert_int_equal(number_real(&value, "0.1000000000000000000000000000001", 0, 1), 0);
	assert_true(value == 0.1);
	assert_int_equal(number_real(&value, "1e-400", 0, 1), 0);
	assert_true(value == 0);
	assert_int_equal(number_real(&value, "nan", 0, 1), NUMBER_NONE);
}

static void reads_units(void **state)
{
	double seconds = 0;
	uint64_t bytes = 0;

	(void)state;
	assert_int_equal(number_seconds(&seconds, "20ms", 0, 1), 0);
	assert_true(seconds == 0.02);
	assert_int_equal(number_seconds(&seconds, "35us", 0, 1), 0);
	assert_true(seconds == 35e-6);
	assert_int_equal(number_seconds(&seconds, "1_500s", 0, 2000), 0);
	assert_true(seconds == 1500);
	assert_int_equal(number_seconds(&seconds, "1e10", 0, INFINITY), NUMBER_LARGE);
	assert_int_equal(number_seconds(&seconds, "1m", 0, 100), NUMBER_NONE);
	assert_int_equal(number_seconds(&seconds, "1sec", 0, 100), NUMBER_NONE);
	assert_int_equal(number_bytes(&bytes, "4.35k", 0, 10000), 0);
	assert_int_equal(bytes, 4350);
	assert_int_equal(number_bytes(&bytes, "1.5M", 0, 2000000), 0);
	assert_int_equal(bytes, 1500000);
	assert_int_equal(number_bytes(&bytes, "1.0005k", 0, 10000), NUMBER_BROKEN);
	assert_int_equal(number_bytes(&bytes, "1kB", 0, 10000), NUMBER_NONE);
	assert_int_equal(number_bytes(&bytes, "18446744074G", 0, UINT64_MAX), NUMBER_LARGE);
}

static void holds_the_bounds(void **state)
{
	uint64_t value = 0;
	double real = 0;

	(void)state;
	assert_int_equal(number_whole(&value, "1", 1, 10), 0);
	assert_int_equal(number_whole(&value, "10", 1, 10), 0);
	assert_int_equal(number_whole(&value, "0", 1, 10), NUMBER_SMALL);
	assert_int_equal(number_whole(&value, "11", 1, 10), NUMBER_LARGE);
	assert_int_equal(value, 10);
	assert_int_equal(number_real(&real, "0.001", 0.001, 1), 0);
	assert_int_equal(number_real(&real, "0.00099999", 0.001, 1), NUMBER_SMALL);
	assert_int_equal(number_real(&real, "1.0000001", 0.001, 1), NUMBER_LARGE);
	assert_true(real == 0.001);
}

static void stops_behind_the_number(void **state)
{
	static const struct {
		const char *text, *rest;
	} known[] = {
		{ "5:10", ":10" }, { "1e3-4", "-4" }, { "0.pu:0", ".pu:0" }, { "1e5e5", "e5" },
		{ "7,8", ",8" },   { "1_:5", "_:5" }, { "2ms+-1", "ms+-1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		const char *at = known[i].text;
		uint64_t value;

		assert_int_equal(number_take_whole(&at, &value), NUMBER_OK);
		assert_string_equal(at, known[i].rest);
	}
}

static void reads_ranges(void **state)
{
	static const struct {
		const char *text, *rest;
		enum number_fault fault;
		uint64_t first, last;
	} known[] = {
		{ "4", "", NUMBER_OK, 4, 4 },
		{ "1-8,9", ",9", NUMBER_OK, 1, 8 },
		{ "0-0", "", NUMBER_OK, 0, 0 },
		{ "1e3-2_000", "", NUMBER_OK, 1000, 2000 },
		{ "8-1", "8-1", NUMBER_SMALL, 77, 78 },
		{ "4-", "4-", NUMBER_NONE, 77, 78 },
		{ "4--5", "4--5", NUMBER_NEGATIVE, 77, 78 },
		{ "-5", "-5", NUMBER_NEGATIVE, 77, 78 },
		{ "1.5-2", "1.5-2", NUMBER_BROKEN, 77, 78 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		const char *at = known[i].text;
		uint64_t first = 77, last = 78;

		assert_int_equal(number_take_range(&at, &first, &last), known[i].fault);
		assert_string_equal(at, known[i].rest);
		assert_int_equal(first, known[i].first);
		assert_int_equal(last, known[i].last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_whole_numbers),
		cmocka_unit_test(tells_faults_apart),
		cmocka_unit_test(reads_every_spelling),
		cmocka_unit_test(reads_real_numbers),
		cmocka_unit_test(reads_units),
		cmocka_unit_test(holds_the_bounds),
		cmocka_unit_test(stops_behind_the_number),
		cmocka_unit_test(reads_ranges),
	};

	return RUN_TESTS(tests);
}
