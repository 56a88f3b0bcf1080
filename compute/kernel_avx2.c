/* avx2: 13-bit digits, 16 a vpmaddwd, which leaves the sums of two products each in 32-bit
 * lanes. */
#include "kernel.h"

#if defined(__x86_64__)
#define VECTOR_BITS            256
#define TARGET                 __attribute__((target("avx2")))
#define sums_multiply(s, d, e) _mm256_add_epi32(s, _mm256_madd_epi16(d, e))
enum { TWO_DIGITS_WAYS = 2, THREE_DIGITS_WAYS = 2, FOUR_DIGITS_WAYS = 1 };
#include "kernel_digits_x86.h"

static bool avx2_usable(void)
{
	return __builtin_cpu_supports("avx2");
}
#endif

const struct kernel kernel_avx2 = {
	.name = "avx2",
	.needs = "this CPU has no AVX2",
	.usable = ON_X86(avx2_usable),
	.instructions = "vpmaddwd, vpaddd",
	.lanes = 16,
	.ranges = {
		{ ON_X86(digits_sum_two), ON_X86(digits_issue_two), 27000000 },
		{ ON_X86(digits_sum_three), ON_X86(digits_issue_three), 14000000 },
		{ ON_X86(digits_sum_four), ON_X86(digits_issue_four), 8500000 },
	},
};
