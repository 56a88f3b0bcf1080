/* The clock of a core, beside another way to find it. */
#define _GNU_SOURCE
#include "tests/testing.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/core_clock.h"

/* Others may disturb a measurement, but not all of them. */
enum { TRIES = 200 };

/* On an allowed CPU, to stay there. */
static int stay(void **state)
{
	cpu_set_t set;
	int cpu = sched_getcpu();

	(void)state;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

static bool is_near(double is, double ought, double part)
{
	return is / ought > 1 - part && is / ought < 1 + part;
}

static void it_is_a_clock(void **state)
{
	double hz = core_clock();

	(void)state;
	if (!(hz > 0.5e9 && hz < 8e9))
		fail_msg("%g Hz", hz);
}

static void two_looks_agree(void **state)
{
	double one = 0, other = 0;

	(void)state;
	for (int i = 0; i < TRIES; i++) {
		one = core_clock();
		other = core_clock();
		if (is_near(one, other, 0.03))
			return;
	}
	fail_msg("%g and %g Hz", one, other);
}

/* Eight pieces of 6400 multiplications: the fastest is what it says, so that all take no less. */
static void it_takes_its_time(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		uint64_t began = clock_ns();
		double hz = core_clock(), least = 8 * 6400 * CHAIN_CYCLES / hz * 1e9;
		double took = (double)(clock_ns() - began);

		if (took < least * 0.999)
			fail_msg("%g ns for a chain of at least %g ns at %g Hz", took, least, hz);
	}
}

/*
 * An addition that needs the one before takes a cycle, on whatever was ever sold as a CPU of 64
 * bits. Not of a constant, though: some CPUs add up several of those beforehand (seen: 15.6 G a
 * second at 3 GHz).
 */
static double clock_by_additions(void)
{
	enum { ADDITIONS = 1 << 14 };
	uint64_t shortest = UINT64_MAX, x = 1, y = 3;

	__asm__ volatile("" : "+r"(y));
	for (int piece = 0; piece < 8; piece++) {
		uint64_t began = clock_ns(), took;

		for (int i = 0; i < ADDITIONS; i += 16) {
#pragma GCC unroll 16
			for (int j = 0; j < 16; j++) {
				x += y;
				__asm__ volatile("" : "+r"(x));
			}
		}
		took = clock_ns() - began;
		shortest = took < shortest ? took : shortest;
	}
	return ADDITIONS * 1e9 / (double)shortest;
}

static void additions_agree(void **state)
{
	double hz = 0, other = 0;

	(void)state;
#ifndef __x86_64__
	skip_because("how long a multiplication takes is known of x86-64 only");
#endif
#ifdef __SANITIZE_ADDRESS__
	skip_because("with sanitizers a sum is kept in memory");
#endif
	for (int i = 0; i < TRIES; i++) {
		hz = core_clock();
		other = clock_by_additions();
		if (is_near(hz, other, 0.05))
			return;
	}
	fail_msg("%g Hz by multiplications, %g by additions", hz, other);
}

/* So many multiplications as objdump finds in the functions of core_clock.c, -1 without it. */
static int multiplications(void)
{
	char command[256], line[512];
	FILE *listing;
	int found = 0, lines = 0;
	bool inside = false;

	snprintf(command, sizeof(command), "objdump -d --no-show-raw-insn /proc/%d/exe 2>&1",
		 (int)getpid());
	listing = popen(command, "r");
	while (listing && fgets(line, sizeof(line), listing)) {
		lines++;
		if (strchr(line, '<') && strstr(line, ">:"))
			inside = strstr(line, "<core_clock>:") ||
				 strstr(line, "<core_clock_multiply>:");
		found += inside && (strstr(line, "imul") || strstr(line, "\tmul"));
	}
	return listing && pclose(listing) == 0 && lines > 1000 ? found : -1;
}

/* A step is a multiplication, and no compiler made one of several. */
static void the_chain_is_of_multiplications(void **state)
{
	int found = multiplications();

	(void)state;
	if (found < 0)
		skip_because("there is no objdump");
	if (found < 8)
		fail_msg("%d multiplications, not the 8 of an unrolled loop", found);
}

static pid_t spin_here(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		;
	_exit(0);
}

/* That it is given to others, too, does not make a core slow. */
static void a_shared_core_has_the_same_clock(void **state)
{
	double alone = 0, shared = 0;
	bool near = false;

	(void)state;
	for (int i = 0; i < 10 && !near; i++) {
		pid_t pid;

		alone = core_clock();
		pid = spin_here();
		assert_true(pid > 0);
		for (int j = 0; j < 20 && !near; j++) {
			shared = core_clock();
			near = is_near(shared, alone, 0.05);
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	if (!near)
		fail_msg("%g Hz beside another process, %g alone", shared, alone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_a_clock),
		cmocka_unit_test(two_looks_agree),
		cmocka_unit_test(it_takes_its_time),
		cmocka_unit_test(additions_agree),
		cmocka_unit_test(the_chain_is_of_multiplications),
		cmocka_unit_test_setup(a_shared_core_has_the_same_clock, stay),
	};

	return RUN_TESTS(tests);
}
