/* Kernels: each one against the scalar one and the closed form, above all where accumulators are
 * emptied and where ways of multiplying change. */
#include "tests/testing.h"

#include <string.h>

#include "compute/closed_form.h"
#include "compute/kernel.h"

/* Where kernels change their ways: the digits' ends and the ranges'. */
static const uint64_t limits[] = {
	(uint64_t)1 << 13,
	(uint64_t)1 << 26,
	(uint64_t)1 << 39,
	END_MAX,
};

/* Above the longest block between two emptyings. */
#define BLOCK 400000

static u128 right_sum(uint64_t begin, uint64_t end)
{
	u128 sum;

	if (closed_form(&sum, begin, end))
		fail_msg("%" PRIu64 ":%" PRIu64 " is over 128 bits", begin, end);
	return sum;
}

/* One range, up to END_MAX: by the kernel alone. */
static void check(const struct kernel *kernel, uint64_t begin, uint64_t end)
{
	const struct kernel_choice choice = kernel_choose(kernel);

	end = end > END_MAX ? END_MAX : end;
	begin = begin > end ? end : begin;
	assert_u128(kernel_sum(&choice, begin, end), right_sum(begin, end),
		    "%s %" PRIu64 ":%" PRIu64, kernel->name, begin, end);
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
			check(kernel, limits[i], limits[i] + length);
			check(kernel, across, across + length);
		}
}

static void ranges_across_each_limit(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 9;

	for (size_t i = 0; i < COUNT(limits); i++)
		for (int k = 0; k < 200; k++)
			check(kernel, limits[i] - random_below(&seed, 8000),
			      limits[i] + random_below(&seed, 20000));
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
		check(kernel, limits[i] > 4 * BLOCK ? limits[i] - 4 * BLOCK : 0, limits[i]);
		for (int k = 0; k < 5; k++) {
			uint64_t end = limits[i] - random_below(&seed, 1000),
				 terms = BLOCK + random_below(&seed, BLOCK);

			check(kernel, end > terms ? end - terms : 0, end);
		}
	}
}

/* Each way of multiplying does any numbers of its digits, those with zeros on top too. */
static void every_way_does_smaller_numbers(void **state)
{
	const struct kernel *kernel = usable(state);
	uint64_t seed = 13;

	for (int range = 0; range < KERNEL_RANGES; range++)
		for (int i = 0; i < 1000; i++) {
			uint64_t end = random_width(&seed, kernel_bits[range]),
				 terms = random_below(&seed, 3000),
				 begin = end > terms ? end - terms : 0;

			assert_u128(kernel->ranges[range].sum(begin, end), right_sum(begin, end),
				    "%s, %u bits, %" PRIu64 ":%" PRIu64, kernel->name,
				    kernel_bits[range], begin, end);
		}
}

/* More terms than the sums of a kernel hold before they are added up. */
static void ranges_of_billions(void **state)
{
	const struct kernel *kernel = usable(state);
	const uint64_t terms = ((uint64_t)1 << 30) + 12345;

	if (kernel == &kernel_scalar)
		skip_because("scalar holds all sums in 128 bits");
	check(kernel, ((uint64_t)1 << 39) - terms, (uint64_t)1 << 39);
}

/* A kernel that keeps a record of what it was asked for. */
static uint64_t asked_terms, asked_begin, asked_end;

static u128 recorded_sum(uint64_t begin, uint64_t end)
{
	asked_terms += end - begin;
	asked_begin = begin;
	asked_end = end;
	return kernel_scalar.ranges[0].sum(begin, end);
}

static u128 never_asked(uint64_t begin, uint64_t end)
{
	fail_msg("asked for %" PRIu64 ":%" PRIu64, begin, end);
	return 0;
}

