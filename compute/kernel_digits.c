/* The tables of kernel_digits.h. */
#include "kernel_digits.h"

#define FOUR(n)    n, n + 1, n + 2, n + 3
#define SIXTEEN(n) FOUR(n), FOUR(n + 4), FOUR(n + 8), FOUR(n + 12)
#define X64(n)     SIXTEEN(n), SIXTEEN(n + 16), SIXTEEN(n + 32), SIXTEEN(n + 48)
#define X256(n)    X64(n), X64(n + 64), X64(n + 128), X64(n + 192)
#define X1024(n)   X256(n), X256(n + 256), X256(n + 512), X256(n + 768)
#define X4096(n)   X1024(n), X1024(n + 1024), X1024(n + 2048), X1024(n + 3072)

_Alignas(64) const uint16_t kernel_digits[KERNEL_DIGITS + KERNEL_STEP_MAX] = { X4096(0),
									       X4096(4096) };

#define SET4   UINT16_MAX, UINT16_MAX, UINT16_MAX, UINT16_MAX
#define SET16  SET4, SET4, SET4, SET4
#define SET128 SET16, SET16, SET16, SET16, SET16, SET16, SET16, SET16

_Alignas(64) const uint16_t kernel_digit_masks[2 * KERNEL_STEP_MAX] = { SET128 };
