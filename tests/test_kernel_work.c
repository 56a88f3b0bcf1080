/*
 * Kernels: that they do the work. A child does a sum an instruction at a time, and the
 * multiplications that it made are counted: as many products for each term as its digits take, and
 * as many instructions more as there are terms more. No clock is asked.
 */
#include "tests/testing.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "compute/kernel.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__
#endif
#endif

/* The products that a term takes in each range. */
static const struct {
	const char *name;
	unsigned int products[KERNEL_RANGES];
} works[] = {
	{ "avx512vnni", { 3, 6, 10 } }, { "avx512ifma", { 1, 2, 2 } }, { "avx512", { 3, 6, 10 } },
	{ "avxvnni", { 3, 6, 10 } },    { "avx2", { 3, 6, 10 } },      { "scalar", { 1, 1, 1 } },
};

struct work_count {
	uint64_t instructions, products;
};

#if defined(__x86_64__)
#include <sys/user.h>

/* The products of one instruction: of vpmaddwd, vpdpwssd, vpmadd52luq, vpmadd52huq, mulx, mul and
 * imul. */
static unsigned int work_products(const unsigned char *code)
{
	unsigned int map, bits;

	if (code[0] == 0xc5 || code[0] == 0xc4 || code[0] == 0x62) {
		if (code[0] == 0xc5) { /* two bytes of VEX */
			map = 1;
			bits = code[1] & 4 ? 256 : 128;
			code += 2;
		} else if (code[0] == 0xc4) { /* three of them */
			map = code[1] & 0x1f;
			bits = code[2] & 4 ? 256 : 128;
			code += 3;
		} else { /* EVEX */
			map = code[1] & 7;
			bits = 128u << (code[3] >> 5 & 3);
			code += 4;
		}
		if ((map == 1 && code[0] == 0xf5) || (map == 2 && code[0] == 0x52))
			return bits / 16;
		if (map == 2 && (code[0] == 0xb4 || code[0] == 0xb5))
			return bits / 64;
		return map == 2 && code[0] == 0xf6;
	}
	if ((code[0] & 0xf0) == 0x40) /* REX */
		code++;
	return (code[0] == 0x0f && code[1] == 0xaf) ||
	       (code[0] == 0xf7 && (code[1] & 0x30) == 0x20);
}

/* What the sum takes, and a little for the child to begin and end. */
static struct work_count work_of(u128 (*sum)(uint64_t begin, uint64_t end), uint64_t begin,
				 uint64_t end)
{
	struct work_count count = { 0 };
	struct user_regs_struct registers;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		volatile u128 kept;

		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(errno);
		raise(SIGSTOP);
		kept = sum(begin, end);
		(void)kept;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		skip_because("ptrace: %s", strerror(WEXITSTATUS(status)));
	while (WIFSTOPPED(status)) {
		assert_int_equal(ptrace(PTRACE_GETREGS, child, NULL, &registers), 0);
		/* A fork: its code lies where ours does. */
		count.products += work_products((const unsigned char *)registers.rip);
		count.instructions++;
		assert_int_equal(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return count;
}
#else
static struct work_count work_of(u128 (*sum)(uint64_t begin, uint64_t end), uint64_t begin,
				 uint64_t end)
{
	(void)sum;
	(void)begin;
	(void)end;
	skip_because("the instructions are counted in x86-64's encoding");
	return (struct work_count){ 0 };
}
#endif

/* Whole steps of every kernel, enough for emptying the sums to be in proportion; four times as many
 * have the same upper digits. */
enum { TERMS = 1920 };

static void check_work(u128 (*sum)(uint64_t begin, uint64_t end), uint64_t begin,
		       unsigned int products, const char *name)
{
	const struct work_count one = work_of(sum, begin, begin + TERMS),
				two = work_of(sum, begin, begin + 2 * TERMS),
				four = work_of(sum, begin, begin + 4 * TERMS);
	const uint64_t more = two.instructions - one.instructions,
		       twice = four.instructions - two.instructions;

	assert_int_equal(two.products - one.products, products * TERMS);
	assert_int_equal(four.products - two.products, 2 * products * TERMS);
	/* About twice: sums are emptied on the way. */
	if (10 * twice < 16 * more || 10 * twice > 26 * more)
		fail_msg("%s from %" PRIu64 ": %" PRIu64 " instructions more, then %" PRIu64, name,
			 begin, more, twice);
}

static void makes_every_product_of_every_term(void **state)
{
	const struct kernel *kernel = *state;
	size_t i = 0;

#if defined(__SANITIZE_THREAD__)
	skip_because("ThreadSanitizer multiplies too");
#endif
	if (kernel_missing(kernel))
		skip_because("%s", kernel_missing(kernel));
	while (i < COUNT(works) && strcmp(works[i].name, kernel->name))
		i++;
	if (i == COUNT(works))
		skip_because("the instructions are counted in x86-64's encoding");
	for (int range = 0; range < KERNEL_RANGES; range++)
		if (!range || kernel->ranges[range].sum != kernel->ranges[range - 1].sum)
			check_work(kernel->ranges[range].sum,
				   ((uint64_t)1 << kernel_bits[range]) - 4 * TERMS,
				   works[i].products[range], kernel->name);
}

int main(void)
{
	size_t count = 0;

	while (kernels[count])
		count++;

	struct CMUnitTest tests[count];

	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){ .name = kernels[i]->name,
						.test_func = makes_every_product_of_every_term,
						.initial_state = (void *)kernels[i] };
	return RUN_TESTS(tests);
}
