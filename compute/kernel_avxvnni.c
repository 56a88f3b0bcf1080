/*
 * avxvnni: 13-bit digits, 16 a vpdpwssd, which adds two products each to 32-bit lanes: for CPUs
 * with VNNI and without AVX-512.
 */
#include "kernel.h"

#if defined(__x86_64__)
#define VECTOR_BITS            256
#define TARGET                 __attribute__((target("avx2,avxvnni")))
#define sums_multiply(s, d, e) _mm256_dpwssd_avx_epi32(s, d, e)
enum { TWO_DIGITS_WAYS = 4, THREE_DIGITS_WAYS = 2, FOUR_DIGITS_WAYS = 1 };
#include "kernel_digits_x86.h"

#include <cpuid.h>

/* clang 14 does not know the name for __builtin_cpu_supports(). The registers are those of AVX2. */
static bool avxvnni_usable(void)
{
	unsigned int a, b, c, d;

	return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) &&
	       a & 1 << 4;
}
#endif

const struct kernel kernel_avxvnni = {
	.name = "avxvnni",
	.needs = "this CPU has no AVX-VNNI",
	.usable = ON_X86(avxvnni_usable),
	.instructions = "vpdpwssd",
	.lanes = 16,
	.ranges = {
		{ ON_X86(digits_sum_two), ON_X86(digits_issue_two), 40000000 },
		{ ON_X86(digits_sum_three), ON_X86(digits_issue_three), 20000000 },
		{ ON_X86(digits_sum_four), ON_X86(digits_issue_four), 11500000 },
	},
};
