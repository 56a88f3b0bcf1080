/*
 * The CPU quota of this process's cgroup: time, not PUs, so no topology has it. cgroup v2 says
 * "QUOTA PERIOD" in cpu.max, v1 has cpu.cfs_quota_us and cpu.cfs_period_us; the narrowest of all
 * ancestors holds. Where a controller is mounted, "/sys/fs/cgroup/cpu,cpuacct" say, is in
 * /proc/self/mountinfo; the group, relative to that mount, in /proc/self/cgroup.
 */
#define _GNU_SOURCE
#include "cgroup.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CGROUP_PATH = 4096 };

/* Numbers at the begin of a file of one line; returns how many, at most 2. "max" is none. */
static int cgroup_read_numbers(const char *group, const char *name, double numbers[2])
{
	char path[CGROUP_PATH + 64];
	FILE *file;
	int got;

	snprintf(path, sizeof(path), "%s/%s", group, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	got = fscanf(file, "%lf %lf", &numbers[0], &numbers[1]);
	fclose(file);
	return got < 0 ? 0 : got;
}

double cgroup_group_quota(const char *group)
{
	double quota[2], period[2];

	if (cgroup_read_numbers(group, "cpu.max", quota) == 2)
		return quota[0] > 0 && quota[1] > 0 ? quota[0] / quota[1] : NAN;
	if (cgroup_read_numbers(group, "cpu.cfs_quota_us", quota) < 1 ||
	    cgroup_read_numbers(group, "cpu.cfs_period_us", period) < 1)
		return NAN;
	return quota[0] > 0 && period[0] > 0 ? quota[0] / period[0] : NAN;
}

/* Calls back for a group and each of its ancestors up to the mount, the group first. */
static void cgroup_walk(const char *mount, const char *group,
			void (*visit)(const char *path, void *context), void *context)
{
	char path[CGROUP_PATH + CGROUP_PATH];
	size_t root = strlen(mount);

	snprintf(path, sizeof(path), "%s%s", mount, group);
	for (;;) {
		char *slash;

		while (strlen(path) > root && path[strlen(path) - 1] == '/')
			path[strlen(path) - 1] = '\0';
		visit(path, context);
		if (strlen(path) <= root)
			return;
		slash = strrchr(path, '/');
		*slash = '\0';
	}
}

static void cgroup_narrow(const char *path, void *least)
{
	double quota = cgroup_group_quota(path), *narrowest = least;

	if (!isnan(quota) && !(*narrowest <= quota))
		*narrowest = quota;
}

double cgroup_least_quota(const char *mount, const char *group)
{
	double least = NAN;

	cgroup_walk(mount, group, cgroup_narrow, &least);
	return least;
}

/* Whether a word is in a list that commas divide: "cpu" in "rw,cpu,cpuacct". */
static bool cgroup_has_word(const char *list, size_t length, const char *word)
{
	while (length) {
		size_t part = strcspn(list, ",");

		part = part < length ? part : length;
		if (part == strlen(word) && !strncmp(list, word, part))
			return true;
		part += part < length;
		list += part;
		length -= part;
	}
	return false;
}

/* Undoes mountinfo's octal escapes, of blanks say. */
static void cgroup_unescape(char *path)
{
	char *to = path;

	for (; *path; path++) {
		if (path[0] == '\\' && path[1] && path[2] && path[3]) {
			*to++ = (char)strtol((char[]){ path[1], path[2], path[3], '\0' }, NULL, 8);
			path += 3;
		} else {
			*to++ = *path;
		}
	}
	*to = '\0';
}

/* Where a hierarchy is mounted, and the group that its mount shows as its root. */
struct cgroup_mount {
	char at[CGROUP_PATH], root[CGROUP_PATH];
};

/* controller: NULL for the unified hierarchy of v2. Returns whether it is mounted. */
static bool cgroup_find_mount(struct cgroup_mount *mount, const char *controller)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	while (file && !found && getline(&line, &room, file) > 0) {
		const char *rest = strstr(line, " - ");
		char type[32], options[1024];

		if (!rest || sscanf(rest, " - %31s %*s %1023s", type, options) != 2 ||
		    sscanf(line, "%*s %*s %*s %4095s %4095s", mount->root, mount->at) != 2)
			continue;
		found = controller ? !strcmp(type, "cgroup") &&
					     cgroup_has_word(options, strlen(options), controller)
				   : !strcmp(type, "cgroup2");
	}
	free(line);
	if (file)
		fclose(file);
	cgroup_unescape(mount->root);
	cgroup_unescape(mount->at);
	return found;
}

