/* What all unit tests share: TAP on stdout, fixed random numbers, and 128-bit comparisons that name
 * the case. */
#ifndef TESTING_H
#define TESTING_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/base/say.h"
#include "compute/u128.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* SplitMix64 (Steele, Lea and Flood 2014): the same numbers in every run, from any seed. */
static inline uint64_t random_next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* From 0 to bound - 1. */
static inline uint64_t random_below(uint64_t *seed, uint64_t bound)
{
	return random_next(seed) % bound;
}

/* Of any width up to so many bits, short ones as often as long ones. */
static inline uint64_t random_width(uint64_t *seed, unsigned int bits)
{
	return random_next(seed) >> (64 - bits) >> random_below(seed, bits);
}

/* Fails unless both are the same, after a name for the case in the manner of printf. */
#define assert_u128(is, ought, ...)                                                     \
	do {                                                                            \
		u128 is_ = (is), ought_ = (ought);                                      \
		if (is_ != ought_) {                                                    \
			char case_[160], one_[U128_TEXT], other_[U128_TEXT];            \
			snprintf(case_, sizeof(case_), __VA_ARGS__);                    \
			fail_msg("%s: %s instead of %s", case_, u128_format(is_, one_), \
				 u128_format(ought_, other_));                          \
		}                                                                       \
	} while (0)

/* cmocka's skip() with a reason: the line stands before the test's own in the TAP. */
#define skip_because(...)              \
	do {                           \
		printf("# skipped: "); \
		printf(__VA_ARGS__);   \
		printf("\n");          \
		fflush(stdout);        \
		skip();                \
	} while (0)

/* No test takes nearly as long: one that hangs is ended. */
#define PATIENCE_S 300

/* The whole of a test's main(): messages on stderr are not what is tested. */
#define RUN_TESTS(tests)                                               \
	(alarm(PATIENCE_S), setenv("CMOCKA_MESSAGE_OUTPUT", "TAP", 1), \
	 say_setup("test", SAY_LATER), cmocka_run_group_tests(tests, NULL, NULL))

#endif
