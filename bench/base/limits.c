/* How many threads and processes are left: of the system, this user, and this process's cgroups. */
#define _GNU_SOURCE
#include "limits.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cgroup.h"
#include "say.h"

/* Left for the rest of the system. */
#define LIMITS_RESERVE 64

/* Seen to be enough for our deepest calls, in Open MPI's start and in libcurl, twice over. */
#define LIMITS_STACK 229376

/* The number in a file of one line, or -1: "max", or no such file. */
static int64_t limits_read(const char *path)
{
	FILE *file = fopen(path, "re");
	int64_t number = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%" SCNd64, &number) != 1)
		number = -1;
	fclose(file);
	return number;
}

/* The lesser of two, where -1 is no limit. */
static int64_t limits_least(int64_t one, int64_t other)
{
	return one < 0 || (other >= 0 && other < one) ? other : one;
}

/* What a group has left, if it limits: the least of all is kept in *context. */
static int limits_visit_group(void *context, const char *folder)
{
	int64_t *least = context, most, now;
	char file[CGROUP_PATH + sizeof("/pids.current")];

	snprintf(file, sizeof(file), "%s/pids.max", folder);
	most = limits_read(file);
	snprintf(file, sizeof(file), "%s/pids.current", folder);
	now = limits_read(file);
	if (most >= 0)
		*least = limits_least(*least, most > now ? most - (now > 0 ? now : 0) : 0);
	return 0;
}

int64_t limits_pids_left(const char *root)
{
	int64_t least = -1;

	cgroup_visit(root, "pids", limits_visit_group, &least);
	return least;
}

/* Threads of the whole system. */
static int64_t limits_tasks(void)
{
	FILE *file = fopen("/proc/loadavg", "re");
	int64_t tasks = 0;

	if (file && fscanf(file, "%*f %*f %*f %*d/%" SCNd64, &tasks) != 1)
		tasks = 0;
	if (file)
		fclose(file);
	return tasks;
}

/* Threads of a process if it is of that user, 0 otherwise. */
static int64_t limits_threads_of(const char *process, uid_t user)
{
	char path[300], line[256];
	int64_t threads = 0;
	unsigned int owner = user + 1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/status", process);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		sscanf(line, "Uid: %u", &owner);
		if (sscanf(line, "Threads: %" SCNd64, &threads) == 1)
			break;
	}
	if (file)
		fclose(file);
	return owner == user ? threads : 0;
}

/* What ulimit -u leaves to this user; -1 if it does not hold, as for root. */
static int64_t limits_user_left(void)
{
	struct rlimit user;
	struct dirent *entry;
	int64_t threads = 0;
	DIR *proc;

	if (!geteuid() || getrlimit(RLIMIT_NPROC, &user) || user.rlim_cur == RLIM_INFINITY)
		return -1;
	proc = opendir("/proc");
	while (proc && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			threads += limits_threads_of(entry->d_name, getuid());
	if (proc)
		closedir(proc);
	return (int64_t)user.rlim_cur > threads ? (int64_t)user.rlim_cur - threads : 0;
}

/* Threads that this process may still have by vm.max_map_count: each takes two mappings, its stack
 * and the guard below it. */
static int64_t limits_maps_left(void)
{
	int64_t most = limits_read("/proc/sys/vm/max_map_count"), maps = 0;
	FILE *file = fopen("/proc/self/maps", "re");

	for (int letter; file && (letter = getc(file)) != EOF;)
		maps += letter == '\n';
	if (file)
		fclose(file);
	if (most < 0)
		return -1;
	return most > maps ? (most - maps) / 2 : 0;
}

/* What is left of a limit of the whole system. */
static int64_t limits_system_left(const char *path)
{
	int64_t most = limits_read(path), taken = limits_tasks() + LIMITS_RESERVE;

	if (most < 0)
		return -1;
	return most > taken ? most - taken : 0;
}

int limits_check(unsigned int count, unsigned int more, const char *what)
{
	const struct {
		const char *name;
		int64_t left;
	} limits[] = {
		{ "kernel.pid_max", limits_system_left("/proc/sys/kernel/pid_max") },
		{ "kernel.threads-max", limits_system_left("/proc/sys/kernel/threads-max") },
		{ "pids.max of the cgroup", limits_pids_left("") },
		{ "vm.max_map_count", !strcmp(what, "threads") ? limits_maps_left() : -1 },
		{ "ulimit -u", limits_user_left() },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].left >= 0 && (int64_t)more > limits[i].left)
			return say_fail(EINVAL,
					"%u %s are more than can be had here: %s leaves room for "
					"%" PRId64 " more; ask for fewer",
					count, what, limits[i].name, limits[i].left);
	return 0;
}

/* What the arguments and the environment take of the stack: they lie where it begins. */
static size_t limits_stack_taken(void)
{
	const char *end = (const char *)getauxval(AT_EXECFN);

	return end ? (size_t)(end - (const char *)__builtin_frame_address(0)) : 0;
}

int limits_check_stack(void)
{
	size_t needed = limits_stack_taken() + LIMITS_STACK, unit = 65536, enough;
	struct rlimit stack;

	if (getrlimit(RLIMIT_STACK, &stack) || stack.rlim_cur >= needed)
		return 0;
	/* Linux begins a stack up to 8 kB lower than it could, at random. */
	enough = (needed + 8192 + unit - 1) / unit * unit;
	return say_fail(EINVAL,
			"a stack of %llu kB (ulimit -s) is too small for these arguments and "
			"this environment: give %zu kB or more",
			(unsigned long long)stack.rlim_cur / 1024, enough / 1024);
}

uint64_t limits_raise_files(uint64_t needed)
{
	struct rlimit limit, raised;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return needed;
	if (limit.rlim_cur >= needed)
		return limit.rlim_cur;
	raised = limit;
	raised.rlim_cur = needed < limit.rlim_max ? needed : limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &raised) ? limit.rlim_cur : raised.rlim_cur;
}

uint64_t limits_most_files(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) ? 0 : limit.rlim_max;
}
