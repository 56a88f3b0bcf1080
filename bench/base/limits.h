/* What the limits of this system leave, asked before a team is made. */
#ifndef LIMITS_H
#define LIMITS_H

#include <stdint.h>

/*
 * Whether so many threads or processes can be had, of which `more` have still to be made; what:
 * "threads", "processes" or "ranks", for the message. Returns 0, or -EINVAL having said which limit
 * forbids it, and what is left of it.
 */
int limits_check(unsigned int count, unsigned int more, const char *what);

/* To be asked first of all. Returns 0, or -EINVAL having said that the stack (ulimit -s) is too
 * small beside what the arguments and the environment take of it. */
int limits_check_stack(void);

/*
 * Raises the limit of open files to `needed`, or as near to it as may be. Returns what may be open
 * then, `needed` or more unless the hard limit forbids it.
 */
uint64_t limits_raise_files(uint64_t needed);

/* What may be open at most, with the limit raised as far as it goes. */
uint64_t limits_most_files(void);

/*
 * Processes and threads that the narrowest of this process's cgroups and their ancestors has left
 * (pids.max less pids.current, version 1 and 2); -1 if none limits them. root: as cgroup_visit().
 */
int64_t limits_pids_left(const char *root);

#endif
