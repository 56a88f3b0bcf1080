/* What the cgroup of this process allows it: time of CPUs, and processes. */
#ifndef CGROUP_H
#define CGROUP_H

#include <stddef.h>

/* CPUs of quota of this process's cgroup, the narrowest of its ancestors; NAN if it has none. */
double cgroup_quota(void);

/* The same of one group, whose files are in that folder; and the narrowest of a group below a mount
 * and all its ancestors. v1 and v2 alike. */
double cgroup_group_quota(const char *group);
double cgroup_least_quota(const char *mount, const char *group);

/*
 * The path of a file of the group that bounds this process's CPU time, "cpu.stat": in cgroup v2 the
 * unified group, in v1 that of the cpu controller. Returns 1 with the path, 0 if there is no group.
 */
int cgroup_cpu_file(const char *name, char *path, size_t size);

/* Processes and threads that this process's cgroup, or an ancestor, lets it start in addition
 * (pids.max less pids.current); NAN where there is no such limit. */
double cgroup_pids_left(void);

#endif
