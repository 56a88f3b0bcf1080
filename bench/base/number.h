/*
 * Text to numbers: the one reader, for operands, options, lists and paths.
 *
 * A number is decimal and not negative: digits, a fraction behind a point, an exponent behind e or
 * E; single underscores may stand between digits. 10_000_000, 1e7, 0.5 and 10.000 are numbers; +5,
 * .5, 0x10, nan, inf and anything with blanks are none. Only the value counts, not how many digits
 * say it: 10.000...0 is the whole number 10.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdint.h>

/* What is wrong with a text; 0 if nothing is. */
enum number_fault {
	NUMBER_OK,
	NUMBER_NONE,     /* it is no number, or has something behind it */
	NUMBER_NEGATIVE, /* it begins with a minus */
	NUMBER_BROKEN,   /* it is not whole, and has to be */
	NUMBER_SMALL,    /* below the smallest that is taken */
	NUMBER_LARGE,    /* above the largest that is taken */
};

/* The largest time that can be read, in seconds: thirty years, which a clock's nanoseconds hold. */
#define NUMBER_SECONDS_MAX 1e9

/*
 * Each reads the number that *at begins with. On NUMBER_OK *at is behind it, otherwise it and the
 * value stay as they were. What does not fit the value is NUMBER_LARGE.
 *
 * whole: a whole number, exactly, of up to 2^64 - 1.
 * real: the nearest double to 18 digits of it; finite.
 * bytes: a whole number, exactly, that k, M or G behind it multiplies by 1000, 1000^2 or 1000^3.
 * seconds: finite, in seconds, or with us, ms or s behind it; to NUMBER_SECONDS_MAX.
 */
enum number_fault number_take_whole(const char **at, uint64_t *value);
enum number_fault number_take_real(const char **at, double *value);
enum number_fault number_take_bytes(const char **at, uint64_t *bytes);
enum number_fault number_take_seconds(const char **at, double *seconds);

/* "4" or "1-8": two whole numbers, or one twice. NUMBER_SMALL if the second is below the first. */
enum number_fault number_take_range(const char **at, uint64_t *first, uint64_t *last);

/* The same for a text that is nothing but the number, from low to high. */
enum number_fault number_whole(uint64_t *value, const char *text, uint64_t low, uint64_t high);
enum number_fault number_real(double *value, const char *text, double low, double high);
enum number_fault number_bytes(uint64_t *bytes, const char *text, uint64_t low, uint64_t high);
enum number_fault number_seconds(double *seconds, const char *text, double low, double high);

#endif
