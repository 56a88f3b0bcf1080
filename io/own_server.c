/* A server of our own to fetch from, started once. */
#define _GNU_SOURCE
#include "own_server.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/companion.h"
#include "bench/base/say.h"
#include "io/server/listen.h"
#include "io/server/serve.h"

/* So many requests, to a server with these words. */
#define REQUESTS 200
#define SIZES    "1529,1474"
#define DELAY    "10ms"

/* Its URL without the last slash, for the processes that we start. */
#define VARIABLE "CORESCALE_OWN_SERVER"

#define LOOPBACK "127.0.0.1"

static int own_server_start(bool apart)
{
	char address[NI_MAXHOST] = LOOPBACK, base[NI_MAXHOST + 32];
	char *const words[] = { (char *)"fetchall",  (char *)"serve",
				(char *)"--sizes",   (char *)SIZES,
				(char *)"--delay",   (char *)DELAY,
				(char *)"--address", address,
				(char *)"-q",        NULL };
	const char *missing = serve_missing();
	int ret;

	if (missing)
		return say_fail(ENOTSUP,
				"without a URL a server of our own is fetched from, and it is %s: "
				"give URLs, or -f FILE",
				missing);
	if (apart && listen_find_address(address, sizeof(address)))
		return say_fail(ENOTSUP, "without a URL a server of our own is fetched from, and "
					 "this host has no address that the others could reach it "
					 "at: give URLs, or -f FILE");
	ret = companion_start(words, base, sizeof(base));
	if (ret || !*base)
		return ret;
	base[strlen(base) - 1] = '\0';
	setenv(VARIABLE, base, true);
	if (apart)
		say_fact("the ranks fetch from %s, a server of our own on this host, which others "
			 "can reach while this runs",
			 base);
	return 0;
}

int own_server_list(FILE *list, uint64_t requests, bool apart)
{
	uint64_t count = requests ? requests : REQUESTS;
	int ret = own_server_used() ? 0 : own_server_start(apart);

	for (uint64_t i = 0; !ret && i < count; i++)
		fprintf(list, "%s/%" PRIu64 "\n", getenv(VARIABLE), i);
	return ret;
}

bool own_server_used(void)
{
	return getenv(VARIABLE) != NULL;
}

int own_server_check(bool apart)
{
	const char *base = getenv(VARIABLE);

	if (!apart || !base || !strstr(base, LOOPBACK))
		return 0;
	return say_fail(EINVAL, "without a URL a server of our own is fetched from; the ranks turn "
				"out to be on several hosts, and it listens on one alone: name the "
				"hosts with --hosts or --hostfile, or give URLs");
}
