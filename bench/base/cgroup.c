/*
 * The CPU quota of this process's cgroup: time, not PUs, so no topology has it. cgroup v2 says
 * "QUOTA PERIOD" in cpu.max, v1 has cpu.cfs_quota_us and cpu.cfs_period_us; the narrowest of all
 * ancestors holds.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"

/* CPUs of quota that one group's files allow, NAN if none. */
static double group_quota(const char *group)
{
	double quota = -1, period = -1;
	char path[4400];
	FILE *file;

	snprintf(path, sizeof(path), "%s/cpu.max", group);
	file = fopen(path, "re");
	if (file) {
		if (fscanf(file, "%lf %lf", &quota, &period) != 2)
			quota = -1;
		fclose(file);
		return quota > 0 && period > 0 ? quota / period : NAN;
	}
	snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", group);
	file = fopen(path, "re");
	if (file && fscanf(file, "%lf", &quota) != 1)
		quota = -1;
	if (file)
		fclose(file);
	snprintf(path, sizeof(path), "%s/cpu.cfs_period_us", group);
	file = fopen(path, "re");
	if (file && fscanf(file, "%lf", &period) != 1)
		period = -1;
	if (file)
		fclose(file);
	return quota > 0 && period > 0 ? quota / period : NAN;
}

/* The least quota of a group and its ancestors below the mount. */
static double least_quota(const char *mount, const char *group)
{
	double least = NAN;
	char path[4300];
	size_t root = strlen(mount);

	snprintf(path, sizeof(path), "%s%s", mount, group);
	for (;;) {
		double quota = group_quota(path);
		char *slash = strrchr(path, '/');

		least = isnan(least) || quota < least ? quota : least;
		if (!slash || (size_t)(slash - path) < root || strlen(path) <= root)
			return least;
		*slash = '\0';
	}
}

/* True if a line's list of controllers has cpu in it: "cpu", "cpu,cpuacct". */
static bool has_cpu(const char *controllers, size_t length)
{
	while (length) {
		size_t word = strcspn(controllers, ",:");

		if (word == 3 && !strncmp(controllers, "cpu", 3))
			return true;
		word += word < length;
		controllers += word;
		length -= word;
	}
	return false;
}

double cgroup_quota(void)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	double least = NAN;
	char line[4096];

	while (file && fgets(line, sizeof(line), file)) {
		const char *controllers = strchr(line, ':');
		const char *group = controllers ? strchr(controllers + 1, ':') : NULL;
		double quota = NAN;

		line[strcspn(line, "\n")] = '\0';
		if (!group)
			continue;
		if (group == controllers + 1)
			quota = least_quota("/sys/fs/cgroup", group + 1);
		else if (has_cpu(controllers + 1, (size_t)(group - controllers - 1)))
			quota = least_quota("/sys/fs/cgroup/cpu", group + 1);
		least = isnan(least) || quota < least ? quota : least;
	}
	if (file)
		fclose(file);
	return least;
}
