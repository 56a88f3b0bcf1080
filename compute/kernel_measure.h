/* How fast a kernel is on this core, beside what the core could do at most. */
#ifndef KERNEL_MEASURE_H
#define KERNEL_MEASURE_H

#include "kernel.h"

/* All are medians of the same rounds, by the CPU time of this thread. */
struct kernel_speed {
	double rate;  /* terms a second */
	double clock; /* cycles a second, as core_clock() has them */
	double bound; /* terms a second, if the core did nothing but multiply and add up */
	double share; /* rate over bound */
};

/* Measures a kernel that is usable here, with the largest numbers of a range, for some 50 ms. */
struct kernel_speed kernel_measure(const struct kernel *kernel, unsigned int range);

#endif
