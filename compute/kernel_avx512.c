/* avx512: 13-bit digits, 32 a vpmaddwd, which leaves the sums of two products each in 32-bit
 * lanes. */
#include "kernel.h"

#if defined(__x86_64__)
#define VECTOR_BITS            512
#define TARGET                 __attribute__((target("avx512f,avx512bw")))
#define sums_multiply(s, d, e) _mm512_add_epi32(s, _mm512_madd_epi16(d, e))
enum { TWO_DIGITS_WAYS = 2, THREE_DIGITS_WAYS = 2, FOUR_DIGITS_WAYS = 1 };
#include "kernel_digits_x86.h"

static bool avx512_usable(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}
#endif

const struct kernel kernel_avx512 = {
	.name = "avx512",
	.needs = "this CPU has no AVX-512BW",
	.usable = ON_X86(avx512_usable),
	.instructions = "vpmaddwd, vpaddd",
	.lanes = 32,
	.ranges = {
		{ ON_X86(digits_sum_two), ON_X86(digits_issue_two), 36000000 },
		{ ON_X86(digits_sum_three), ON_X86(digits_issue_three), 18000000 },
		{ ON_X86(digits_sum_four), ON_X86(digits_issue_four), 11000000 },
	},
};
