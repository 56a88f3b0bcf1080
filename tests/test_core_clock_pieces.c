/* The core clock by made-up time: which of the pieces that are timed decides. */
#define _GNU_SOURCE
#include "tests/testing.h"

#include <sys/syscall.h>
#include <time.h>

#include "bench/base/core_clock.h"

/* More than the pieces there are, each of which looks at the clock before and after. */
enum { LOOKS = 64, USUAL_NS = 10000 };

static long time_of[LOOKS]; /* at each look, ns */
static int looks = -1;      /* so far; none are made up where it is negative */

/* Stands before the C library's, for all of this program. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
	if (looks < 0)
		return (int)syscall(SYS_clock_gettime, clock, now);
	assert_in_range(looks, 0, LOOKS - 1);
	*now = (struct timespec){ .tv_nsec = time_of[looks++] };
	return 0;
}

/* The clock found where one piece took another time than all others; no piece if negative. */
static double clock_where(int piece, long ns)
{
	long now = 0;
	double hz;

	for (int look = 0; look < LOOKS; look++) {
		time_of[look] = now;
		now += look % 2 ? 100 : look / 2 == piece ? ns : USUAL_NS;
	}
	looks = 0;
	hz = core_clock();
	return hz;
}

static int pieces(void)
{
	int made;

	clock_where(-1, 0);
	made = looks / 2;
	looks = -1;
	return made;
}

static void the_fastest_piece_counts(void **state)
{
	double usual = clock_where(-1, 0);
	int count = pieces();

	(void)state;
	assert_in_range(count, 2, LOOKS / 2);
	for (int piece = 0; piece < count; piece++) {
		double interrupted = clock_where(piece, 100 * USUAL_NS),
		       fast = clock_where(piece, USUAL_NS / 2);

		looks = -1;
		if (interrupted != usual)
			fail_msg("piece %d was interrupted: %g Hz, not %g", piece, interrupted,
				 usual);
		if (fast != 2 * usual)
			fail_msg("piece %d was fast: %g Hz, not %g", piece, fast, 2 * usual);
	}
}

static void time_that_stands_still_is_no_clock(void **state)
{
	double hz = clock_where(0, 0);

	(void)state;
	looks = -1;
	assert_true(hz == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fastest_piece_counts),
		cmocka_unit_test(time_that_stands_still_is_no_clock),
	};

	return RUN_TESTS(tests);
}
