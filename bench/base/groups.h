/* The directories of the cgroups that this process is in, where the kernel's files lie. */
#ifndef GROUPS_H
#define GROUPS_H

/*
 * Visits the directory of each group of that controller ("pids", "cpu") and those of all its
 * ancestors up to the mount, narrowest first; version 1 and 2, and both at once. text is that of
 * /proc/self/cgroup, root what is mounted at /sys/fs/cgroup. Directories may be missing: a
 * container sees paths that it does not have.
 */
void groups_visit(const char *root, const char *text, const char *controller,
		  void (*visit)(void *context, const char *directory), void *context);

/* The same of this process, on this machine. */
void groups_visit_own(const char *controller, void (*visit)(void *context, const char *directory),
		      void *context);

#endif
