/*
 * The loop that all vector kernels share: each lane holds its own i, squares it, and adds the
 *square to a 64-bit accumulator of its own, which is emptied into 128 bits before it can run over.
 *Included once by each kernel_*.c, after it has defined
 *
 *	TARGET                  the function attribute that turns its instructions on
 *	vector                  the type of a vector of 64-bit lanes
 *	lanes(first, step)      { first, first + step, first + 2 step, ... }
 *	add(a, b)               lane by lane
 *	square(sum, i)          sum + i*i, for i <= NARROW_MAX
 *	square_low(sum, i)      sum + the low HIGH_SHIFT bits of i*i, and
 *	square_high(sum, i)     sum + the bits above those, for any i that the kernel is exact for
 *	NARROW_MAX              so that i*i leaves room to add up many
 *	HIGH_SHIFT
 *	NARROW_WAYS, WIDE_WAYS  independent accumulators: enough to hide the latency of square(),
 *few enough for the registers
 *
 * and defines vector_sum(begin, end).
 */
#include "kernel.h"

#include <string.h>

enum { LANES = sizeof(vector) / sizeof(uint64_t) };

/* The emptying must not show: with so many steps between, it does not. A low or high part below
 * 2^52 leaves room for as many. */
#define STEPS_MAX 4096

#define UNROLL _Pragma("GCC unroll 16")

TARGET static inline u128 lanes_total(vector v)
{
	uint64_t lane[LANES];
	u128 total = 0;

	memcpy(lane, &v, sizeof(lane));
	for (int i = 0; i < LANES; i++)
		total += lane[i];
	return total;
}

/* `steps` times NARROW_WAYS vectors of terms, from begin on. No accumulator may run over. */
TARGET static inline u128 narrow_block(uint64_t begin, uint64_t steps)
{
	const vector stride = lanes(NARROW_WAYS * LANES, 0);
	vector i[NARROW_WAYS], sum[NARROW_WAYS];
	u128 total = 0;

	UNROLL
	for (int way = 0; way < NARROW_WAYS; way++) {
		i[way] = lanes(begin + (uint64_t)way * LANES, 1);
		sum[way] = lanes(0, 0);
	}
	for (; steps; steps--) {
		UNROLL
		for (int way = 0; way < NARROW_WAYS; way++) {
			sum[way] = square(sum[way], i[way]);
			i[way] = add(i[way], stride);
		}
	}
	UNROLL
	for (int way = 0; way < NARROW_WAYS; way++)
		total += lanes_total(sum[way]);
	return total;
}

TARGET static inline u128 wide_block(uint64_t begin, uint64_t steps)
{
	const vector stride = lanes(WIDE_WAYS * LANES, 0);
	vector i[WIDE_WAYS], low[WIDE_WAYS], high[WIDE_WAYS];
	u128 total = 0;

	UNROLL
	for (int way = 0; way < WIDE_WAYS; way++) {
		i[way] = lanes(begin + (uint64_t)way * LANES, 1);
		low[way] = high[way] = lanes(0, 0);
	}
	for (; steps; steps--) {
		UNROLL
		for (int way = 0; way < WIDE_WAYS; way++) {
			low[way] = square_low(low[way], i[way]);
			high[way] = square_high(high[way], i[way]);
			i[way] = add(i[way], stride);
		}
	}
	UNROLL
	for (int way = 0; way < WIDE_WAYS; way++)
		total += lanes_total(low[way]) + (lanes_total(high[way]) << HIGH_SHIFT);
	return total;
}

/* How many squares up to last*last one accumulator holds. */
static inline uint64_t narrow_steps(uint64_t last)
{
	uint64_t fit = last ? UINT64_MAX / (last * last) : STEPS_MAX;

	return fit < STEPS_MAX ? fit : STEPS_MAX;
}

TARGET static u128 vector_sum(uint64_t begin, uint64_t end)
{
	const uint64_t narrow = NARROW_WAYS * LANES, wide = WIDE_WAYS * LANES;
	u128 total = 0;

	while (end - begin >= narrow && begin + narrow - 1 <= NARROW_MAX) {
		uint64_t steps = (end - begin) / narrow, room = (NARROW_MAX - begin + 1) / narrow,
			 fit;

		steps = steps < room ? steps : room;
		steps = steps < STEPS_MAX ? steps : STEPS_MAX;
		fit = narrow_steps(begin + steps * narrow - 1);
		steps = steps < fit ? steps : fit;
		total += narrow_block(begin, steps);
		begin += steps * narrow;
	}
	while (end - begin >= wide) {
		uint64_t steps = (end - begin) / wide;

		steps = steps < STEPS_MAX ? steps : STEPS_MAX;
		total += wide_block(begin, steps);
		begin += steps * wide;
	}
	return begin < end ? total + kernel_scalar.sum(begin, end) : total;
}
