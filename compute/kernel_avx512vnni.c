/*
 * avx512vnni: i = a 2^13 + b, and i*i = a*a 2^26 + a*b 2^14 + b*b. A vpdpwssd multiplies 32 pairs
 * of 16-bit digits and adds two products to each 32-bit lane, so that three of them square 32
 * terms. Where a core issues as many of them as multiplications of 52 bits, that is more than one
 * 52-bit multiplication for each term would allow.
 */
#include "kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vnni")))

enum { DIGIT_BITS = 13, DIGITS = 1 << DIGIT_BITS };
/* A 32-bit lane holds 32 sums of two products: 32 * 2 * 8191^2 < 2^32. */
enum { STEPS_MAX = 32, LANES = 32 };
/* Each with three accumulators: enough to hide the latency of a product, few enough for the
 * registers. */
#define NARROW_WAYS 4
enum { STEP = NARROW_WAYS * LANES };

/* All the lower digits there are, in their order: to load them leaves the ports that multiply free,
 * and to count them up in registers does not. */
#define FOUR(n)    n, n + 1, n + 2, n + 3
#define SIXTEEN(n) FOUR(n), FOUR(n + 4), FOUR(n + 8), FOUR(n + 12)
#define X64(n)     SIXTEEN(n), SIXTEEN(n + 16), SIXTEEN(n + 32), SIXTEEN(n + 48)
#define X256(n)    X64(n), X64(n + 64), X64(n + 128), X64(n + 192)
#define X1024(n)   X256(n), X256(n + 256), X256(n + 512), X256(n + 768)
#define X4096(n)   X1024(n), X1024(n + 1024), X1024(n + 2048), X1024(n + 3072)
static const _Alignas(64) uint16_t digits[DIGITS] = { X4096(0), X4096(4096) };

/* Sums of the digits' products, in 64-bit lanes. */
struct parts {
	__m512i high, middle, low;
};

#define UNROLL _Pragma("GCC unroll 4")

/* Adds unsigned 32-bit lanes, in pairs, to 64-bit ones. */
TARGET static inline __m512i widen(__m512i sum, __m512i lanes)
{
	sum = _mm512_add_epi64(sum, _mm512_srli_epi64(lanes, 32));
	return _mm512_add_epi64(sum, _mm512_and_si512(lanes, _mm512_set1_epi64(UINT32_MAX)));
}

/* `steps` times STEP terms from a 2^13 + b on, all of one a. No more than STEPS_MAX. */
TARGET static inline void block(struct parts *parts, uint64_t a, const uint16_t *b, uint64_t steps)
{
	const __m512i upper = _mm512_set1_epi16((short)a);
	__m512i high[NARROW_WAYS], middle[NARROW_WAYS], low[NARROW_WAYS];

	UNROLL
	for (int way = 0; way < NARROW_WAYS; way++) {
		high[way] = middle[way] = low[way] = _mm512_setzero_si512();
		/* The compiler would see that all terms have the same a*a, and multiply it once. */
		__asm__("" : "+v"(high[way]));
	}
	for (; steps; steps--, b += STEP) {
		UNROLL
		for (int way = 0; way < NARROW_WAYS; way++) {
			const __m512i lower = _mm512_loadu_si512(b + way * LANES);

			high[way] = _mm512_dpwssd_epi32(high[way], upper, upper);
			middle[way] = _mm512_dpwssd_epi32(middle[way], upper, lower);
			low[way] = _mm512_dpwssd_epi32(low[way], lower, lower);
		}
	}
	UNROLL
	for (int way = 0; way < NARROW_WAYS; way++) {
		parts->high = widen(parts->high, high[way]);
		parts->middle = widen(parts->middle, middle[way]);
		parts->low = widen(parts->low, low[way]);
	}
}

TARGET static u128 total(const struct parts *parts)
{
	return ((u128)(uint64_t)_mm512_reduce_add_epi64(parts->high) << 2 * DIGIT_BITS) +
	       ((u128)(uint64_t)_mm512_reduce_add_epi64(parts->middle) << (DIGIT_BITS + 1)) +
	       (uint64_t)_mm512_reduce_add_epi64(parts->low);
}

/* There are fewer than 2^26 terms, so that no 64-bit sum of products below 2^26 runs over. */
TARGET static u128 sum(uint64_t begin, uint64_t end)
{
	struct parts parts = { 0 };
	u128 rest = 0;

	while (begin < end) {
		uint64_t a = begin / DIGITS, b = begin % DIGITS;
		uint64_t count = DIGITS - b < end - begin ? DIGITS - b : end - begin;
		uint64_t steps = count / STEP;

		for (uint64_t done = 0, some; done < steps; done += some) {
			some = steps - done < STEPS_MAX ? steps - done : STEPS_MAX;
			block(&parts, a, &digits[b + done * STEP], some);
		}
		begin += count;
		if (count % STEP)
			rest += kernel_scalar.sum(begin - count % STEP, begin);
	}
	return total(&parts) + rest;
}

static bool usable(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vnni");
}
#define HOOK(hook) hook
#else
#define HOOK(hook) NULL
#endif

const struct kernel kernel_avx512vnni = {
	.name = "avx512vnni",
	.needs = "this CPU has no AVX-512 VNNI",
	.usable = HOOK(usable),
	.max = ((uint64_t)1 << 26) - 1,
	.terms_per_ms = 60000000,
	.sum = HOOK(sum),
};
