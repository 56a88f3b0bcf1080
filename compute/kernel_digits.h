/* What the kernels of 13-bit digits load: the digits themselves, and masks. */
#ifndef KERNEL_DIGITS_H
#define KERNEL_DIGITS_H

#include <stdint.h>

enum {
	KERNEL_DIGIT_BITS = 13,
	KERNEL_DIGITS = 1 << KERNEL_DIGIT_BITS,
	KERNEL_LANES_MAX = 32,
	KERNEL_STEP_MAX = 4 * KERNEL_LANES_MAX
};

/*
 * 0, 1, 2 ... 8191: all that the lowest digits of neighbours can be, in their order. To load them
 * leaves the ports that multiply free, and to count them up in registers does not. After them stand
 * zeros, for a step that begins at the last one.
 */
extern const uint16_t kernel_digits[KERNEL_DIGITS + KERNEL_STEP_MAX];

/* As many times all bits set as the longest step has terms, and then as many zeros: at
 * KERNEL_STEP_MAX - n begins a mask of the first n. */
extern const uint16_t kernel_digit_masks[2 * KERNEL_STEP_MAX];

#endif
