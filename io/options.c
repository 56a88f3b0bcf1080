/* The table of fetchall's options, and the few that no kind of value fits. */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/number.h"
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

/* Headers of a file, one a line. */
static int options_read_headers(char **headers, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL, where[256];
	size_t room = 0;
	ssize_t length;
	int ret = 0;

	if (!file)
		return say_fail(EINVAL, "--header @%s cannot be read: %s", path, strerror(errno));
	snprintf(where, sizeof(where), "--header @%.200s: ", path);
	while (!ret && (length = getline(&line, &room, file)) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line)
			ret = entry_add_header(headers, line, where);
	}
	free(line);
	fclose(file);
	return ret;
}

static int options_take_header(void *into, const char *value)
{
	struct fetchall_options *options = into;
	int ret = *value == '@' ? options_read_headers(&options->headers, value + 1)
				: entry_add_header(&options->headers, value, "--header: ");

	options->fetch.headers = options->headers;
	return ret;
}

static int options_take_rate(void *into, const char *value)
{
	struct host_limits *limits = &((struct fetchall_options *)into)->fetch.limits;
	const char *at = value;
	double rate;

	if (number_take_real(&at, &rate) || !(rate > 0) || rate > 1e9 ||
	    (*at && strcmp(at, "/s") && strcmp(at, "/s/host")))
		return say_fail(
			EINVAL,
			"--rate takes a number over 0 a second, as in 50/s, or 5/s/host for "
			"each host, not '%.*s'",
			SAY_WORD, value);
	if (!strcmp(at, "/s/host"))
		limits->host_rate = rate;
	else
		limits->rate = rate;
	return 0;
}

static int options_take_limit_rate(void *into, const char *value)
{
	uint64_t bytes;

	if (number_bytes(&bytes, value, 1, 1000000000000000u))
		return say_fail(
			EINVAL,
			"--limit-rate takes bytes a second from 1 on, as in 500k or 1.5M, not "
			"'%.*s'",
			SAY_WORD, value);
	((struct fetchall_options *)into)->fetch.limits.bytes_rate = (double)bytes;
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
	{ "header", 0, "LINE",
	  "'Name: value', sent to the host of each URL and nowhere else; or @FILE with several, one "
	  "a line, which no list of processes shows",
	  FETCHING, HANDED_ON, OWN(options_take_header) },
	{ "retries", 0, "N",
	  "tries after the first, where another may help: no connection, a timeout, a body cut off, "
	  "408, 429, 5xx; default 5 with -o, else 0",
	  FETCHING, HANDED_ON, .kind = OPTION_COUNT, AT(fetch.retries), .high = 1000 },
	{ "per-host", 0, "N",
	  "in flight from one host, of all workers together, 0 for any; default 6 with -o, else 0",
	  FETCHING, HANDED_ON, .kind = OPTION_COUNT, AT(fetch.limits.per_host), .high = 100000 },
	{ "rate", 0, "RATE",
	  "requests begun a second, of all workers together: 50/s, or 5/s/host for each host; "
	  "default no limit",
	  FETCHING, HANDED_ON, OWN(options_take_rate) },
	{ "limit-rate", 0, "BYTES", "bytes a second, of all bodies together; default no limit",
	  FETCHING, HANDED_ON, OWN(options_take_limit_rate) },
	{ "manifest", 0, "FILE",
	  "sums to hold files to, as sha256sum writes them: those of names that it has", VERB_RUN,
	  .kind = OPTION_TEXT, AT(manifest) },
	{ "write-manifest", 0, "FILE", "write the sums of all files there, for sha256sum -c",
	  VERB_RUN, .kind = OPTION_TEXT, AT(fetch.manifest) },
	{ "log", 0, "FILE",
	  "add a line of JSON for each download as it ends: url, status, bytes, seconds, tries, error",
	  VERB_RUN, .kind = OPTION_TEXT, AT(fetch.log) },
	{ "failed", 0, "FILE",
	  "write the list of those that failed, to be run again (until the run is over: of all); it "
	  "has their credentials, and is yours alone to read",
	  VERB_RUN, .kind = OPTION_TEXT, AT(fetch.failed) },
	{ "dry-run", 0, NULL, "ask for nothing: print each URL and the name of its file", VERB_RUN,
	  .kind = OPTION_FLAG, AT(dry_run) },
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
	  "drop:0.005 and stall:0.001 (in the middle of the body), flip:0.01 (one bit), cut:0.01 "
	  "(announced short); default nothing",
	  VERB_OWN, OWN(options_take_failures) },
	{ "no-keepalive", 0, NULL, "close each connection after its answer", VERB_OWN,
	  .kind = OPTION_UNFLAG, AT(scenario.keepalive) },
	{ 0 },
};
