/* Sums of squares from 0, exactly, in 192 bits. */
#include "closed_form.h"

#include <errno.h>

struct u192 {
	u128 low;
	uint64_t high;
};

/* (n-1) n (2n-1) / 6 below 2^157: the division is done on the factors, so that it is exact. */
static struct u192 closed_form_below(uint64_t n)
{
	uint64_t a = n ? n - 1 : 0, b = n, c = n ? 2 * n - 1 : 0;
	u128 ab, low, high;

	if (a % 2 == 0)
		a /= 2;
	else
		b /= 2;
	if (a % 3 == 0)
		a /= 3;
	else if (b % 3 == 0)
		b /= 3;
	else
		c /= 3;
	ab = (u128)a * b;
	low = (u128)(uint64_t)ab * c;
	high = (ab >> 64) * c + (low >> 64);
	return (struct u192){ .low = high << 64 | (uint64_t)low, .high = (uint64_t)(high >> 64) };
}

int closed_form(u128 *sum, uint64_t begin, uint64_t end)
{
	struct u192 from = closed_form_below(begin), to = closed_form_below(end);

	*sum = to.low - from.low;
	return to.high == from.high + (to.low < from.low) ? 0 : -EOVERFLOW;
}

uint64_t closed_form_end(uint64_t begin)
{
	uint64_t fits = begin, over = END_MAX + 1;
	u128 sum;

	while (over - fits > 1) {
		uint64_t middle = fits + (over - fits) / 2;

		if (closed_form(&sum, begin, middle))
			over = middle;
		else
			fits = middle;
	}
	return fits;
}
