/* A chain of dependent multiplications, and how long it takes. */
#include "core_clock.h"

#include <stdint.h>

#include "clock.h"

enum { PIECES = 8, CHAIN = 6400 };

/* What the compiler cannot know in advance, it must multiply. */
static uint64_t core_clock_multiply(uint64_t x)
{
	for (int i = 0; i < CHAIN; i += 8) {
#pragma GCC unroll 8
		for (int j = 0; j < 8; j++) {
			x *= 0x5851f42d4c957f2du;
			__asm__ volatile("" : "+r"(x));
		}
	}
	return x;
}

double core_clock(void)
{
	uint64_t shortest = UINT64_MAX, x = 1;

	for (int piece = 0; piece < PIECES; piece++) {
		uint64_t began = clock_ns(), took;

		x = core_clock_multiply(x);
		took = clock_ns() - began;
		shortest = took < shortest ? took : shortest;
	}
	return shortest ? (double)CHAIN * CHAIN_CYCLES * 1e9 / (double)shortest : 0;
}
