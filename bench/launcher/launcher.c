/* The table of launchers, and whether the one that we start is to be had. */
#define _GNU_SOURCE
#include "launcher.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct launcher *const launchers[] = { &launcher_openmpi, &launcher_srun, NULL };

/* As execvp() looks for it. */
static bool launcher_is_in_path(const char *command)
{
	const char *at = getenv("PATH");
	char path[PATH_MAX];

	if (!at)
		at = "/bin:/usr/bin";
	for (;;) {
		size_t length = strcspn(at, ":");

		snprintf(path, sizeof(path), "%.*s%s%s", (int)length, at, length ? "/" : "",
			 command);
		if (access(path, X_OK) == 0)
			return true;
		at += length;
		if (!*at++)
			return false;
	}
}

const char *launcher_missing(void)
{
	return launcher_is_in_path(launchers[0]->command) ? NULL : "no mpirun in PATH";
}
