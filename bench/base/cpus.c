/* Bit sets of PUs, and the system call that reads this thread's. */
#define _GNU_SOURCE
#include "cpus.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(unsigned long) == 8, "the kernel's masks are made of 64-bit words");

int cpus_of_thread(struct cpus *cpus)
{
	memset(cpus, 0, sizeof(*cpus));
	/* The kernel fills words of 64 bits, the lowest PUs first, as struct cpus has them. */
	return sched_getaffinity(0, sizeof(cpus->bits), (cpu_set_t *)cpus->bits) ? -errno : 0;
}

static int cpus_digit(char letter)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = letter ? strchr(digits, letter | ' ') : NULL;

	return at ? (int)(at - digits) : -1;
}

int cpus_parse(struct cpus *cpus, const char *text)
{
	size_t length;

	memset(cpus, 0, sizeof(*cpus));
	if (!*text)
		return 0;
	if (strncmp(text, "0x", 2) != 0)
		return -EINVAL;
	text += 2;
	length = strlen(text);
	if (!length || length > CPUS_MAX / 4)
		return -EINVAL;
	for (size_t i = 0; i < length; i++) {
		int digit = cpus_digit(text[length - 1 - i]);

		if (digit < 0)
			return -EINVAL;
		cpus->bits[i / 16] |= (uint64_t)digit << (i % 16 * 4);
	}
	return 0;
}

void cpus_show(const struct cpus *cpus, char text[CPUS_TEXT])
{
	size_t top = CPUS_MAX / 64, at;

	while (top && !cpus->bits[top - 1])
		top--;
	text[0] = '\0';
	if (!top)
		return;
	at = (size_t)snprintf(text, CPUS_TEXT, "0x%llx", (unsigned long long)cpus->bits[top - 1]);
	while (--top)
		at += (size_t)snprintf(text + at, CPUS_TEXT - at, "%016llx",
				       (unsigned long long)cpus->bits[top - 1]);
}

void cpus_list(const char *mask, char *text, size_t size)
{
	size_t digits = strlen(mask) - 2, at = 0;
	int begun = -1;

	text[0] = '\0';
	for (int pu = 0; pu <= (int)digits * 4; pu++) {
		bool set = pu < (int)digits * 4 &&
			   cpus_digit(mask[2 + digits - 1 - (size_t)pu / 4]) >> pu % 4 & 1;

		if (set && begun < 0)
			begun = pu;
		if (set || begun < 0)
			continue;
		if (at + 16 >= size) {
			snprintf(text + at, size - at, ",...");
			return;
		}
		at += (size_t)snprintf(text + at, size - at, at ? ",%d" : "%d", begun);
		if (pu - 1 > begun)
			at += (size_t)snprintf(text + at, size - at, "-%d", pu - 1);
		begun = -1;
	}
}

unsigned int cpus_count(const struct cpus *cpus)
{
	unsigned int count = 0;

	for (size_t i = 0; i < CPUS_MAX / 64; i++)
		count += (unsigned int)__builtin_popcountll(cpus->bits[i]);
	return count;
}

bool cpus_has(const struct cpus *cpus, unsigned int pu)
{
	return pu < CPUS_MAX && cpus->bits[pu / 64] >> (pu % 64) & 1;
}

void cpus_add(struct cpus *cpus, const struct cpus *others)
{
	for (size_t i = 0; i < CPUS_MAX / 64; i++)
		cpus->bits[i] |= others->bits[i];
}
