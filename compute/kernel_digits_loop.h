/*
 * The loop that all kernels of digits share. With digits of DIGIT_BITS, i = a 2^DIGIT_BITS + b, and
 * i*i = a*a 2^(2 DIGIT_BITS) + a*b 2^(DIGIT_BITS + 1) + b*b; three digits have six products, four
 * have ten. Every product is made for every i: neighbours share their upper digits, and nothing
 * that was made of them.
 *
 * Included once by each kernel_*.c, after it has defined
 *
 *	TARGET                   the function attribute that turns its instructions on
 *	OPAQUE(v)                the compiler no longer knows what is in the vector v
 *	DIGIT_BITS
 *	digit, LANES             a vector of so many digits
 *	digit_all(n)             the digit n in every lane
 *	digit_below(d, n, end)   d in the lanes n, n + 1, n + 2 ... below end, 0 in the others
 *	lower                    where the lowest digits of neighbours come from
 *	lower_begin(n)           from the digit n on
 *	lower_get(from, n)       LANES of them, from the n-th on
 *	lower_skip(from, n)      from the n-th on
 *	sums, SUM_BITS           a vector of sums of products, each so wide: 32 or 64
 *	sums_zero()
 *	sums_multiply(s, d, e)   s + d*e
 *	STEPS_MAX                so many times sums_multiply() of the largest digits fits
 *	sums_add(s, t)           s + t, as 64-bit lanes
 *	sums_upper(s)            s >> 32, as 64-bit lanes
 *	sums_lanes(s)            its 64-bit lanes, added up; what does not fit is lost
 *
 * and defines digits_issue(vectors, count), for the issue() of a kernel, and
 * digits_sum(begin, end, count, ways): the sum for numbers of `count` digits, with
 * `ways` independent sums of each product, enough to hide the latency of sums_multiply(), few
 * enough for the registers. Both are to be constants.
 */
#include "kernel.h"

#define INLINE TARGET static inline __attribute__((always_inline))

enum { DIGITS_MAX = 4, WAYS_MAX = 4, PRODUCTS_MAX = 10 };
#define PRODUCTS(count) ((count) * ((count) + 1) / 2)

/* The digits that each product is made of, counted from the lowest: those of two digits, of three,
 * of four. */
static const unsigned char digits_one[PRODUCTS_MAX] = { 0, 1, 1, 2, 2, 2, 3, 3, 3, 3 };
static const unsigned char digits_other[PRODUCTS_MAX] = { 0, 0, 1, 0, 1, 2, 0, 1, 2, 3 };

/*
 * What many sums came to. A sum s is added whole to `all`, which runs over, and its upper half to
 * `upper`, which does not in STRETCH terms. What the lower halves came to is what upper leaves of
 * all, and does not run over either.
 */
struct digit_total {
	sums all, upper;
};

#define STRETCH ((uint64_t)1 << 30)

/* The sums under way: of each product, in each of the ways; and what the lanes of a product's sums
 * may have come to. */
struct digit_sums {
	sums of[PRODUCTS_MAX][WAYS_MAX];
	uint64_t used[PRODUCTS_MAX];
};

#define SUM_MAX (UINT64_MAX >> (64 - SUM_BITS))

/* All products of the digits d, to the sums of one way. */
INLINE void digits_multiply(struct digit_sums *sum, digit *d, const int count, const int way)
{
	/* The compiler would see that all terms have the same upper digits, and multiply these
	 * once. */
	UNROLL
	for (int i = 1; i < count; i++)
		OPAQUE(d[i]);
	UNROLL
	for (int p = 0; p < PRODUCTS(count); p++) {
		sum->of[p][way] =
			sums_multiply(sum->of[p][way], d[digits_one[p]], d[digits_other[p]]);
		OPAQUE(sum->of[p][way]); /* it keeps its register: gcc 12 spills it otherwise */
	}
}

/* Empties the sums of a product. */
INLINE void digits_fold(struct digit_total *total, struct digit_sums *sum, const int p,
			const int ways)
{
	UNROLL
	for (int way = 0; way < ways; way++) {
		total[p].all = sums_add(total[p].all, sum->of[p][way]);
		total[p].upper = sums_add(total[p].upper, sums_upper(sum->of[p][way]));
		sum->of[p][way] = sums_zero();
	}
	sum->used[p] = 0;
}

/* Terms that all have the same upper digits, in steps of `ways` vectors. The last step may lack
 * terms: these are 0, which costs less than a loop for what is left. */
