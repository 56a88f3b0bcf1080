/*
 * Kernels: how terms are multiplied on this CPU. One file and one row each.
 *
 * Larger numbers take more multiplications, so each kernel has a function for each of three ranges,
 * and a job uses the fastest kernel in each unless one is forced.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "u128.h"

/* The ranges of i: below 2^26, 2^39 and 2^52. */
enum { KERNEL_RANGES = 3 };
extern const unsigned int kernel_bits[KERNEL_RANGES];

struct kernel {
	const char *name;
	const char *needs;        /* what usable() looks for, for people */
	bool (*usable)(void);     /* the CPU has it, and the operating system saves its registers */
	const char *instructions; /* that multiply and add up */
	unsigned int lanes;       /* terms of a vector */
	/* Whether this CPU adds where it multiplies, so that a quarter of terms_per_ms is lost.
	 * NULL: terms_per_ms has it. */
	bool (*crowded)(void);
	struct {
		/* The sum of i*i for begin <= i < end <= 2^kernel_bits. NULL if the program was
		 * built for another CPU. */
		u128 (*sum)(uint64_t begin, uint64_t end);
		/* The instructions that so many vectors of terms take, independent of each other
		 * and with nothing around them: what the core issues is the bound of sum().
		 * Returns what nobody needs, so that they are done. */
		uint64_t (*issue)(uint64_t vectors);
		/* Roughly, on a core of 2024: it ranks the kernels and bounds the chunks, and
		 * proves nothing. */
		uint64_t terms_per_ms;
	} ranges[KERNEL_RANGES];
};

extern const struct kernel kernel_avx512vnni, kernel_avx512ifma, kernel_avx512, kernel_avxvnni,
	kernel_avx2, kernel_neon, kernel_scalar;

/* All of them, ended by NULL; the last is scalar, which is usable everywhere. */
extern const struct kernel *const kernels[];

/* A function that is built for one kind of CPU only. */
#if defined(__x86_64__)
#define ON_X86(function) function
#else
#define ON_X86(function) NULL
#endif
#if defined(__aarch64__)
#define ON_ARM(function) function
#else
#define ON_ARM(function) NULL
#endif

/* Before a loop of constant length: its body that many times, so that arrays become registers. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/*
 * The variable of the environment that names kernels, separated by commas, as if this CPU lacked
 * what they need: so the tests see a smaller CPU than the one they run on. scalar is always there.
 */
#define KERNEL_WITHOUT "CORESCALE_WITHOUT"

/* NULL if the kernel can be used here, or the reason why not. */
const char *kernel_missing(const struct kernel *kernel);

/* Their names; NULL after the last. */
const char *kernel_nth_name(size_t n);

/* The kernel of that name. Returns 0, -EINVAL having named the choices, or -ENOTSUP having said
 * what this CPU lacks. */
int kernel_find(const struct kernel **kernel, const char *name);

/* What it is ranked by here: terms a millisecond, roughly. */
uint64_t kernel_rate(const struct kernel *kernel, unsigned int range);

/* The kernel of each range. */
struct kernel_choice {
	const struct kernel *of[KERNEL_RANGES];
};

/* The forced one for all ranges or, if that is NULL, the fastest that can be used here for each. */
struct kernel_choice kernel_choose(const struct kernel *forced);

/* The range of i, which is below 2^52. */
unsigned int kernel_range(uint64_t i);

/* The sum of i*i for begin <= i < end <= 2^52. */
u128 kernel_sum(const struct kernel_choice *choice, uint64_t begin, uint64_t end);

#endif
