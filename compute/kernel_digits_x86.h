/*
 * What the kernels of 13-bit digits on x86 have in common. Included by each, after it has defined
 * VECTOR_BITS, 256 or 512; TARGET and sums_multiply() for kernel_digits_loop.h; and how many ways
 * the numbers of two, three and four digits take: TWO_DIGITS_WAYS, ... It defines digits_sum_two(),
 * digits_sum_three() and digits_sum_four(), and digits_issue_two() ..., for the ranges of a kernel.
 */
#include <immintrin.h>

#include "kernel_digits.h"

#if VECTOR_BITS == 256
#define MM(operation) _mm256_##operation
#define SI(operation) _mm256_##operation##_si256
typedef __m256i digit, sums;
#else
#define MM(operation) _mm512_##operation
#define SI(operation) _mm512_##operation##_si512
typedef __m512i digit, sums;
#endif

#define OPAQUE(v)  __asm__("" : "+v"(v))
#define DIGIT_BITS KERNEL_DIGIT_BITS
#define LANES      (VECTOR_BITS / 16)
#define SUM_BITS   32
/* 32 * 2 * 8191^2 < 2^32 */
#define STEPS_MAX 32

_Static_assert(KERNEL_STEP_MAX >= TWO_DIGITS_WAYS * LANES &&
		       KERNEL_STEP_MAX >= THREE_DIGITS_WAYS * LANES &&
		       KERNEL_STEP_MAX >= FOUR_DIGITS_WAYS * LANES,
	       "what is loaded of a step is in the tables");

typedef const uint16_t *lower;
#define lower_begin(n)      (&kernel_digits[n])
#define lower_get(from, n)  SI(loadu)((const void *)((from) + (n)))
#define lower_skip(from, n) ((from) + (n))
#define digit_all(n)        MM(set1_epi16)((short)(n))
#define digit_below(d, n, end) \
	SI (and)(d, lower_get(kernel_digit_masks, KERNEL_STEP_MAX - (end) + (n)))
#define sums_zero()    SI(setzero)()
#define sums_add(s, t) MM(add_epi64)(s, t)
#define sums_upper(s)  MM(srli_epi64)(s, 32)

/* Lanes are added as vectors, which may pass 2^64; _mm512_reduce_add_epi64() adds signed numbers,
 * which may not. */
#if VECTOR_BITS == 512
#define sums_quarters(s) \
	_mm256_add_epi64(_mm512_castsi512_si256(s), _mm512_extracti64x4_epi64(s, 1))
#else
#define sums_quarters(s) (s)
#endif

TARGET static inline uint64_t sums_lanes(sums s)
{
	__m256i four = sums_quarters(s);
	__m128i two =
		_mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));

	return (uint64_t)_mm_cvtsi128_si64(two) + (uint64_t)_mm_extract_epi64(two, 1);
}

#include "kernel_digits_loop.h"

TARGET static u128 digits_sum_two(uint64_t begin, uint64_t end)
{
	return digits_sum(begin, end, 2, TWO_DIGITS_WAYS);
}

TARGET static u128 digits_sum_three(uint64_t begin, uint64_t end)
{
	return digits_sum(begin, end, 3, THREE_DIGITS_WAYS);
}

TARGET static u128 digits_sum_four(uint64_t begin, uint64_t end)
{
	return digits_sum(begin, end, 4, FOUR_DIGITS_WAYS);
}

TARGET static uint64_t digits_issue_two(uint64_t vectors)
{
	return digits_issue(vectors, 2);
}

TARGET static uint64_t digits_issue_three(uint64_t vectors)
{
	return digits_issue(vectors, 3);
}

TARGET static uint64_t digits_issue_four(uint64_t vectors)
{
	return digits_issue(vectors, 4);
}
