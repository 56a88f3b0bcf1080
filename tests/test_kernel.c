/* Kernels: each one against the scalar one and the closed form, above all where accumulators are
 * emptied and where ways of multiplying change. */
#include "tests/testing.h"

#include <string.h>

#include "compute/closed_form.h"
#include "compute/kernel.h"

/* Where some kernel changes its ways: 26 and 29 bits are the ends of the narrow loops, 32 bits that
 * of vpmuludq, 52 bits that of all. */
static const uint64_t limits[] = {
	(uint64_t)1 << 26,
	(uint64_t)1 << 29,
	(uint64_t)1 << 32,
	END_MAX,
};

/* Above the longest block between two emptyings: 4096 steps of 12 ways of 8 lanes. */
#define BLOCK 400000

static u128 right_sum(uint64_t begin, uint64_t end)
{
	u128 sum;

	if (closed_form(&sum, begin, end))
		fail_msg("%" PRIu64 ":%" PRIu64 " is over 128 bits", begin, end);
	return sum;
}

/* One range, cut to what the kernel is exact for. */
static void check(const struct kernel *kernel, uint64_t begin, uint64_t end)
{
	u128 sum;

	end = end > kernel->max + 1 ? kernel->max + 1 : end;
	begin = begin > end ? end : begin;
	sum = kernel->sum(begin, end);
	assert_u128(sum, right_sum(begin, end), "%s %" PRIu64 ":%" PRIu64, kernel->name, begin,
		    end);
	if (kernel != &kernel_scalar)
		assert_u128(sum, kernel_scalar.sum(begin, end),
			    "%s %" PRIu64 ":%" PRIu64 " against scalar", kernel->name, begin, end);
}

static const struct kernel *usable(void **state)
{
	const struct kernel *kernel = *state;
	const char *missing = kernel_missing(kernel);

	if (missing)
		skip_because("%s", missing);
	return kernel;
}

static void short_ranges(void **state)
{
	const struct kernel *kernel = usable(state);

	for (uint64_t length = 0; length <= 600; length++)
		for (uint64_t begin = 0; begin <= 3; begin++)
			check(kernel, begin, begin + length);
}

static void empty_ranges(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 7;

	check(kernel, 0, 0);
	for (size_t i = 0; i < COUNT(limits); i++) {
		check(kernel, limits[i], limits[i]);
		check(kernel, limits[i] - 1, limits[i] - 1);
	}
	for (int i = 0; i < 1000; i++) {
		uint64_t begin = random_width(&seed, 52);

		check(kernel, begin, begin);
	}
}

/* Up to each limit, from it, and across it. */
static void every_length_at_each_limit(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 8;

	for (size_t i = 0; i < COUNT(limits); i++)
		for (uint64_t length = 0; length <= 600; length++) {
			uint64_t across = limits[i] - random_below(&seed, length + 1);

			check(kernel, limits[i] - length, limits[i]);
			if (limits[i] == END_MAX)
				continue;
			check(kernel, limits[i], limits[i] + length);
			check(kernel, across, across + length);
		}
}

static void ranges_across_each_limit(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 9;

	for (size_t i = 0; i + 1 < COUNT(limits); i++)
		for (int k = 0; k < 200; k++)
			check(kernel, limits[i] - random_below(&seed, 20000),
			      limits[i] + random_below(&seed, 20000));
	for (int k = 0; k < 200; k++) {
		uint64_t end = END_MAX - random_below(&seed, 20000);

		check(kernel, end - random_below(&seed, 20000), end);
	}
}

static void random_ranges(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 10;

	for (int i = 0; i < 3000; i++) {
		uint64_t begin = random_width(&seed, 52);

		check(kernel, begin, begin + random_below(&seed, 5000));
	}
}

/* Long enough that accumulators are emptied several times, and end in the midst of a block. */
static void ranges_of_several_blocks(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 11;

	check(kernel, 0, 10 * BLOCK);
	for (int i = 0; i < 20; i++) {
		uint64_t begin = random_width(&seed, 52);

		check(kernel, begin, begin + BLOCK + random_below(&seed, 2 * BLOCK));
	}
}

/* Accumulators that are as full as they ever get. */
static void fullest_accumulators(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 12;

	for (size_t i = 0; i < COUNT(limits); i++) {
		check(kernel, limits[i] - 4 * BLOCK, limits[i]);
		for (int k = 0; k < 5; k++) {
			uint64_t end = limits[i] - random_below(&seed, 1000);

			check(kernel, end - BLOCK - random_below(&seed, BLOCK), end);
		}
	}
	if (kernel->max < END_MAX - 1)
		check(kernel, kernel->max + 1 - 4 * BLOCK, kernel->max + 1);
}

/* kernel_sum() goes on beyond the kernel's limit by itself, and only there. */
static void sums_across_its_own_limit(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 13;

	for (int i = 0; i < 400; i++) {
		uint64_t limit = kernel->max + 1, begin = limit - random_below(&seed, 3000),
			 end = limit + random_below(&seed, 3000);
		bool forced = i % 2;

		end = end > END_MAX ? END_MAX : end;
		assert_u128(kernel_sum(kernel, forced, begin, end), right_sum(begin, end),
			    "%s %s %" PRIu64 ":%" PRIu64, kernel->name, forced ? "forced" : "free",
			    begin, end);
	}
}

