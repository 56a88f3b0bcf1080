/* The limits of this system on threads and processes, asked before a team is made. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "limits.h"
#include "say.h"

/* Left for the rest of the system and this user. */
#define HEADROOM 64

/* The number in a file of one line, or -1: "max", or no such file. */
static long long read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	long long number = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%lld", &number) != 1)
		number = -1;
	fclose(file);
	return number;
}

/* pids.max of the cgroup that this process is in, cgroup v2 or v1; -1 for none. */
static long long cgroup_pids(void)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char line[4096], path[4400];
	long long limit = -1;

	while (file && fgets(line, sizeof(line), file)) {
		const char *controllers = strchr(line, ':');
		const char *group = controllers ? strchr(controllers + 1, ':') : NULL;

		line[strcspn(line, "\n")] = '\0';
		if (!group || limit >= 0)
			continue;
		if (controllers + 1 == group)
			snprintf(path, sizeof(path), "/sys/fs/cgroup%s/pids.max", group + 1);
		else if (!strncmp(controllers + 1, "pids:", 5))
			snprintf(path, sizeof(path), "/sys/fs/cgroup/pids%s/pids.max", group + 1);
		else
			continue;
		limit = read_number(path);
	}
	if (file)
		fclose(file);
	return limit;
}

int limits_check(unsigned int count, const char *what)
{
	struct rlimit user;
	const struct {
		const char *name;
		long long limit;
	} limits[] = {
		{ "kernel.pid_max", read_number("/proc/sys/kernel/pid_max") },
		{ "kernel.threads-max", read_number("/proc/sys/kernel/threads-max") },
		{ "the cgroup's pids.max", cgroup_pids() },
		/* Each thread's stack is two mappings. */
		{ "half of vm.max_map_count", read_number("/proc/sys/vm/max_map_count") / 2 },
		/* Which root is not held to. */
		{ "ulimit -u",
		  !geteuid() || getrlimit(RLIMIT_NPROC, &user) || user.rlim_cur == RLIM_INFINITY
			  ? -1
			  : (long long)user.rlim_cur },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].limit > 0 && count + (long long)HEADROOM > limits[i].limit)
			return say_fail(EINVAL,
					"%u %s are more than this system allows (%s is %lld): ask "
					"for fewer",
					count, what, limits[i].name, limits[i].limit);
	return 0;
}
