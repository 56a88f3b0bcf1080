/* A probe of the multipliers: what `sumsq check` lets every PU do. */
#include "sumsq_probe.h"

#include <stdio.h>

#include "closed_form.h"
#include "kernel.h"
#include "tasks.h"

/* Magnitudes of the numbers: 2^0 to 2^52. */
enum { PROBE_MAGNITUDES = 52 };
/* A sum takes some 16 us, so that a round of all kernels and magnitudes takes a few ms. */
enum { PROBE_SHARE_OF_MS = 64 };
/* So often a sum is done again to see whether it is wrong again. */
enum { PROBE_AGAIN = 8 };

/* One sum to be checked. */
struct probe_sum {
	const struct kernel *kernel;
	unsigned int range;
	uint64_t begin, end;
	bool spoil;
};

/* A number that follows from two: splitmix64's finaliser (Steele, Lea, Flood 2014). */
static uint64_t probe_mix(uint64_t round, uint64_t salt)
{
	uint64_t z = (round * 64 + salt + 1) * 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* What a test falsifies: the sums that have one of these terms. */
static bool probe_spoils(uint64_t begin, uint64_t end)
{
	return end > begin && (end - 1) / 1009 * 1009 >= begin;
}

static u128 probe_compute(const struct probe_sum *sum, uint64_t begin, uint64_t end)
{
	u128 actual = sum->kernel->ranges[sum->range].sum(begin, end);

	return sum->spoil && probe_spoils(begin, end) ? actual ^ ((u128)1 << 17) : actual;
}

/* Whether a part of the sum is wrong, in any of so many attempts; *actual is what it was then. */
static bool probe_is_wrong(const struct probe_sum *sum, uint64_t begin, uint64_t end, int attempts,
			   u128 *actual)
{
	u128 expected;

	closed_form(&expected, begin, end);
	while (attempts--) {
		*actual = probe_compute(sum, begin, end);
		if (*actual != expected)
			return true;
	}
	return false;
}

/* Halves a wrong sum as long as a half of it is wrong as well. */
static void probe_narrow(struct probe_sum *sum)
{
	u128 ignored;

	while (sum->end - sum->begin > 1) {
		uint64_t middle = sum->begin + (sum->end - sum->begin) / 2;

		if (probe_is_wrong(sum, sum->begin, middle, PROBE_AGAIN, &ignored))
			sum->end = middle;
		else if (probe_is_wrong(sum, middle, sum->end, PROBE_AGAIN, &ignored))
			sum->begin = middle;
		else
			return;
	}
}

static void probe_show_hex(char text[64], u128 bits)
{
	uint64_t high = (uint64_t)(bits >> 64), low = (uint64_t)bits;

	if (high)
		snprintf(text, 64, "0x%llx%016llx", (unsigned long long)high,
			 (unsigned long long)low);
	else
		snprintf(text, 64, "0x%llx", (unsigned long long)low);
}

/* A sum was wrong, and was this. */
static void probe_describe(struct probe_fault *fault, const struct probe_sum *sum, u128 actual)
{
	char text[U128_TEXT], task[TASK_TEXT];
	u128 expected;

	closed_form(&expected, sum->begin, sum->end);
	tasks_format(&(struct task){ sum->begin, sum->end }, task);
	snprintf(fault->way, sizeof(fault->way), "%s", sum->kernel->name);
	snprintf(fault->task, sizeof(fault->task), "%s", task);
	snprintf(fault->expected, sizeof(fault->expected), "%s", u128_format(expected, text));
	snprintf(fault->actual, sizeof(fault->actual), "%s", u128_format(actual, text));
	probe_show_hex(fault->difference, expected ^ actual);
	snprintf(fault->replay, sizeof(fault->replay), "run -s serial --kernel %s %s",
		 sum->kernel->name, task);
}

/* What more can be found out of a sum that was described, by a PU that may not live to tell. */
static void probe_explain(struct probe_fault *fault, struct probe_sum sum, u128 actual)
{
	u128 again;

	fault->repeats = probe_is_wrong(&sum, sum.begin, sum.end, PROBE_AGAIN, &again);
	if (!fault->repeats)
		return;
	probe_narrow(&sum);
	/* What is shown is of the part that is left. */
	probe_is_wrong(&sum, sum.begin, sum.end, PROBE_AGAIN, &actual);
	probe_describe(fault, &sum, actual);
}

/* The sum of a kernel and a magnitude in a round: as many terms in each round. */
static struct probe_sum probe_choose(const struct kernel *kernel, unsigned int magnitude,
				     uint64_t round, bool spoil)
{
	uint64_t low = (uint64_t)1 << (magnitude - 1), limit, terms;
	struct probe_sum sum = { .kernel = kernel, .spoil = spoil };

	sum.range = kernel_range(2 * low - 1);
	limit = (uint64_t)1 << kernel_bits[sum.range];
	terms = kernel->ranges[sum.range].terms_per_ms / PROBE_SHARE_OF_MS;
	sum.begin = low + probe_mix(round, magnitude) % low;
	if (sum.begin > limit - terms)
		sum.begin = limit - terms - probe_mix(round, magnitude) % 64;
	sum.end = sum.begin + terms;
	return sum;
}

/* *wrong is set when there is something to show: it is seen even if the process then dies. */
static uint64_t probe_round(uint64_t number, bool spoil, bool *wrong, struct probe_fault *fault)
{
	uint64_t items = 0;

	*wrong = false;
	for (size_t k = 0; kernels[k]; k++)
		for (unsigned int m = 1; !kernel_missing(kernels[k]) && m <= PROBE_MAGNITUDES;
		     m++) {
			struct probe_sum sum = probe_choose(kernels[k], m, number, spoil);
			u128 actual;

			items += sum.end - sum.begin;
			if (probe_is_wrong(&sum, sum.begin, sum.end, 1, &actual)) {
				*fault = (struct probe_fault){ 0 };
				probe_describe(fault, &sum, actual);
				*wrong = true;
				probe_explain(fault, sum, actual);
				return items;
			}
		}
	return items;
}

static unsigned int probe_passes(void)
{
	unsigned int usable = 0;

	for (size_t k = 0; kernels[k]; k++)
		usable += !kernel_missing(kernels[k]);
	return usable * PROBE_MAGNITUDES;
}

const struct probe sumsq_probe = {
	.rate_unit = "term/s",
	.round = probe_round,
	.passes = probe_passes,
};
