/* How a transfer may fail: kinds to count, and reasons to read. */
#ifndef ERROR_H
#define ERROR_H

#include <stddef.h>

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
	FETCH_HEAD,
	FETCH_LENGTH,
	FETCH_WRONG,
	FETCH_SUM,
	FETCH_CODED,
	FETCH_UNSAVED,
	FETCH_NOT_HTTP,
	FETCH_BROKEN,
	FETCH_PROXY,
	FETCH_HTTP_4XX,
	FETCH_HTTP_5XX,
	FETCH_STATUS,
	FETCH_OTHER,
	FETCH_ERRORS
};

/* For people, "could not connect", and for JSON, "could_not_connect". */
struct error_name {
	const char *name, *key;
};

extern const struct error_name error_names[FETCH_ERRORS];

/* The kind, by libcurl's code and the status. */
enum fetch_error error_of(int code, unsigned int status);

/* With FETCH_SCHEME, where a redirect led: to http after https; or to a scheme that has a number
 * from ERROR_ELSEWHERE on, which is that of all without one of their own. */
enum { ERROR_FOLLOWED, ERROR_DOWNGRADE, ERROR_ELSEWHERE };
/* The number of the scheme that a redirect names; ERROR_FOLLOWED if that is http or https, or it
 * names none. */
unsigned char error_scheme(const char *to, size_t length);

enum { ERROR_REASON = 64 };
/* Why it failed, more closely than its kind: "Connection refused", "HTTP 404". Returns text. */
const char *error_reason(const struct outcome *outcome, char text[ERROR_REASON]);

#endif
