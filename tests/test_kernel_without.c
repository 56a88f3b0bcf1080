/* Kernels that the environment tells the program to do without, as on a smaller CPU. */
#include "tests/testing.h"

#include <errno.h>
#include <string.h>

#include "compute/kernel.h"

/* A list with a mistake in it would leave everything as it is, and that run of the tests would
 * prove nothing. */
static void what_to_do_without_are_kernels(void **state)
{
	const char *without = getenv(KERNEL_WITHOUT);
	char *list, *rest;

	(void)state;
	if (!without)
		skip_because(KERNEL_WITHOUT " is not set");
	rest = list = strdup(without);
	assert_non_null(list);
	for (const char *name; (name = strsep(&rest, ","));) {
		size_t i = 0;

		while (kernels[i] != &kernel_scalar && strcmp(kernels[i]->name, name))
			i++;
		if (kernels[i] == &kernel_scalar)
			fail_msg(KERNEL_WITHOUT ": no kernel '%s' to do without", name);
	}
	free(list);
}

/* A list, in the manner of printf, with the kernel's name in it. */
static void without_set(const char *format, const struct kernel *kernel)
{
	char list[64];

	snprintf(list, sizeof(list), format, kernel->name);
	setenv(KERNEL_WITHOUT, list, 1);
}

static void does_without_those_named(void **state)
{
	static const char *const lists[] = { "%s", "%s,nonesuch", ",nonesuch,%s", "x,%s,", ",,%s" };
	const struct kernel *kernel;
	struct kernel_choice choice;

	(void)state;
	for (size_t i = 0; kernels[i] != &kernel_scalar; i++)
		for (size_t k = 0; k < COUNT(lists); k++) {
			without_set(lists[k], kernels[i]);
			assert_non_null(kernel_missing(kernels[i]));
			assert_int_equal(kernel_find(&kernel, kernels[i]->name), -ENOTSUP);
			choice = kernel_choose(NULL);
			for (int range = 0; range < KERNEL_RANGES; range++)
				assert_ptr_not_equal(choice.of[range], kernels[i]);
		}
}

static void has_all_others(void **state)
{
	static const char *const lists[] = { "", ",", "x%s", "%sx", "x %s", "%s ,x" };

	(void)state;
	for (size_t i = 0; kernels[i]; i++) {
		const char *missing;

		unsetenv(KERNEL_WITHOUT);
		missing = kernel_missing(kernels[i]);
		for (size_t k = 0; k < COUNT(lists); k++) {
			without_set(lists[k], kernels[i]);
			assert_ptr_equal(kernel_missing(kernels[i]), missing);
		}
		for (size_t k = 0; kernels[k]; k++) {
			without_set("%s", kernels[k]);
			if (k != i)
				assert_ptr_equal(kernel_missing(kernels[i]), missing);
		}
	}
}

static void scalar_is_always_there(void **state)
{
	struct kernel_choice choice;

	(void)state;
	setenv(KERNEL_WITHOUT, "avx512vnni,avx512ifma,avx512,avxvnni,avx2,neon,scalar", 1);
	choice = kernel_choose(NULL);
	for (int range = 0; range < KERNEL_RANGES; range++)
		assert_ptr_equal(choice.of[range], &kernel_scalar);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_to_do_without_are_kernels), /* while it is what it was */
		cmocka_unit_test(does_without_those_named),
		cmocka_unit_test(has_all_others),
		cmocka_unit_test(scalar_is_always_there),
	};

	return RUN_TESTS(tests);
}
