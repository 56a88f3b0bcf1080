/*
 * neon: 26-bit digits, 4 of them in two umlal, which add the product of two of them each to a
 * 64-bit lane. Below 2^26 that is one multiplication for each i, and above it three.
 */
#include "kernel.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#define TARGET
#define OPAQUE(v)  __asm__("" : "+w"(v))
#define DIGIT_BITS 26
#define LANES      4
#define SUM_BITS   64
/* 2048 * 2 * (2^26 - 1)^2 < 2^64 */
#define STEPS_MAX 2048

typedef uint32x4_t digit, lower;
typedef uint64x2_t sums;

static const uint32_t neon_lanes[LANES] = { 0, 1, 2, 3 };

#define digit_all(n)           vdupq_n_u32((uint32_t)(n))
#define digit_below(d, n, end) vandq_u32(d, vcltq_u32(lower_begin(n), digit_all(end)))
#define lower_begin(n)         vaddq_u32(vld1q_u32(neon_lanes), digit_all(n))
#define lower_get(from, n)     vaddq_u32(from, digit_all(n))
#define lower_skip(from, n)    lower_get(from, n)
#define sums_zero()            vdupq_n_u64(0)
#define sums_multiply(s, d, e) vmlal_high_u32(vmlal_u32(s, vget_low_u32(d), vget_low_u32(e)), d, e)
#define sums_add(s, t)         vaddq_u64(s, t)
#define sums_upper(s)          vshrq_n_u64(s, 32)
#define sums_lanes(s)          vaddvq_u64(s)
#include "kernel_digits_loop.h"

static u128 neon_sum_one(uint64_t begin, uint64_t end)
{
	return digits_sum(begin, end, 1, 4);
}

static u128 neon_sum_two(uint64_t begin, uint64_t end)
{
	return digits_sum(begin, end, 2, 4);
}

static uint64_t neon_issue_one(uint64_t vectors)
{
	return digits_issue(vectors, 1);
}

static uint64_t neon_issue_two(uint64_t vectors)
{
	return digits_issue(vectors, 2);
}

/* Every 64-bit Arm CPU has these vectors. */
static bool neon_usable(void)
{
	return true;
}
#endif

const struct kernel kernel_neon = {
	.name = "neon",
	.needs = "any 64-bit Arm CPU",
	.usable = ON_ARM(neon_usable),
	.instructions = "umlal, umlal2",
	.lanes = 4,
	.ranges = {
		{ ON_ARM(neon_sum_one), ON_ARM(neon_issue_one), 8000000 },
		{ ON_ARM(neon_sum_two), ON_ARM(neon_issue_two), 4000000 },
		{ ON_ARM(neon_sum_two), ON_ARM(neon_issue_two), 4000000 },
	},
};
