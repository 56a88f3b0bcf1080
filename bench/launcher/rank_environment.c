/* What the launcher of this process says of it in the environment, before MPI is started. */
#define _GNU_SOURCE
#include "rank_environment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "launcher.h"

/* Every rank has one of these: PMIX_SERVER_URI2=1362558976.0;tcp4://127.0.0.1:46219 */
#define CONTACT "PMIX_SERVER_URI"

/* The whole number that a variable begins with; -1 if there is none. */
static long launched_number(const char *name)
{
	const char *text = getenv(name);
	char *end;
	long value = text ? strtol(text, &end, 10) : -1;

	return text && end != text && value >= 0 && value < 1 << 30 ? value : -1;
}

/* The launcher that the environment tells of; NULL for none. */
static const struct launcher *launched_by(void)
{
	for (const struct launcher *const *row = launchers; *row; row++)
		if (getenv((*row)->size) && (!(*row)->also || getenv((*row)->also)))
			return *row;
	return NULL;
}

bool rank_environment_present(void)
{
	return launched_by() != NULL;
}

static unsigned int launched_value(const char *name, unsigned int fallback)
{
	long value = launched_number(name);

	return value < 0 ? fallback : (unsigned int)value;
}

unsigned int rank_environment_ranks(void)
{
	const struct launcher *by = launched_by();

	return by ? launched_value(by->size, 1) : 1;
}

unsigned int rank_environment_rank(void)
{
	const struct launcher *by = launched_by();

	return by ? launched_value(by->rank, 0) : 0;
}

unsigned int rank_environment_ranks_here(void)
{
	const struct launcher *by = launched_by();
	unsigned int here = by ? launched_value(by->ranks_here, 1) : 1;

	return here ? here : 1;
}

/* Whether somebody listens at a port of this host; also true if it cannot be known. The sockets that
 * listen come first in the file. */
static bool launched_listens(const char *table, unsigned int port)
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

/* Whether the launcher can be there: none is without a way to talk to it. */
static bool launched_is_alive(void)
{

	for (char **text = environ; text && *text; text++) {
		const char *uri = strchr(*text, '='), *port;

		if (strncmp(*text, CONTACT, strlen(CONTACT)) || !uri)
			continue;
		port = strstr(uri, "tcp") ? strrchr(uri, ':') : NULL;
		if (!port || launched_listens("/proc/net/tcp", (unsigned int)atoi(port + 1)) ||
		    launched_listens("/proc/net/tcp6", (unsigned int)atoi(port + 1)))
			return true;
	}
	return false;
}

int rank_environment_check(void)
{
	const struct launcher *by = launched_by();
	long ranks, rank;

	if (!by)
		return 0;
	ranks = launched_number(by->size);
	rank = launched_number(by->rank);
	if (ranks < 1 || rank < 0 || rank >= ranks)
		return say_fail(ENOTSUP,
				"the environment says that %s started this, but %s=%s and %s=%s do "
				"not fit: unset %s, or start the ranks with %s",
				by->name, by->size, getenv(by->size), by->rank,
				getenv(by->rank) ? getenv(by->rank) : "", by->size, by->name);
	if (!launched_is_alive())
		return say_fail(
			ENOTSUP,
			"%s=%ld says that %s started this, but none is there to talk to: it "
			"is left from another job; unset %s, or start the ranks with %s",
			by->size, ranks, by->name, by->size, by->name);
	return 0;
}
