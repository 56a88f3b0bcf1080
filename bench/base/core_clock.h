/* The clock of the core that a worker runs on, as that worker's own thread finds it. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

/*
 * Times a chain of multiplications, each of which needs the one before, for about 50 us: so many
 * take as many cycles on a busy chip as on an idle one, whatever is in its caches. Returns cycles a
 * second, if a multiplication takes CHAIN_CYCLES of them; only the ratio of two such numbers from
 * cores of one kind says something for certain.
 *
 * The fastest of several pieces counts, so that an interrupt does not pass for a slow core. That
 * the system gives the core to others shows in the time that the work takes, not here.
 */
double core_clock(void);

/*
 * Latency of a 64-bit multiplication: 3 cycles on x86-64 since 2008 (A. Fog, Instruction tables),
 * and on most 64-bit Arm cores.
 */
#define CHAIN_CYCLES 3

#endif