/* The kernel of each range does all of that range, and nothing else. */
static void each_range_has_its_kernel(void **state)
{
	static const uint64_t end[KERNEL_RANGES + 1] = { 0, (uint64_t)1 << 26, (uint64_t)1 << 39,
							 END_MAX };
	const u128 right = right_sum(end[1] - 10, end[1] + 10);

	(void)state;
	for (unsigned int range = 0; range < KERNEL_RANGES; range++) {
		struct kernel recorder = { .name = "recorder" }, other = { .name = "other" };
		struct kernel_choice choice = { { &other, &other, &other } };

		choice.of[range] = &recorder;
		for (int i = 0; i < KERNEL_RANGES; i++) {
			recorder.ranges[i].sum = never_asked;
			other.ranges[i].sum = kernel_scalar.ranges[i].sum;
		}
		recorder.ranges[range].sum = recorded_sum;
		assert_int_equal(kernel_range(end[range]), range);
		assert_int_equal(kernel_range(end[range + 1] - 1), range);
		asked_terms = 0;
		for (int i = 1; i <= KERNEL_RANGES; i++)
			kernel_sum(&choice, end[i] - 10, end[i] + (i < KERNEL_RANGES ? 10 : 0));
		assert_int_equal(asked_terms, range ? 20 : 10);
		assert_int_equal(asked_begin, end[range + 1] - 10);
		assert_int_equal(asked_end, end[range + 1]);
		if (range < 2)
			assert_u128(kernel_sum(&choice, end[1] - 10, end[1] + 10), right, "both");
		assert_true(kernel_sum(&choice, END_MAX, END_MAX) == 0);
	}
}

static void the_table_ends_with_scalar(void **state)
{
	size_t count = 0;

	(void)state;
	while (kernels[count])
		count++;
	assert_ptr_equal(kernels[count - 1], &kernel_scalar);
	assert_null(kernel_missing(&kernel_scalar));
	assert_int_equal((uint64_t)1 << kernel_bits[KERNEL_RANGES - 1], END_MAX);
	for (size_t i = 0; i < count; i++) {
		assert_non_null(kernels[i]->name);
		assert_non_null(kernels[i]->needs);
		for (int range = 0; range < KERNEL_RANGES; range++) {
			assert_in_range(kernels[i]->ranges[range].terms_per_ms, 100, UINT64_MAX);
			assert_true(!kernels[i]->usable == !kernels[i]->ranges[range].sum);
		}
	}
}

static void the_fastest_here_is_chosen_for_each_range(void **state)
{
	const struct kernel_choice choice = kernel_choose(NULL);

	(void)state;
	for (unsigned int range = 0; range < KERNEL_RANGES; range++) {
		assert_null(kernel_missing(choice.of[range]));
		for (size_t i = 0; kernels[i]; i++)
			if (!kernel_missing(kernels[i]))
				assert_in_range(kernel_rate(kernels[i], range), 0,
						kernel_rate(choice.of[range], range));
	}
}

static bool yes(void)
{
	return true;
}

static void a_crowded_core_does_less(void **state)
{
	struct kernel kernel = kernel_avx512ifma;

	(void)state;
	kernel.crowded = NULL;
	assert_int_equal(kernel_rate(&kernel, 2), 22000000);
	assert_true(kernel_rate(&kernel, 2) > kernel_rate(&kernel_avx512vnni, 2));
	kernel.crowded = yes;
	assert_int_equal(kernel_rate(&kernel, 2), 16500000);
	assert_true(kernel_rate(&kernel, 2) < kernel_rate(&kernel_avx512vnni, 2));
}

static void a_forced_kernel_does_everything(void **state)
{
	(void)state;
	for (size_t i = 0; kernels[i]; i++)
		for (int range = 0; range < KERNEL_RANGES; range++)
			assert_ptr_equal(kernel_choose(kernels[i]).of[range], kernels[i]);
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
	cmocka_unit_test(every_way_does_smaller_numbers),
	cmocka_unit_test(ranges_of_billions),
};

static const struct CMUnitTest of_the_table[] = {
	cmocka_unit_test(each_range_has_its_kernel),
	cmocka_unit_test(the_table_ends_with_scalar),
	cmocka_unit_test(the_fastest_here_is_chosen_for_each_range),
	cmocka_unit_test(a_crowded_core_does_less),
	cmocka_unit_test(a_forced_kernel_does_everything),
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
