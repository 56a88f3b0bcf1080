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

/* i*i to the sums of one way. */
INLINE void ifma_multiply(__m512i *low, __m512i *high, __m512i i, const bool wide)
{
	*low = _mm512_madd52lo_epu64(*low, i, i);
	if (wide)
		*high = _mm512_madd52hi_epu64(*high, i, i);
}

/* Up to STEPS_MAX steps of `ways` vectors of terms. The last step may lack terms: these are 0,
 * which costs less than a loop for what is left. `ways` independent sums hide the latency of a
 * product. */
INLINE u128 ifma_block(uint64_t begin, uint64_t end, const bool wide, const int ways)
{
	const uint64_t step = (uint64_t)ways * LANES;
	const __m512i stride = _mm512_set1_epi64(ways * LANES);
	const __m512i last = _mm512_set1_epi64((long long)end);
	__m512i i[WAYS_MAX], low[WAYS_MAX], high[WAYS_MAX];

	UNROLL
	for (int way = 0; way < ways; way++) {
		__m512i first = _mm512_set1_epi64((long long)begin + way * LANES);

		i[way] = _mm512_add_epi64(first, _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
		low[way] = high[way] = _mm512_setzero_si512();
	}
	for (; end - begin >= step; begin += step) {
		UNROLL
		for (int way = 0; way < ways; way++) {
			ifma_multiply(&low[way], &high[way], i[way], wide);
			i[way] = _mm512_add_epi64(i[way], stride);
		}
	}
	if (begin < end) {
		UNROLL
		for (int way = 0; way < ways; way++) {
			__mmask8 some = _mm512_cmplt_epu64_mask(i[way], last);

			ifma_multiply(&low[way], &high[way], _mm512_maskz_mov_epi64(some, i[way]),
				      wide);
		}
	}
	UNROLL
	for (int way = 1; way < ways; way++) {
		low[0] = _mm512_add_epi64(low[0], low[way]);
		high[0] = _mm512_add_epi64(high[0], high[way]);
	}
	return ifma_total(low[0]) + (wide ? ifma_total(high[0]) << 52 : 0);
}

INLINE u128 ifma_sum(uint64_t begin, uint64_t end, const bool wide, const int ways)
{
	const uint64_t block = (uint64_t)STEPS_MAX * ways * LANES;
	u128 sum = 0;

	for (uint64_t some; begin < end; begin += some) {
		some = end - begin < block ? end - begin : block;
		sum += ifma_block(begin, begin + some, wide, ways);
	}
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

/* A term takes an addition beside its multiplications. Sapphire Rapids: 4.9 terms a cycle below
 * 2^52, where avx512vnni does 5.8. */
static bool ifma_crowded(void)
{
	return __builtin_cpu_is("intel");
}
#endif

const struct kernel kernel_avx512ifma = {
	.name = "avx512ifma",
	.needs = "this CPU has no AVX-512 IFMA",
	.usable = ON_X86(ifma_usable),
	.instructions = "vpmadd52luq, vpmadd52huq, vpaddq",
	.lanes = 8,
	.crowded = ON_X86(ifma_crowded),
	.ranges = {
		{ ON_X86(ifma_narrow), ON_X86(ifma_issue_narrow), 30000000 },
		{ ON_X86(ifma_wide), ON_X86(ifma_issue_wide), 22000000 },
		{ ON_X86(ifma_wide), ON_X86(ifma_issue_wide), 22000000 },
	},
};
