/* Rounds of a sum, of its multiplications alone, and of the core's clock. */
#include "kernel_measure.h"

#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/core_clock.h"

enum { ROUNDS = 15 };

static double kernel_measure_rate(uint64_t terms, uint64_t cpu_ns)
{
	return cpu_ns ? (double)terms * 1e9 / (double)cpu_ns : 0;
}

static int measure_order(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double measure_median(double samples[ROUNDS])
{
	qsort(samples, ROUNDS, sizeof(*samples), measure_order);
	return samples[ROUNDS / 2];
}

/* What is measured may not be left out because nobody uses it. */
static void measure_keep(uint64_t sum)
{
	__asm__ volatile("" : : "r"(sum));
}

struct kernel_speed kernel_measure(const struct kernel *kernel, unsigned int range)
{
	const uint64_t end = (uint64_t)1 << kernel_bits[range],
		       terms = kernel->ranges[range].terms_per_ms,
		       begin = end > terms ? end - terms : 0;
	double rate[ROUNDS], clock[ROUNDS], bound[ROUNDS], share[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t before = clock_cpu_ns(), between, after;

		measure_keep((uint64_t)kernel->ranges[range].sum(begin, end));
		between = clock_cpu_ns();
		measure_keep(kernel->ranges[range].issue(terms / kernel->lanes));
		after = clock_cpu_ns();
		clock[round] = core_clock();
		rate[round] = kernel_measure_rate(end - begin, between - before);
		bound[round] = kernel_measure_rate(terms, after - between);
		share[round] = bound[round] > 0 ? rate[round] / bound[round] : 0;
	}
	return (struct kernel_speed){ .rate = measure_median(rate),
				      .clock = measure_median(clock),
				      .bound = measure_median(bound),
				      .share = measure_median(share) };
}
