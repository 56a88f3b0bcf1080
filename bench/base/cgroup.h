/*
 * The control groups of this process, of both versions: where the files of a controller are, and
 * the time of CPUs that they allow.
 */
#ifndef CGROUP_H
#define CGROUP_H

#include <stddef.h>

/* Room for the path of a group's folder, with its end: a longer one is refused, never cut. */
enum { CGROUP_PATH = 8192 };

/* Is shown the folder of a group, shorter than CGROUP_PATH; context is the caller's. Returns 0 to
 * go on, or -errno. */
typedef int cgroup_visitor(void *context, const char *folder);

/*
 * Shows a visitor the folders of the groups that this process is in for a controller ("cpu",
 * "pids"), the innermost first and then its ancestors up to the mount, of cgroup v1 and of v2
 * where both are mounted. A limit holds if any of them sets it. Where they are mounted is what
 * proc/self/mountinfo says, so that "cpu", "cpu,cpuacct" and a container's mounts are all found.
 * root: "" for this system, or a folder with proc/ and sys/ below it. Returns 0, also where there
 * is no such group; the visitor's -errno; -ENAMETOOLONG if a path has no room.
 */
int cgroup_visit(const char *root, const char *controller, cgroup_visitor *visitor, void *context);

/*
 * CPUs of time that the groups allow, the least of all (cpu.max of v2, cpu.cfs_quota_us of v1);
 * NAN if they set no quota. root: as above.
 */
double cgroup_quota(const char *root);

#endif