/* A container may see its own group as the root of the mount. */
static const char *cgroup_below(const struct cgroup_mount *mount, const char *group)
{
	size_t length = strlen(mount->root);

	if (length > 1 && !strncmp(group, mount->root, length) &&
	    (group[length] == '/' || !group[length]))
		return group + length;
	return length > 1 ? "" : group;
}

/* The hierarchies whose groups bound CPU time: v1's controller, and v2. Calls back for each. */
static void cgroup_each(const char *controller,
			void (*visit)(const char *mount, const char *group, void *context),
			void *context)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	struct cgroup_mount *mount = malloc(sizeof(*mount));
	char *line = NULL;
	size_t room = 0;

	while (file && mount && getline(&line, &room, file) > 0) {
		const char *controllers = strchr(line, ':');
		const char *group = controllers ? strchr(controllers + 1, ':') : NULL;
		bool unified = group == controllers + 1;

		line[strcspn(line, "\n")] = '\0';
		if (!group ||
		    (!unified && !cgroup_has_word(controllers + 1,
						  (size_t)(group - controllers - 1), controller)))
			continue;
		if (cgroup_find_mount(mount, unified ? NULL : controller))
			visit(mount->at, cgroup_below(mount, group + 1), context);
	}
	free(line);
	free(mount);
	if (file)
		fclose(file);
}

static void cgroup_add_quota(const char *mount, const char *group, void *least)
{
	double quota = cgroup_least_quota(mount, group), *narrowest = least;

	if (!isnan(quota) && !(*narrowest <= quota))
		*narrowest = quota;
}

double cgroup_quota(void)
{
	double least = NAN;

	cgroup_each("cpu", cgroup_add_quota, &least);
	return least;
}

/* The group where the file is, the first one from below. */
struct cgroup_search {
	const char *name;
	char *path;
	size_t size;
	int found;
};

static void cgroup_try_file(const char *mount, const char *group, void *context)
{
	struct cgroup_search *search = context;
	FILE *file;

	if (search->found)
		return;
	snprintf(search->path, search->size, "%s%s/%s", mount, group, search->name);
	file = fopen(search->path, "re");
	search->found = file != NULL;
	if (file)
		fclose(file);
}

int cgroup_cpu_file(const char *name, char *path, size_t size)
{
	struct cgroup_search search = { .name = name, .path = path, .size = size };

	cgroup_each("cpu", cgroup_try_file, &search);
	return search.found;
}

/* Processes and threads that may still be started: the least over a group and its ancestors. */
static void cgroup_narrow_pids(const char *path, void *least)
{
	double most[2], current[2], *narrowest = least;

	if (cgroup_read_numbers(path, "pids.max", most) < 1 ||
	    cgroup_read_numbers(path, "pids.current", current) < 1)
		return;
	if (!(*narrowest <= most[0] - current[0]))
		*narrowest = most[0] - current[0];
}

static void cgroup_add_pids(const char *mount, const char *group, void *least)
{
	cgroup_walk(mount, group, cgroup_narrow_pids, least);
}

double cgroup_pids_left(void)
{
	double left = NAN;

	cgroup_each("pids", cgroup_add_pids, &left);
	return left;
}
