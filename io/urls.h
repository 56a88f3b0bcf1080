/* URLs: what is to be downloaded, checked and written one way before anything is. */
#ifndef URLS_H
#define URLS_H

#include <stddef.h>
#include <stdint.h>

/* The longest URL that is taken, in bytes. */
enum { URL_MAX = 65536 };

/* Credentials are kept apart, so that the text can be shown to anybody. What was not said is "". */
struct url {
	const char *text, *user, *password;
	const char *name;     /* of its file */
	const char *sum;      /* its SHA-256, in small hexadecimal digits */
	const char *headers;  /* lines to send with it, each with its end */
	int64_t size;         /* of its body, in bytes; -1: not said */
	unsigned int mirrors; /* URLs that it may be fetched from, this one of them */
};

/*
 * A list that grows as it is read: one block of text, "TEXT\0USER\0PASSWORD\0" of each URL laid end
 * to end, and where each begins. 10 bytes a URL beside its own.
 */
struct urls {
	char *block;
	size_t length, room;
	size_t *at;
	size_t count, at_room;
};

/*
 * Checks one URL and appends it as libcurl writes it: the scheme in small letters, a path, no
 * "/../", no fragment. Returns 0, -ENOMEM, or -EINVAL having said, after `where`, what is wrong
 * with it: no scheme, another scheme than http and https, no host, control characters, bytes
 * outside ASCII, over URL_MAX bytes. No message shows credentials.
 */
int urls_add(struct urls *urls, const char *text, const char *where);

/* The texts stay the list's, until it grows. */
struct url urls_get(const struct urls *urls, size_t number);
void urls_free(struct urls *urls);

/* The length of a URL's path from *path on, without the query: 0 if it has none. */
size_t urls_path(const char *text, const char **path);

#endif
