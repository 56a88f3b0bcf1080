/* The table of launchers, and whether the one that we start is to be had. */
#define _GNU_SOURCE
#include "launcher.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocation.h"

/* Every rank has one of these: PMIX_SERVER_URI2=1362558976.0;tcp4://127.0.0.1:46219 */
#define CONTACT "PMIX_SERVER_URI"

const struct launcher *const launchers[] = { &launcher_openmpi, &launcher_hydra, &launcher_srun_pmi,
					     &launcher_srun, NULL };

const char *launcher_nth_name(size_t n)
{
	for (size_t i = 0; launchers[i]; i++)
		if ((!i || strcmp(launchers[i]->name, launchers[i - 1]->name)) && !n--)
			return launchers[i]->name;
	return NULL;
}

const struct launcher *launcher_find(const char *name, const char *library)
{
	for (const struct launcher *const *row = launchers; *row; row++)
		if ((!name || !strcmp(name, (*row)->name)) &&
		    (!(*row)->fits || (*row)->fits(library ? library : "Open MPI")))
			return *row;
	return NULL;
}

bool launcher_reaches_out(const struct launcher_request *request)
{
	return request->hosts || request->hostfile || allocation_hosts() > 1;
}

bool launcher_tells(const char *name)
{
	for (const struct launcher *const *row = launchers; *row; row++)
		for (const char *const *begin = (*row)->tells; begin && *begin; begin++)
			if (!strncmp(name, *begin, strlen(*begin)))
				return true;
	return false;
}

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

const char *launcher_missing(const struct launcher *launcher)
{
	return launcher_is_in_path(launcher->command) ? NULL : launcher->missing;
}

/* Whether somebody listens at a port of this host; also true if it cannot be known. The sockets
 * that listen come first in the file. */
static bool launcher_listens(const char *table, unsigned int port)
{
	FILE *file = fopen(table, "re");
	unsigned int local, state;
	char line[512];
	bool found = !file;

	while (file && !found && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x", &local, &state) != 2)
			continue;
		if (state != 0x0a)
			break;
		found = local == port;
	}
	if (file)
		fclose(file);
	return found;
}

bool launcher_has_pmix(void)
{
	for (char **text = environ; text && *text; text++) {
		const char *uri = strchr(*text, '='), *port;

		if (strncmp(*text, CONTACT, strlen(CONTACT)) || !uri)
			continue;
		port = strstr(uri, "tcp") ? strrchr(uri, ':') : NULL;
		if (!port || launcher_listens("/proc/net/tcp", (unsigned int)atoi(port + 1)) ||
		    launcher_listens("/proc/net/tcp6", (unsigned int)atoi(port + 1)))
			return true;
	}
	return false;
}

bool launcher_has_pmi(void)
{
	const char *pipe = getenv("PMI_FD");

	/* Without a pipe it listens at a port, maybe of another host. */
	return pipe ? fcntl(atoi(pipe), F_GETFD) >= 0 : getenv("PMI_PORT") != NULL;
}
