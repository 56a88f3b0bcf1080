/* scalar: one 64 x 64 -> 128 bit multiplication a term, on any CPU. The others are held to it.
 */
#include "kernel.h"

/*
 * The compiler must not know that i counts up: clang 14 turns the plain loop into the closed form.
 * Telling it that i may have changed costs no instruction.
 */
#define OPAQUE(i) __asm__("" : "+r"(i))

static u128 scalar_sum(uint64_t begin, uint64_t end)
{
	u128 a = 0, b = 0, c = 0, d = 0;
	uint64_t i = begin;

	for (; end - i >= 4; i += 4) {
		uint64_t p = i, q = i + 1, r = i + 2, s = i + 3;

		OPAQUE(p);
		OPAQUE(q);
		OPAQUE(r);
		OPAQUE(s);
		a += (u128)p * p;
		b += (u128)q * q;
		c += (u128)r * r;
		d += (u128)s * s;
	}
	for (; i < end; i++) {
		uint64_t p = i;

		OPAQUE(p);
		a += (u128)p * p;
	}
	return a + b + c + d;
}

static uint64_t scalar_issue(uint64_t vectors)
{
	uint64_t i = 1;
	u128 product;

	for (vectors /= 4; vectors; vectors--) {
		UNROLL
		for (int k = 0; k < 4; k++) {
			OPAQUE(i);
			product = (u128)i * i;
			__asm__ volatile(""
					 :
					 : "r"((uint64_t)product), "r"((uint64_t)(product >> 64)));
		}
	}
	return i;
}

static bool scalar_usable(void)
{
	return true;
}

const struct kernel kernel_scalar = {
	.name = "scalar",
	.needs = "any CPU",
	.usable = scalar_usable,
	.instructions = "64 x 64 bits",
	.lanes = 1,
	.ranges = { { scalar_sum, scalar_issue, 2000000 },
		    { scalar_sum, scalar_issue, 2000000 },
		    { scalar_sum, scalar_issue, 2000000 } },
};
