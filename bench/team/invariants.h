/* What must hold of the times of any run: where it does not, a number is wrong, and the program. */
#ifndef INVARIANTS_H
#define INVARIANTS_H

#include <stdint.h>

#include "worker.h"

/*
 * Workers of other hosts are timed by the clocks of those hosts. Each clock may be slewed by up to
 * 500 parts in a million (adjtimex(2)), so that two may differ by 1,000. CPU time is counted by
 * another clock than the monotonic one, which is not slewed: 500, and 500 more for what the kernel
 * found out about the rate of its time-stamp counter. Beside that, clocks have a resolution of 1
 * ns.
 */
#define INVARIANTS_CLOCKS_PPM 1000

/*
 * Checks one run: no worker was busy for longer than the run took; and all workers of a host
 * together had no more CPU time than the PUs that they may use have in that time. The rows of a
 * host may lie anywhere in the list; leader is the host whose clock told elapsed_ns, and no slack
 * is given there between two readings of one clock. Returns 0, or -EIO having named both numbers.
 */
int invariants_check(const struct worker *rows, unsigned int count, const char *leader,
		     uint64_t elapsed_ns);

#endif
