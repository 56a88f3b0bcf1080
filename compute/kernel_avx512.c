/* avx512: 8 terms a vpmuludq, the 32 x 32 -> 64 bit multiplication. */
#include "kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f")))
typedef __m512i vector;

#define add(a, b) _mm512_add_epi64(a, b)
#define lanes(first, step)                                         \
	_mm512_add_epi64(_mm512_set1_epi64((long long)(first)),    \
			 _mm512_mul_epu32(_mm512_set1_epi64(step), \
					  _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0)))
#define square(sum, i) _mm512_add_epi64(sum, _mm512_mul_epu32(i, i))
#define square_low(sum, i)    \
	_mm512_add_epi64(sum, \
			 _mm512_and_si512(_mm512_mul_epu32(i, i), _mm512_set1_epi64(0xffffffff)))
#define square_high(sum, i) _mm512_add_epi64(sum, _mm512_srli_epi64(_mm512_mul_epu32(i, i), 32))
/* 64 squares to an emptying, at least */
#define NARROW_MAX  (((uint64_t)1 << 29) - 1)
#define HIGH_SHIFT  32
#define NARROW_WAYS 8
#define WIDE_WAYS   6
#include "kernel_vector.h"

static bool usable(void)
{
	return __builtin_cpu_supports("avx512f");
}
#define HOOK(hook) hook
#else
#define HOOK(hook) NULL
#endif

const struct kernel kernel_avx512 = {
	.name = "avx512",
	.needs = "this CPU has no AVX-512F",
	.usable = HOOK(usable),
	.max = UINT32_MAX,
	.terms_per_ms = 32000000,
	.sum = HOOK(vector_sum),
};
