/* /proc/self/cgroup, as directories. */
#include "groups.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A list of controllers ends at the line's second colon: "cpu,cpuacct". */
static bool groups_has(const char *list, const char *controller)
{
	while (*list && *list != ':') {
		size_t word = strcspn(list, ",:");

		if (word == strlen(controller) && !strncmp(list, controller, word))
			return true;
		list += word + (list[word] == ',');
	}
	return false;
}

/* A group and its ancestors, up to the mount itself. */
static void groups_visit_up(const char *mount, const char *group,
			    void (*visit)(void *context, const char *directory), void *context)
{
	char path[8192];
	size_t root = strlen(mount);

	if (snprintf(path, sizeof(path), "%s%s", mount, group) >= (int)sizeof(path))
		return;
	for (;;) {
		char *slash = strrchr(path, '/');

		visit(context, path);
		if (strlen(path) <= root || !slash || slash < path + root)
			return;
		*slash = '\0';
	}
}

/* One line: "8:pids:/group", or "0::/group" of version 2. */
static void groups_visit_line(const char *root, const char *line, const char *controller,
			      void (*visit)(void *context, const char *directory), void *context)
{
	const char *list = strchr(line, ':'), *path = list ? strchr(list + 1, ':') : NULL;
	char mount[4096], list_text[256];

	if (!path)
		return;
	list++;
	path++;
	if (!strcmp(path, "/"))
		path = "";
	snprintf(list_text, sizeof(list_text), "%.*s", (int)strcspn(list, ":"), list);
	if (!list_text[0]) {
		/* Version 2, alone, and beside version 1. */
		groups_visit_up(root, path, visit, context);
		snprintf(mount, sizeof(mount), "%s/unified", root);
		groups_visit_up(mount, path, visit, context);
	} else if (groups_has(list, controller)) {
		snprintf(mount, sizeof(mount), "%s/%s", root, list_text);
		groups_visit_up(mount, path, visit, context);
		/* "cpu" is a link to "cpu,cpuacct" on most machines, and on some there is only
		 * one of them. */
		snprintf(mount, sizeof(mount), "%s/%s", root, controller);
		if (strcmp(list_text, controller) != 0)
			groups_visit_up(mount, path, visit, context);
	}
}

void groups_visit(const char *root, const char *text, const char *controller,
		  void (*visit)(void *context, const char *directory), void *context)
{
	char line[8192];

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		size_t length = strcspn(text, "\n");

		if (length >= sizeof(line))
			continue;
		memcpy(line, text, length);
		line[length] = '\0';
		groups_visit_line(root, line, controller, visit, context);
	}
}

void groups_visit_own(const char *controller, void (*visit)(void *context, const char *directory),
		      void *context)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char text[16384];
	size_t length;

	if (!file)
		return;
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	groups_visit("/sys/fs/cgroup", text, controller, visit, context);
}
