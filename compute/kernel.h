/* Kernels: how terms are multiplied on this CPU. One file and one row each, the fastest first. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "u128.h"

struct kernel {
	const char *name;
	const char *needs;     /* what usable() looks for, for people */
	bool (*usable)(void);  /* the CPU has it, and the operating system saves its registers */
	uint64_t max;          /* the largest i for which sum is exact */
	uint64_t terms_per_ms; /* roughly, on a core of 2024: it bounds the chunks, and proves
				  nothing */
	/* The sum of i*i for begin <= i < end, end - 1 <= max. NULL if the program was built for
	 * another CPU. */
	u128 (*sum)(uint64_t begin, uint64_t end);
};

extern const struct kernel kernel_avx512vnni, kernel_avx512ifma, kernel_avx512, kernel_avx2,
	kernel_scalar;

/* All of them, ended by NULL; the last is scalar, which is usable everywhere and exact for every i
 * below 2^52. */
extern const struct kernel *const kernels[];

/*
 * The variable of the environment that names kernels, separated by commas, as if this CPU lacked
 * what they need: so the tests see a smaller CPU than the one they run on. scalar is always there.
 */
#define KERNEL_WITHOUT "CORESCALE_WITHOUT"

/* NULL if the kernel can be used here, or the reason why not. */
const char *kernel_missing(const struct kernel *kernel);

/* The fastest kernel that can be used here. */
const struct kernel *kernel_best(void);

/* Their names; NULL after the last. */
const char *kernel_nth_name(size_t n);

/* The kernel of that name. Returns 0, -EINVAL having named the choices, or -ENOTSUP having said
 * what this CPU lacks. */
int kernel_find(const struct kernel **kernel, const char *name);

/* What does the terms above the range of a kernel: the next in the table that is usable and exact
 * for more or, if the kernel was forced, scalar. */
const struct kernel *kernel_above(const struct kernel *kernel, bool forced);

/*
 * The sum of i*i for begin <= i < end <= 2^52, by the kernel where it is exact, and by
 * kernel_above() elsewhere.
 */
u128 kernel_sum(const struct kernel *kernel, bool forced, uint64_t begin, uint64_t end);

#endif
