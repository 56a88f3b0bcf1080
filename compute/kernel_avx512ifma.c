/*
 * avx512ifma: 8 terms a vpmadd52luq, which multiplies 52 x 52 bits and adds the low 52 bits of the
 * product. Below 2^26 that is the whole square; above, vpmadd52huq adds the rest.
 */
#include "kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512ifma")))
typedef __m512i vector;

#define add(a, b) _mm512_add_epi64(a, b)
#define lanes(first, step)                                         \
	_mm512_add_epi64(_mm512_set1_epi64((long long)(first)),    \
			 _mm512_mul_epu32(_mm512_set1_epi64(step), \
					  _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0)))
#define square(sum, i)      _mm512_madd52lo_epu64(sum, i, i)
#define square_low(sum, i)  _mm512_madd52lo_epu64(sum, i, i)
#define square_high(sum, i) _mm512_madd52hi_epu64(sum, i, i)
#define NARROW_MAX          (((uint64_t)1 << 26) - 1)
#define HIGH_SHIFT          52
/* Zen 5 issues two a cycle and ends them four cycles later: 8 ways keep up in theory, 12 do when
 * measured. */
#define NARROW_WAYS 12
#define WIDE_WAYS   8
#include "kernel_vector.h"

static bool usable(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma");
}
#define HOOK(hook) hook
#else
#define HOOK(hook) NULL
#endif

const struct kernel kernel_avx512ifma = {
	.name = "avx512ifma",
	.needs = "this CPU has no AVX-512 IFMA",
	.usable = HOOK(usable),
	.max = ((uint64_t)1 << 52) - 1,
	.terms_per_ms = 60000000,
	.sum = HOOK(vector_sum),
};
