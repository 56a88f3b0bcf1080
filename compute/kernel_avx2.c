/* avx2: 4 terms a vpmuludq, the 32 x 32 -> 64 bit multiplication. */
#include "kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
typedef __m256i vector;

#define add(a, b) _mm256_add_epi64(a, b)
#define lanes(first, step)                                                                      \
	_mm256_set_epi64x((long long)((first) + 3 * (step)), (long long)((first) + 2 * (step)), \
			  (long long)((first) + (step)), (long long)(first))
#define square(sum, i) _mm256_add_epi64(sum, _mm256_mul_epu32(i, i))
#define square_low(sum, i)    \
	_mm256_add_epi64(sum, \
			 _mm256_and_si256(_mm256_mul_epu32(i, i), _mm256_set1_epi64x(0xffffffff)))
#define square_high(sum, i) _mm256_add_epi64(sum, _mm256_srli_epi64(_mm256_mul_epu32(i, i), 32))
/* 64 squares to an emptying, at least */
#define NARROW_MAX  (((uint64_t)1 << 29) - 1)
#define HIGH_SHIFT  32
#define NARROW_WAYS 6
#define WIDE_WAYS   4
#include "kernel_vector.h"

static bool usable(void)
{
	return __builtin_cpu_supports("avx2");
}
#define HOOK(hook) hook
#else
#define HOOK(hook) NULL
#endif

const struct kernel kernel_avx2 = {
	.name = "avx2",
	.needs = "this CPU has no AVX2",
	.usable = HOOK(usable),
	.max = UINT32_MAX,
	.terms_per_ms = 16000000,
	.sum = HOOK(vector_sum),
};
