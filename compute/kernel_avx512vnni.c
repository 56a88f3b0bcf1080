/*
 * avx512vnni: 13-bit digits, 32 a vpdpwssd, which adds two products each to 32-bit lanes.
 * Where a core issues as many of them as multiplications of 52 bits, that is more than one 52-bit
 * multiplication for each term would allow, below 2^39.
 */
#include "kernel.h"

#if defined(__x86_64__)
#define VECTOR_BITS            512
#define TARGET                 __attribute__((target("avx512f,avx512bw,avx512vnni")))
#define sums_multiply(s, d, e) _mm512_dpwssd_epi32(s, d, e)
enum { TWO_DIGITS_WAYS = 4, THREE_DIGITS_WAYS = 2, FOUR_DIGITS_WAYS = 2 };
#include "kernel_digits_x86.h"

static bool avx512vnni_usable(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vnni");
}
#endif

const struct kernel kernel_avx512vnni = {
	.name = "avx512vnni",
	.needs = "this CPU has no AVX-512 VNNI",
	.usable = ON_X86(avx512vnni_usable),
	.instructions = "vpdpwssd",
	.lanes = 32,
	.ranges = {
		{ ON_X86(digits_sum_two), ON_X86(digits_issue_two), 60000000 },
		{ ON_X86(digits_sum_three), ON_X86(digits_issue_three), 30000000 },
		{ ON_X86(digits_sum_four), ON_X86(digits_issue_four), 18000000 },
	},
};
