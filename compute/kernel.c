/* The table of kernels, and the choice among them at run time. */
#include "kernel.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"

const struct kernel *const kernels[] = { &kernel_avx512vnni, &kernel_avx512ifma, &kernel_avx512,
					 &kernel_avx2,       &kernel_scalar,     NULL };

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

	if (!kernel->sum)
		return "built for another kind of CPU";
	if (without && kernel != &kernel_scalar && kernel_named(without, kernel->name))
		return "named in " KERNEL_WITHOUT;
	return kernel->usable() ? NULL : kernel->needs;
}

const struct kernel *kernel_best(void)
{
	size_t i = 0;

	while (kernel_missing(kernels[i]))
		i++;
	return kernels[i];
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

const struct kernel *kernel_above(const struct kernel *kernel, bool forced)
{
	size_t i = 0;

	if (forced)
		return &kernel_scalar;
	while (kernels[i] != kernel)
		i++;
	do
		i++;
	while (kernel_missing(kernels[i]) || kernels[i]->max <= kernel->max);
	return kernels[i];
}

u128 kernel_sum(const struct kernel *kernel, bool forced, uint64_t begin, uint64_t end)
{
	u128 sum = 0;

	while (begin < end) {
		uint64_t stop = end - 1 <= kernel->max ? end : kernel->max + 1;

		if (begin < stop) {
			sum += kernel->sum(begin, stop);
			begin = stop;
		}
		if (begin < end)
			kernel = kernel_above(kernel, forced);
	}
	return sum;
}
