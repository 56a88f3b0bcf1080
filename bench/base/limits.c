/* The limits of this system on threads and processes, asked before a team is made. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "limits.h"
#include "say.h"

/* The number in a file of one line, or -1: "max", or no such file. */
static long long limits_read(const char *path)
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

/* Threads of this user that already run: each counts. */
static long long limits_user_threads(void)
{
	long long count = 0;
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		char path[300];
		struct stat status;
		long threads = 0;
		FILE *file;

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		file = fopen(path, "re");
		if (!file)
			continue;
		if (fstat(fileno(file), &status) == 0 && status.st_uid == getuid() &&
		    fscanf(file,
			   "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u "
			   "%*d %*d %*d %*d %ld",
			   &threads) == 1)
			count += threads;
		fclose(file);
	}
	if (proc)
		closedir(proc);
	return count;
}

/* What ulimit -u leaves; -1: root is not held to it, or there is none. */
static long long limits_user_left(void)
{
	struct rlimit user;

	if (!geteuid() || getrlimit(RLIMIT_NPROC, &user) || user.rlim_cur == RLIM_INFINITY)
		return -1;
	return (long long)user.rlim_cur - limits_user_threads();
}

/* Threads of all the system, from /proc/loadavg's "RUNNING/ALL". */
static long long limits_running(void)
{
	FILE *file = fopen("/proc/loadavg", "re");
	long long all = 0;

	if (file && fscanf(file, "%*f %*f %*f %*d/%lld", &all) != 1)
		all = 0;
	if (file)
		fclose(file);
	return all;
}

int limits_check(unsigned int count, const char *what)
{
	long long running = limits_running(), pids = limits_read("/proc/sys/kernel/pid_max"),
		  threads = limits_read("/proc/sys/kernel/threads-max"),
		  maps = limits_read("/proc/sys/vm/max_map_count");
	double group = cgroup_pids_left();
	const struct {
		const char *name;
		long long left;
	} limits[] = {
		{ "kernel.pid_max", pids < 0 ? -1 : pids - running },
		{ "kernel.threads-max", threads < 0 ? -1 : threads - running },
		{ "the cgroup's pids.max", isnan(group) ? -1 : (long long)fmax(group, 0) },
		/* Each thread's stack is two mappings. */
		{ "half of vm.max_map_count", maps < 0 ? -1 : maps / 2 },
		{ "ulimit -u", limits_user_left() },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].left >= 0 && count > limits[i].left)
			return say_fail(EINVAL,
					"%u %s are more than this system allows (%s leaves %lld): "
					"ask for fewer",
					count, what, limits[i].name, limits[i].left);
	return 0;
}
