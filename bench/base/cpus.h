/* Sets of PUs by the numbers of the operating system, as the kernel takes and gives them. */
#ifndef CPUS_H
#define CPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CPUS_MAX = 4096 };

/* A set in one hex number, as taskset prints it ("0x3"): bytes of the longest, with its end. */
enum { CPUS_TEXT = 2 + CPUS_MAX / 4 + 1 };

struct cpus {
	uint64_t bits[CPUS_MAX / 64];
};

/* The mask of this thread, from the system. Returns 0 or -errno: -EINVAL if PUs pass CPUS_MAX. */
int cpus_of_thread(struct cpus *cpus);

/* From and to text, a hex number as taskset prints it. "" is the empty set, and only that. Parsing
 * returns 0, or -EINVAL with *cpus undefined. */
int cpus_parse(struct cpus *cpus, const char *text);
void cpus_show(const struct cpus *cpus, char text[CPUS_TEXT]);

/* A text of taskset's, of any number of PUs, as a list: "0x30000000c" as "2-3,32-33"; where that is
 * longer than there is room, with "..." at its end. */
void cpus_list(const char *mask, char *text, size_t size);

unsigned int cpus_count(const struct cpus *cpus);
bool cpus_has(const struct cpus *cpus, unsigned int pu);
/* Adds all of another set. */
void cpus_add(struct cpus *cpus, const struct cpus *others);

#endif
