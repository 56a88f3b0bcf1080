/*
 * Control groups as cgroups(7) and cgroup-v2.rst of the kernel have them. A CPU quota is time, not
 * PUs, so that no topology has it: "QUOTA PERIOD" in cpu.max of v2, cpu.cfs_quota_us and
 * cpu.cfs_period_us in v1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"

/* A mount of cgroups, of mountinfo's line for it. */
struct cgroup_mount {
	char *root;   /* the group that is mounted */
	char *folder; /* where */
	bool unified; /* v2 */
};

/* Calls for each line until one returns other than 0. A file that is not there has no lines. */
static int cgroup_read(const char *root, const char *file, int (*line)(void *context, char *text),
		       void *context)
{
	char path[CGROUP_PATH], *text = NULL;
	size_t size = 0;
	FILE *stream;
	int ret = 0;

	if ((size_t)snprintf(path, sizeof(path), "%s%s", root, file) >= sizeof(path))
		return -ENAMETOOLONG;
	stream = fopen(path, "re");
	while (stream && !ret && getline(&text, &size, stream) > 0) {
		text[strcspn(text, "\n")] = '\0';
		ret = line(context, text);
	}
	free(text);
	if (stream)
		fclose(stream);
	return ret;
}

/* True if a comma-separated list has the word: "cpu" is in "rw,cpu,cpuacct". */
static bool cgroup_lists(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (; *list; list += *list == ',') {
		size_t part = strcspn(list, ",");

		if (part == length && !strncmp(list, word, length))
			return true;
		list += part;
	}
	return false;
}

/* mountinfo writes blanks and backslashes of a path as \ooo. */
static void cgroup_unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && strspn(text + 1, "01234567") >= 3) {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + text[3] - '0');
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* What is being looked for: the mounts of a controller, for one group of /proc/self/cgroup. */
struct cgroup_search {
	const char *system; /* the root of all paths */
	const char *controller;
	cgroup_visitor *visitor;
	void *context;
	const char *group;
	bool unified; /* the group is one of v2 */
};

/* The part of a group's path below the root of a mount, NULL if it does not lie there. */
static const char *cgroup_below(const char *group, const char *root)
{
	size_t length = strcmp(root, "/") ? strlen(root) : 0;

	if (strncmp(group, root, length) || (group[length] && group[length] != '/'))
		return NULL;
	return group + length;
}

/*
 * The group's folder and those around it, up to the mount. A group outside of the mount, as a
 * container may see its own from inside, has the mount itself.
 */
static int cgroup_climb(const struct cgroup_search *search, const struct cgroup_mount *mount)
{
	const char *below = cgroup_below(search->group, mount->root);
	char path[CGROUP_PATH];
	size_t base;
	int ret = 0;

	base = (size_t)snprintf(path, sizeof(path), "%s%s", search->system, mount->folder);
	if (base >= sizeof(path) || (size_t)snprintf(path + base, sizeof(path) - base, "%s",
						     below ? below : "") >= sizeof(path) - base)
		return -ENAMETOOLONG;
	while (!ret) {
		ret = search->visitor(search->context, path);
		if (strlen(path) <= base)
			break;
		*strrchr(path, '/') = '\0';
	}
	return ret;
}

/* "36 35 98:0 /root /folder rw shared:1 - cgroup cgroup rw,cpu,cpuacct" */
static int cgroup_mount_line(void *context, char *text)
{
	const struct cgroup_search *search = context;
	char *rest = strstr(text, " - "), *type, *options;
	struct cgroup_mount mount;

	if (!rest)
		return 0;
	*rest = '\0';
	rest += 3;
	type = strsep(&rest, " ");
	strsep(&rest, " ");
	options = strsep(&rest, " ");
	for (int field = 0; text && field < 3; field++)
		strsep(&text, " ");
	mount.root = strsep(&text, " ");
	mount.folder = strsep(&text, " ");
	mount.unified = !strcmp(type, "cgroup2");
	if (!mount.folder || !options || mount.unified != search->unified ||
	    (!mount.unified &&
	     (strcmp(type, "cgroup") || !cgroup_lists(options, search->controller))))
		return 0;
	cgroup_unescape(mount.root);
	cgroup_unescape(mount.folder);
	return cgroup_climb(search, &mount);
}

/* "4:cpu,cpuacct:/group" of v1, "0::/group" of v2. */
static int cgroup_group_line(void *context, char *text)
{
	struct cgroup_search *search = context;
	char *controllers, *group = text;

	strsep(&group, ":");
	controllers = strsep(&group, ":");
	if (!group)
		return 0;
	search->unified = !*controllers;
	search->group = group;
	if (!search->unified && !cgroup_lists(controllers, search->controller))
		return 0;
	return cgroup_read(search->system, "/proc/self/mountinfo", cgroup_mount_line, search);
}

int cgroup_visit(const char *root, const char *controller, cgroup_visitor *visitor, void *context)
{
	struct cgroup_search search = {
		.system = root, .controller = controller, .visitor = visitor, .context = context
	};

	return cgroup_read(root, "/proc/self/cgroup", cgroup_group_line, &search);
}

/* Reads `wanted` numbers from a group's file. */
static bool cgroup_numbers(const char *folder, const char *file, int wanted, double numbers[2])
{
	char path[CGROUP_PATH + sizeof("/cpu.cfs_period_us")];
	FILE *stream;
	int found;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	stream = fopen(path, "re");
	if (!stream)
		return false;
	found = fscanf(stream, "%lf %lf", &numbers[0], &numbers[1]);
	fclose(stream);
	return found >= wanted;
}

static int cgroup_take_quota(void *context, const char *folder)
{
	double *least = context, of[2], period[2];

	if (!cgroup_numbers(folder, "cpu.max", 2, of)) {
		if (!cgroup_numbers(folder, "cpu.cfs_quota_us", 1, of) ||
		    !cgroup_numbers(folder, "cpu.cfs_period_us", 1, period))
			return 0;
		of[1] = period[0];
	}
	if (of[0] > 0 && of[1] > 0)
		*least = fmin(*least, of[0] / of[1]);
	return 0;
}

double cgroup_quota(const char *root)
{
	double least = NAN;

	cgroup_visit(root, "cpu", cgroup_take_quota, &least);
	return least;
}
