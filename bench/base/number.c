/* Text to numbers: the digits first, exactly; then what they are as a whole or a real number. */
#include "number.h"

#include <ctype.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An exponent beyond it is as good as endless: no text is long enough to bring it back. */
#define EXPONENT_MAX (INT64_MAX / 4)

/* A number as it was written. Digits are counted from 1 on, those behind the point too. */
struct decimal {
	uint64_t digits;  /* the first digits, without the noughts that end them */
	int64_t held;     /* which digit the last of those is */
	int64_t last;     /* the last digit that is not 0: after held, if not all of them fit */
	int64_t read;     /* how many digits there are */
	int64_t exponent; /* the power of ten that digit 0, if there were one, would stand for */
};

/* Takes in one more digit. */
static void decimal_add(struct decimal *decimal, unsigned int digit)
{
	bool over = decimal->held < decimal->last;
	uint64_t digits = decimal->digits;

	decimal->read++;
	if (!digit)
		return;
	decimal->last = decimal->read;
	for (int64_t at = decimal->held; digits && !over && at < decimal->read; at++)
		over = __builtin_mul_overflow(digits, 10u, &digits);
	if (over || __builtin_add_overflow(digits, digit, &digits))
		return;
	decimal->digits = digits;
	decimal->held = decimal->read;
}

/* Reads digits with single underscores between them. Returns whether there were any. */
static bool decimal_take_digits(struct decimal *decimal, const char **text)
{
	const char *at = *text;

	while (isdigit((unsigned char)*at) ||
	       (*at == '_' && at > *text && isdigit((unsigned char)at[1]))) {
		if (*at != '_')
			decimal_add(decimal, (unsigned int)(*at - '0'));
		at++;
	}
	if (at == *text)
		return false;
	*text = at;
	return true;
}

/* Reads the whole number behind e or E. Returns whether there was one. */
static bool decimal_take_exponent(struct decimal *decimal, const char **text)
{
	const char *at = *text + 1;
	bool negative = *at == '-';
	struct decimal power = { 0 };
	int64_t exponent;

	at += *at == '-' || *at == '+';
	if (!decimal_take_digits(&power, &at))
		return false;
	exponent = power.held == power.last && power.digits < (uint64_t)EXPONENT_MAX
			   ? (int64_t)power.digits
			   : EXPONENT_MAX;
	for (int64_t nought = power.held; power.digits && nought < power.read; nought++)
		exponent = exponent < EXPONENT_MAX / 10 ? 10 * exponent : EXPONENT_MAX;
	decimal->exponent += negative ? -exponent : exponent;
	*text = at;
	return true;
}

static enum number_fault decimal_whole(const struct decimal *decimal, uint64_t *value)
{
	uint64_t whole = decimal->digits;

	if (whole && decimal->last > decimal->exponent)
		return NUMBER_BROKEN;
	if (decimal->held < decimal->last)
		return NUMBER_LARGE;
	for (int64_t at = decimal->held; whole && at < decimal->exponent; at++) {
		if (whole > UINT64_MAX / 10)
			return NUMBER_LARGE;
		whole *= 10;
	}
	*value = whole;
	return NUMBER_OK;
}

/* strtod() rounds rightly, and gets no text but this one. */
static enum number_fault decimal_real(const struct decimal *decimal, double *value)
{
	char text[64];
	double real;

	snprintf(text, sizeof(text), "%" PRIu64 "e%" PRId64, decimal->digits,
		 decimal->digits ? decimal->exponent - decimal->held : 0);
	real = strtod(text, NULL);
	if (isinf(real))
		return NUMBER_LARGE;
	*value = real;
	return NUMBER_OK;
}

/* What may stand behind a number, and the power of ten that it stands for. */
struct number_unit {
	const char *name;
	int power;
};

static const struct number_unit units_none[] = { { 0 } };
static const struct number_unit units_bytes[] = { { "k", 3 }, { "M", 6 }, { "G", 9 }, { 0 } };
static const struct number_unit units_seconds[] = { { "ms", -3 }, { "us", -6 }, { "s", 0 }, { 0 } };

