/* The table of kernels, and the choice among them at run time. */
#include "kernel.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"

const unsigned int kernel_bits[KERNEL_RANGES] = { 26, 39, 52 };

const struct kernel *const kernels[] = {
	&kernel_avx512vnni, &kernel_avx512ifma, &kernel_avx512, &kernel_avxvnni,
	&kernel_avx2,       &kernel_neon,       &kernel_scalar, NULL,
};

/* Whether a list of names separated by commas has this one. */
static bool kernel_named(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strcspn(at, ",") == length && !strncmp(at, name, length))
			return true;
	}
	return false;
}

const char *kernel_missing(const struct kernel *kernel)
{
	const char *without = getenv(KERNEL_WITHOUT);

	if (!kernel->usable)
		return "built for another kind of CPU";
	if (without && kernel != &kernel_scalar && kernel_named(without, kernel->name))
		return "named in " KERNEL_WITHOUT;
	return kernel->usable() ? NULL : kernel->needs;
}

const char *kernel_nth_name(size_t n)
{
	return kernels[n] ? kernels[n]->name : NULL;
}

int kernel_find(const struct kernel **kernel, const char *name)
{
	for (size_t i = 0; kernels[i]; i++) {
		const char *missing = kernel_missing(kernels[i]);

		if (strcmp(kernels[i]->name, name))
			continue;
		if (missing)
			return say_fail(ENOTSUP,
					"kernel %s cannot be used here: %s; `sumsq list` shows "
					"those that can",
					name, missing);
		*kernel = kernels[i];
		return 0;
	}
	return say_no_such("kernel", name, -1, kernel_nth_name);
}

uint64_t kernel_rate(const struct kernel *kernel, unsigned int range)
{
	const uint64_t rate = kernel->ranges[range].terms_per_ms;

	return kernel->crowded && kernel->crowded() ? rate - rate / 4 : rate;
}

struct kernel_choice kernel_choose(const struct kernel *forced)
{
	struct kernel_choice choice;

	for (unsigned int range = 0; range < KERNEL_RANGES; range++) {
		const struct kernel **best = &choice.of[range];

		*best = forced ? forced : &kernel_scalar;
		for (size_t i = 0; !forced && kernels[i]; i++)
			if (!kernel_missing(kernels[i]) &&
			    kernel_rate(kernels[i], range) > kernel_rate(*best, range))
				*best = kernels[i];
	}
	return choice;
}

unsigned int kernel_range(uint64_t i)
{
	unsigned int range = 0;

	while (range + 1 < KERNEL_RANGES && i >> kernel_bits[range])
		range++;
	return range;
}

u128 kernel_sum(const struct kernel_choice *choice, uint64_t begin, uint64_t end)
{
	u128 sum = 0;

	while (begin < end) {
		unsigned int range = kernel_range(begin);
		uint64_t limit = (uint64_t)1 << kernel_bits[range],
			 stop = end < limit ? end : limit;

		sum += choice->of[range]->ranges[range].sum(begin, stop);
		begin = stop;
	}
	return sum;
}
