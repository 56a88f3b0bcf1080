/*
 * The judge: sums of squares by the closed form, which no strategy and no kernel uses.
 *
 *	0^2 + 1^2 + ... + (n-1)^2  =  (n-1) n (2n-1) / 6
 */
#ifndef CLOSED_FORM_H
#define CLOSED_FORM_H

#include <stdint.h>

#include "u128.h"

/* The largest end of a range: i < 2^52, so that the widest kernels are exact. */
#define END_MAX ((uint64_t)1 << 52)

/* The sum of i*i for begin <= i < end <= END_MAX. Returns 0, or -EOVERFLOW if it does not fit 128
 * bits. */
int closed_form(u128 *sum, uint64_t begin, uint64_t end);

/* The largest end for which the sum from begin fits 128 bits, at most END_MAX. */
uint64_t closed_form_end(uint64_t begin);

#endif