static void sums_any_range(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 14;

	for (int i = 0; i < 2000; i++) {
		uint64_t begin = random_width(&seed, 52), end = begin + random_below(&seed, 3000);
		bool forced = i % 2;

		end = end > END_MAX ? END_MAX : end;
		assert_u128(kernel_sum(kernel, forced, begin, end), right_sum(begin, end),
			    "%s %s %" PRIu64 ":%" PRIu64, kernel->name, forced ? "forced" : "free",
			    begin, end);
	}
	assert_true(kernel_sum(kernel, false, 1000, 1000) == 0);
	assert_true(kernel_sum(kernel, true, END_MAX, END_MAX) == 0);
}

/* A kernel that keeps a record of what it was asked for. */
static uint64_t asked_terms, asked_largest;

static u128 recorded_sum(uint64_t begin, uint64_t end)
{
	asked_terms += end - begin;
	if (end && end - 1 > asked_largest)
		asked_largest = end - 1;
	return kernel_scalar.sum(begin, end);
}

static void a_forced_kernel_does_all_that_it_can(void **state)
{
	static const struct kernel recorder = { .name = "recorder",
						.max = 999,
						.sum = recorded_sum };

	(void)state;
	assert_u128(kernel_sum(&recorder, true, 10, 5000), right_sum(10, 5000), "across");
	assert_int_equal(asked_terms, 990);
	assert_int_equal(asked_largest, 999);
	assert_u128(kernel_sum(&recorder, true, 1000, 5000), right_sum(1000, 5000), "above");
	assert_int_equal(asked_terms, 990);
	assert_u128(kernel_sum(&recorder, true, 0, 1000), right_sum(0, 1000), "below");
	assert_int_equal(asked_terms, 1990);
}

static void a_kernel_is_never_asked_for_more(void **state)
{
	static const struct kernel recorder = { .name = "recorder",
						.max = 99,
						.sum = recorded_sum };

	(void)state;
	asked_largest = 0;
	for (uint64_t begin = 0; begin < 120; begin++)
		for (uint64_t end = begin; end < 120; end++)
			assert_u128(kernel_sum(&recorder, true, begin, end), right_sum(begin, end),
				    "%" PRIu64 ":%" PRIu64, begin, end);
	assert_int_equal(asked_largest, 99);
}

static void the_table_ends_with_scalar(void **state)
{
	size_t count = 0;

	(void)state;
	while (kernels[count])
		count++;
	assert_ptr_equal(kernels[count - 1], &kernel_scalar);
	assert_null(kernel_missing(&kernel_scalar));
	assert_int_equal(kernel_scalar.max, END_MAX - 1);
	for (size_t i = 0; i < count; i++) {
		assert_non_null(kernels[i]->name);
		assert_non_null(kernels[i]->needs);
		assert_in_range(kernels[i]->terms_per_ms, 100, UINT64_MAX);
	}
}

static void the_best_is_the_first_usable(void **state)
{
	size_t i = 0;

	(void)state;
	while (kernel_missing(kernels[i]))
		i++;
	assert_ptr_equal(kernel_best(), kernels[i]);
}

static void finds_each_by_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; kernels[i]; i++) {
		const struct kernel *kernel = NULL;
		int ret = kernel_find(&kernel, kernels[i]->name);

		if (kernel_missing(kernels[i])) {
			assert_int_equal(ret, -ENOTSUP);
			continue;
		}
		assert_int_equal(ret, 0);
		assert_ptr_equal(kernel, kernels[i]);
	}
}

static void finds_nothing_else(void **state)
{
	static const char *const names[] = { "",        "nonesuch", "avx",        "avx51",
					     "avx5122", "AVX2",     " avx2",      "avx2 ",
					     "scalar,", "scala",    "avx512ifma1" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct kernel *kernel = NULL;
		int ret = kernel_find(&kernel, names[i]);

		if (ret != -EINVAL)
			fail_msg("'%s' gave %d", names[i], ret);
	}
}

static const struct CMUnitTest of_each_kernel[] = {
	cmocka_unit_test(empty_ranges),
	cmocka_unit_test(short_ranges),
	cmocka_unit_test(every_length_at_each_limit),
	cmocka_unit_test(ranges_across_each_limit),
	cmocka_unit_test(random_ranges),
	cmocka_unit_test(ranges_of_several_blocks),
	cmocka_unit_test(fullest_accumulators),
	cmocka_unit_test(sums_across_its_own_limit),
	cmocka_unit_test(sums_any_range),
};

static const struct CMUnitTest of_the_table[] = {
	cmocka_unit_test(a_forced_kernel_does_all_that_it_can),
	cmocka_unit_test(a_kernel_is_never_asked_for_more),
	cmocka_unit_test(the_table_ends_with_scalar),
	cmocka_unit_test(the_best_is_the_first_usable),
	cmocka_unit_test(finds_each_by_its_name),
	cmocka_unit_test(finds_nothing_else),
};

static size_t kernel_count(void)
{
	size_t count = 0;

	while (kernels[count])
		count++;
	return count;
}

int main(void)
{
	struct CMUnitTest tests[kernel_count() * COUNT(of_each_kernel) + COUNT(of_the_table)];
	char names[COUNT(tests)][64];
	struct CMUnitTest *at = tests;

	for (size_t i = 0; kernels[i]; i++)
		for (size_t k = 0; k < COUNT(of_each_kernel); k++, at++) {
			*at = of_each_kernel[k];
			snprintf(names[at - tests], sizeof(names[0]), "%s: %s", kernels[i]->name,
				 of_each_kernel[k].name);
			at->name = names[at - tests];
			at->initial_state = (void *)kernels[i];
		}
	memcpy(at, of_the_table, sizeof(of_the_table));
	return RUN_TESTS(tests);
}
