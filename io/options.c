/* The table of fetchall's options, and the few that no kind of value fits. */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/say.h"

/* As enum fetch_http has them. */
static const char *options_nth_http(size_t n)
{
	static const char *const versions[] = {
		[FETCH_HTTP_AUTO] = "auto", [FETCH_HTTP_ONE] = "1.1", [FETCH_HTTP_TWO] = "2", NULL
	};

	return versions[n];
}

static int options_take_cacert(void *into, const char *value)
{
	FILE *file;
	char line[256];
	bool any = false;
	int err = 0;

	errno = 0;
	file = fopen(value, "re");
	while (file && !any && fgets(line, sizeof(line), file))
		any = !strncmp(line, "-----BEGIN ", 11) && strstr(line, "CERTIFICATE-----");
	/* A folder can be opened, and not read. */
	if (!file || ferror(file))
		err = errno;
	if (file)
		fclose(file);
	if (err)
		return say_fail(EINVAL, "--cacert %s cannot be read: %s", value, strerror(err));
	if (!any)
		return say_fail(EINVAL,
				"--cacert %s has no certificate in it: give a file in PEM, with "
				"-----BEGIN CERTIFICATE-----",
				value);
	((struct fetchall_options *)into)->fetch.cacert = value;
	return 0;
}

static int options_take_here(void *into, const char *value)
{
	(void)value;
	((struct fetchall_options *)into)->fetch.output = ".";
	return 0;
}

static int options_take_discard(void *into, const char *value)
{
	(void)value;
	((struct fetchall_options *)into)->fetch.output = NULL;
	((struct fetchall_options *)into)->discard = true;
	return 0;
}

static int options_take_seed(void *into, const char *value)
{
	return scenario_set_seed(&((struct fetchall_options *)into)->scenario, value);
}

static int options_take_sizes(void *into, const char *value)
{
	return scenario_set_sizes(&((struct fetchall_options *)into)->scenario, value);
}

static int options_take_delay(void *into, const char *value)
{
	return scenario_set_delay(&((struct fetchall_options *)into)->scenario, value);
}

static int options_take_bandwidth(void *into, const char *value)
{
	return scenario_set_bandwidth(&((struct fetchall_options *)into)->scenario, value);
}

static int options_take_failures(void *into, const char *value)
{
	return scenario_set_failures(&((struct fetchall_options *)into)->scenario, value);
}

enum { FETCHING = VERB_RUN | VERB_COMPARE | VERB_SCALE, HANDED_ON = VERB_COMPARE | VERB_SCALE };

#define AT(member)    .offset = offsetof(struct fetchall_options, member)
#define OWN(function) .kind = OPTION_OWN, .take = function

const struct option_row options_fetchall[] = {
	{ "http", 0, "VERSION",
	  "1.1, 2 or auto; default auto: HTTP/2 where TLS negotiates it, 1.1 elsewhere", FETCHING,
	  HANDED_ON, .kind = OPTION_WORD, AT(fetch.http), .nth = options_nth_http },
	{ "cacert", 0, "FILE", "authorities to trust instead of the system's", FETCHING, HANDED_ON,
	  OWN(options_take_cacert) },
	{ "insecure", 0, NULL, "trust any server: nobody is who it says it is", FETCHING, HANDED_ON,
	  .kind = OPTION_FLAG, AT(fetch.insecure) },
	{ "max-filesize", 0, "BYTES",
	  "a larger body is a failure; k, M and G are powers of 1000; default no limit", FETCHING,
	  HANDED_ON, .kind = OPTION_BYTES, AT(fetch.max_filesize), .low = 1, .high = 1e15 },
	{ "connect-timeout", 0, "S", "seconds to connect in, TLS included; default 10", FETCHING,
	  HANDED_ON, .kind = OPTION_SECONDS, AT(fetch.connect_timeout), .low = 0.001,
	  .high = 86400 },
	{ "stall-timeout", 0, "S", "seconds with hardly a byte that are a failure; default 30",
	  FETCHING, HANDED_ON, .kind = OPTION_SECONDS, AT(fetch.stall_timeout), .low = 0.001,
	  .high = 86400 },
	{ "transfer-timeout", 0, "S", "seconds in which each transfer must be over; default none",
	  FETCHING, HANDED_ON, .kind = OPTION_SECONDS, AT(fetch.transfer_timeout), .low = 0.001,
	  .high = 86400 },
	{ "downgrade", 0, NULL, "follow redirects from https to http, too", FETCHING, HANDED_ON,
	  .kind = OPTION_FLAG, AT(fetch.downgrade) },
	{ "check-seed", 0, NULL,
	  "compare each byte with what the server says it is made of, as of fetchall serve",
	  FETCHING, HANDED_ON, .kind = OPTION_FLAG, AT(fetch.seeded) },
	{ "output-dir", 'o', "DIR", "save each body as a file in DIR, which is made if need be",
	  VERB_RUN, .kind = OPTION_TEXT, AT(fetch.output) },
	{ "here", 'O', NULL, "save them in this folder, as -o . does", VERB_RUN,
	  OWN(options_take_here) },
	{ "discard", 0, NULL, "count, check and throw away the bodies, as without -o", VERB_RUN,
	  OWN(options_take_discard) },
	{ "clobber", 0, NULL,
	  "save over files that are there; otherwise they are left, and their "
	  "URLs not asked for",
	  VERB_RUN, .kind = OPTION_FLAG, AT(fetch.clobber) },
	{ "strict", 0, NULL, "fetch nothing if a line of the list is wrong, as without -o",
	  VERB_RUN, .kind = OPTION_FLAG, AT(strict) },
	{ "port", 0, "PORT", "to listen on; default 0, any that is free", VERB_OWN,
	  .kind = OPTION_COUNT, AT(port), .high = 65535 },
	{ "address", 0, "ADDRESS", "to listen on; default 127.0.0.1, which only this host reaches",
	  VERB_OWN, .kind = OPTION_TEXT, AT(address) },
	{ "seed", 0, "N", "of bodies, sizes, delays and failures; default 1", VERB_OWN,
	  OWN(options_take_seed) },
	{ "sizes", 0, "SIZES",
	  "of the bodies in bytes: 1529; 1529,1474 in turn for /0, /1, /2 ...; or "
	  "lognormal:MEDIAN,SIGMA; /bytes/SIZE has its own; default 1529",
	  VERB_OWN, OWN(options_take_sizes) },
	{ "delay", 0, "DELAY",
	  "before the first byte: 20ms; 20ms+-5ms, evenly; or lognormal:20ms,0.5; default none",
	  VERB_OWN, OWN(options_take_delay) },
	{ "bandwidth", 0, "RATE", "of a connection in bytes a second; default unlimited", VERB_OWN,
	  OWN(options_take_bandwidth) },
	{ "fail", 0, "LIST",
	  "what goes wrong, and how often: status:503:0.01, 429:0.05:2 (Retry-After: 2), "
	  "drop:0.005 and stall:0.001 (in the middle of the body); default nothing",
	  VERB_OWN, OWN(options_take_failures) },
	{ "no-keepalive", 0, NULL, "close each connection after its answer", VERB_OWN,
	  .kind = OPTION_UNFLAG, AT(scenario.keepalive) },
	{ 0 },
};
