/*
 * avx512ifma: 8 terms a vpmadd52luq, which multiplies 52 x 52 bits and adds the low 52 bits of the
 * product to a lane. Below 2^26 that is the whole square; above, vpmadd52huq adds the rest.
 */
#include "kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512ifma")))
#define INLINE TARGET static inline __attribute__((always_inline))

/* A lane has room for 4096 numbers below 2^52: for so many steps that all ways fit into one. */
enum { LANES = 8, WAYS_MAX = 12, STEPS_MAX = 4096 / WAYS_MAX };

TARGET static u128 ifma_total(__m512i sum)
{
	uint64_t lane[LANES];
	u128 total = 0;

	_mm512_storeu_si512(lane, sum);
	for (int k = 0; k < LANES; k++)
		total += lane[k];
	return total;
}

/* `steps` times `ways` vectors of terms from begin on, and of those only the lanes in mask. */
INLINE u128 ifma_block(uint64_t begin, uint64_t steps, const __mmask8 mask, const bool wide,
		       const int ways)
{
	const __m512i stride = _mm512_set1_epi64(ways * LANES);
	__m512i i[WAYS_MAX], low[WAYS_MAX], high[WAYS_MAX];

	UNROLL
	for (int way = 0; way < ways; way++) {
		__m512i first = _mm512_set1_epi64((long long)begin + way * LANES);

		i[way] = _mm512_maskz_add_epi64(mask, first,
						_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
		low[way] = high[way] = _mm512_setzero_si512();
	}
	for (; steps; steps--) {
		UNROLL
		for (int way = 0; way < ways; way++) {
			low[way] = _mm512_madd52lo_epu64(low[way], i[way], i[way]);
			if (wide)
				high[way] = _mm512_madd52hi_epu64(high[way], i[way], i[way]);
			i[way] = _mm512_add_epi64(i[way], stride);
		}
	}
	UNROLL
	for (int way = 1; way < ways; way++) {
		low[0] = _mm512_add_epi64(low[0], low[way]);
		high[0] = _mm512_add_epi64(high[0], high[way]);
	}
	return ifma_total(low[0]) + (wide ? ifma_total(high[0]) << 52 : 0);
}

/* `ways` independent sums hide the latency of a product. */
INLINE u128 ifma_sum(uint64_t begin, uint64_t end, const bool wide, const int ways)
{
	const uint64_t step = (uint64_t)ways * LANES;
	u128 sum = 0;

	for (uint64_t steps; (steps = (end - begin) / step); begin += steps * step) {
		steps = steps < STEPS_MAX ? steps : STEPS_MAX;
		sum += ifma_block(begin, steps, UINT8_MAX, wide, ways);
	}
	if (end - begin >= LANES) {
		uint64_t steps = (end - begin) / LANES;

		sum += ifma_block(begin, steps, UINT8_MAX, wide, 1);
		begin += steps * LANES;
	}
	if (begin < end)
		sum += ifma_block(begin, 1, (__mmask8)((1 << (end - begin)) - 1), wide, 1);
	return sum;
}

/* Zen 5 issues two a cycle and ends them four cycles later: 8 ways keep up in theory, 12 do when
 * measured. */
TARGET static u128 ifma_narrow(uint64_t begin, uint64_t end)
{
	return ifma_sum(begin, end, false, 12);
}

TARGET static u128 ifma_wide(uint64_t begin, uint64_t end)
{
	return ifma_sum(begin, end, true, 8);
}

/* A vector takes one multiplication or two, and an addition, for its next terms. */
INLINE uint64_t ifma_issue(uint64_t vectors, const bool wide)
{
	__m512i one = _mm512_set1_epi64(1), i[WAYS_MAX], sum[WAYS_MAX];

	UNROLL
	for (int way = 0; way < WAYS_MAX; way++)
		i[way] = sum[way] = one;
	for (vectors /= WAYS_MAX; vectors; vectors--) {
		UNROLL
		for (int way = 0; way < WAYS_MAX; way++) {
			sum[way] = _mm512_madd52lo_epu64(sum[way], one, one);
			__asm__("" : "+v"(sum[way]));
			if (wide)
				sum[way] = _mm512_madd52hi_epu64(sum[way], one, one);
			__asm__("" : "+v"(sum[way]));
			i[way] = _mm512_add_epi64(i[way], one);
			__asm__("" : "+v"(i[way]));
		}
	}
	UNROLL
	for (int way = 0; way < WAYS_MAX; way++)
		one = _mm512_xor_si512(one, _mm512_add_epi64(sum[way], i[way]));
	return (uint64_t)ifma_total(one);
}

TARGET static uint64_t ifma_issue_narrow(uint64_t vectors)
{
	return ifma_issue(vectors, false);
}

TARGET static uint64_t ifma_issue_wide(uint64_t vectors)
{
	return ifma_issue(vectors, true);
}

static bool ifma_usable(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma");
}
#endif

const struct kernel kernel_avx512ifma = {
	.name = "avx512ifma",
	.needs = "this CPU has no AVX-512 IFMA",
	.usable = ON_X86(ifma_usable),
	.instructions = "vpmadd52luq, vpmadd52huq, vpaddq",
	.lanes = 8,
	.ranges = {
		{ ON_X86(ifma_narrow), ON_X86(ifma_issue_narrow), 30000000 },
		{ ON_X86(ifma_wide), ON_X86(ifma_issue_wide), 15000000 },
		{ ON_X86(ifma_wide), ON_X86(ifma_issue_wide), 15000000 },
	},
};