INLINE void digits_steps(struct digit_sums *sum, digit *d, lower from, uint64_t terms,
			 const int count, const int ways)
{
	const uint64_t step = (uint64_t)ways * LANES;

	for (; terms >= step; terms -= step) {
		UNROLL
		for (int way = 0; way < ways; way++) {
			d[0] = lower_get(from, way * LANES);
			digits_multiply(sum, d, count, way);
		}
		from = lower_skip(from, step);
	}
	if (terms) {
		UNROLL
		for (int way = 0; way < ways; way++) {
			digit some[DIGITS_MAX];

			some[0] = digit_below(lower_get(from, way * LANES), way * LANES, terms);
			UNROLL
			for (int i = 1; i < count; i++)
				some[i] = digit_below(d[i], way * LANES, terms);
			digits_multiply(sum, some, count, way);
		}
	}
}

/*
 * Any number of terms that all have the same upper digits. Sums are emptied when they might not
 * hold the next block: those of small digits last long.
 */
INLINE void digits_run(struct digit_total *total, struct digit_sums *sum, uint64_t begin,
		       uint64_t terms, const int count, const int ways)
{
	const uint64_t block = (uint64_t)STEPS_MAX * ways * LANES;
	const uint64_t mask = ((uint64_t)1 << DIGIT_BITS) - 1;
	lower from = lower_begin(begin & mask);
	uint64_t most[DIGITS_MAX] = { mask }, uses[PRODUCTS_MAX];
	digit d[DIGITS_MAX];

	UNROLL
	for (int i = 1; i < count; i++) {
		most[i] = begin >> i * DIGIT_BITS & mask;
		d[i] = digit_all(most[i]);
	}
	UNROLL
	for (int p = 0; p < PRODUCTS(count); p++)
		uses[p] = STEPS_MAX * 2 * most[digits_one[p]] * most[digits_other[p]];
	for (uint64_t some; terms; terms -= some) {
		some = terms < block ? terms : block;
		UNROLL
		for (int p = 0; p < PRODUCTS(count); p++) {
			if (uses[p] > SUM_MAX - sum->used[p])
				digits_fold(total, sum, p, ways);
			sum->used[p] += uses[p];
		}
		digits_steps(sum, d, from, some, count, ways);
		from = lower_skip(from, some);
	}
}

/* As one number. */
INLINE u128 digits_total(const struct digit_total *total)
{
	const uint64_t all = sums_lanes(total->all), upper = sums_lanes(total->upper);

	return ((u128)upper << (SUM_BITS - 32)) + (all - (upper << 32));
}

/* The multiplications that so many vectors of terms take, and nothing else. */
INLINE uint64_t digits_issue(uint64_t vectors, const int count)
{
	enum { CHAINS = 12 };
	digit d = digit_all(1);
	sums of[CHAINS];

	UNROLL
	for (int i = 0; i < CHAINS; i++)
		of[i] = sums_zero();
	for (uint64_t left = vectors * PRODUCTS(count) / CHAINS; left; left--) {
		UNROLL
		for (int i = 0; i < CHAINS; i++) {
			OPAQUE(d);
			of[i] = sums_multiply(of[i], d, d);
			OPAQUE(of[i]);
		}
	}
	UNROLL
	for (int i = 1; i < CHAINS; i++)
		of[0] = sums_add(of[0], of[i]);
	return sums_lanes(of[0]);
}

INLINE u128 digits_sum(uint64_t begin, uint64_t end, const int count, const int ways)
{
	const uint64_t digits = (uint64_t)1 << DIGIT_BITS;
	u128 sum = 0;

	while (begin < end) {
		uint64_t stop = end - begin < STRETCH ? end : begin + STRETCH;
		struct digit_total total[PRODUCTS_MAX];
		struct digit_sums under_way;

		UNROLL
		for (int p = 0; p < PRODUCTS(count); p++) {
			total[p] = (struct digit_total){ sums_zero(), sums_zero() };
			UNROLL
			for (int way = 0; way < ways; way++)
				under_way.of[p][way] = sums_zero();
			under_way.used[p] = 0;
		}
		while (begin < stop) {
			uint64_t same = digits - begin % digits;

			same = same < stop - begin ? same : stop - begin;
			digits_run(total, &under_way, begin, same, count, ways);
			begin += same;
		}
		UNROLL
		for (int p = 0; p < PRODUCTS(count); p++) {
			digits_fold(total, &under_way, p, ways);
			sum += digits_total(&total[p])
			       << (DIGIT_BITS * (digits_one[p] + digits_other[p]) +
				   (digits_one[p] != digits_other[p]));
		}
	}
	return sum;
}
