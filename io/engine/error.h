/* How a transfer may fail: kinds to count, and reasons to read. */
#ifndef ERROR_H
#define ERROR_H

#include <stdbool.h>

struct outcome;

enum fetch_error {
	FETCH_OK,
	FETCH_UNRESOLVED,
	FETCH_UNCONNECTED,
	FETCH_UNTRUSTED,
	FETCH_TLS,
	FETCH_TIMEOUT,
	FETCH_REDIRECTS,
	FETCH_SCHEME,
	FETCH_SHORT,
	FETCH_LARGE,
	FETCH_BROKEN,
	FETCH_HTTP_4XX,
	FETCH_HTTP_5XX,
	FETCH_OTHER,
	FETCH_ERRORS
};

/* For people, "could not connect", and for JSON, "could_not_connect". */
struct error_name {
	const char *name, *key;
};

extern const struct error_name error_names[FETCH_ERRORS];

/* The kind, by libcurl's code and what came of the transfer; too_large: it was broken off for being
 * that. */
enum fetch_error error_of(int code, const struct outcome *outcome, bool too_large);

enum { ERROR_REASON = 128 };
/* Why it failed, more closely than its kind: "Connection refused", "HTTP 404". Returns text. */
const char *error_reason(const struct outcome *outcome, char text[ERROR_REASON]);

#endif