/* Reads a number and its unit, and moves *text behind them. */
static enum number_fault decimal_take(struct decimal *decimal, const char **text,
				      const struct number_unit *unit)
{
	const char *at = *text;

	*decimal = (struct decimal){ 0 };
	if (*at == '-')
		return isdigit((unsigned char)at[1]) ? NUMBER_NEGATIVE : NUMBER_NONE;
	if (!decimal_take_digits(decimal, &at))
		return NUMBER_NONE;
	decimal->exponent = decimal->read;
	if (*at == '.' && isdigit((unsigned char)at[1])) {
		at++;
		decimal_take_digits(decimal, &at);
	}
	if (*at == 'e' || *at == 'E')
		decimal_take_exponent(decimal, &at);
	while (unit->name && strncmp(at, unit->name, strlen(unit->name)))
		unit++;
	if (unit->name)
		at += strlen(unit->name);
	decimal->exponent += unit->power;
	*text = at;
	return NUMBER_OK;
}

/* A text that is a number with its unit, and nothing else. */
static enum number_fault decimal_all(struct decimal *decimal, const char *text,
				     const struct number_unit *units)
{
	enum number_fault fault = decimal_take(decimal, &text, units);

	return !fault && *text ? NUMBER_NONE : fault;
}

static enum number_fault number_take_whole_in(const char **text, uint64_t *value,
					      const struct number_unit *units)
{
	const char *at = *text;
	struct decimal decimal;
	enum number_fault fault = decimal_take(&decimal, &at, units);

	if (!fault)
		fault = decimal_whole(&decimal, value);
	if (!fault)
		*text = at;
	return fault;
}

static enum number_fault number_take_real_in(const char **text, double *value,
					     const struct number_unit *units, double most)
{
	const char *at = *text;
	struct decimal decimal;
	double real = 0;
	enum number_fault fault = decimal_take(&decimal, &at, units);

	if (!fault)
		fault = decimal_real(&decimal, &real);
	if (!fault && real > most)
		fault = NUMBER_LARGE;
	if (fault)
		return fault;
	*value = real;
	*text = at;
	return NUMBER_OK;
}

static enum number_fault number_whole_in(uint64_t *value, const char *text,
					 const struct number_unit *units, uint64_t low,
					 uint64_t high)
{
	struct decimal decimal;
	uint64_t whole = 0;
	enum number_fault fault = decimal_all(&decimal, text, units);

	if (!fault)
		fault = decimal_whole(&decimal, &whole);
	if (!fault && (whole < low || whole > high))
		fault = whole < low ? NUMBER_SMALL : NUMBER_LARGE;
	if (!fault)
		*value = whole;
	return fault;
}

static enum number_fault number_real_in(double *value, const char *text,
					const struct number_unit *units, double low, double high)
{
	struct decimal decimal;
	double real = 0;
	enum number_fault fault = decimal_all(&decimal, text, units);

	if (!fault)
		fault = decimal_real(&decimal, &real);
	if (!fault && (real < low || real > high))
		fault = real < low ? NUMBER_SMALL : NUMBER_LARGE;
	if (!fault)
		*value = real;
	return fault;
}

enum number_fault number_take_whole(const char **at, uint64_t *value)
{
	return number_take_whole_in(at, value, units_none);
}

enum number_fault number_take_range(const char **at, uint64_t *first, uint64_t *last)
{
	const char *text = *at;
	uint64_t begin = 0, end;
	enum number_fault fault = number_take_whole(&text, &begin);

	end = begin;
	if (!fault && *text == '-') {
		text++;
		fault = number_take_whole(&text, &end);
	}
	if (!fault && end < begin)
		fault = NUMBER_SMALL;
	if (fault)
		return fault;
	*first = begin;
	*last = end;
	*at = text;
	return NUMBER_OK;
}

enum number_fault number_take_bytes(const char **at, uint64_t *bytes)
{
	return number_take_whole_in(at, bytes, units_bytes);
}

enum number_fault number_take_real(const char **at, double *value)
{
	return number_take_real_in(at, value, units_none, DBL_MAX);
}

enum number_fault number_take_seconds(const char **at, double *seconds)
{
	return number_take_real_in(at, seconds, units_seconds, NUMBER_SECONDS_MAX);
}

enum number_fault number_whole(uint64_t *value, const char *text, uint64_t low, uint64_t high)
{
	return number_whole_in(value, text, units_none, low, high);
}

enum number_fault number_bytes(uint64_t *bytes, const char *text, uint64_t low, uint64_t high)
{
	return number_whole_in(bytes, text, units_bytes, low, high);
}

enum number_fault number_real(double *value, const char *text, double low, double high)
{
	return number_real_in(value, text, units_none, low, high);
}

enum number_fault number_seconds(double *seconds, const char *text, double low, double high)
{
	return number_real_in(seconds, text, units_seconds, low, fmin(high, NUMBER_SECONDS_MAX));
}
