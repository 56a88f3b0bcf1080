/* What the cgroup of this process allows it: time of CPUs. */
#ifndef CGROUP_H
#define CGROUP_H

/* CPUs of quota of this process's cgroup, the narrowest of its ancestors; NAN if it has none. */
double cgroup_quota(void);

#endif
