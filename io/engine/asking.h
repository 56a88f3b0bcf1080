/* What is asked for beside a URL: headers of the user's, and the rest of a body of which some is
 * there. */
#ifndef ASKING_H
#define ASKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

/* The longest header that is sent, in bytes, with its NUL. */
enum { ASKING_LINE = 8192 };

struct url;

struct asking {
	struct curl_slist *ours;  /* what goes to every host on the way */
	struct curl_slist *whole; /* that, and the user's, for the URL's own host */
	bool away;                /* a redirect has led to another one */
	unsigned char scheme;     /* that the last redirect named, by error_scheme() */
};

/*
 * Sets what to send: `headers` and the URL's own, lines with their ends, and, where `from` is not
 * 0, that only the bytes from there on are wanted if the body is still that version. Returns 0 or
 * -ENOMEM.
 */
int asking_set(struct asking *asking, CURL *easy, const char *headers, const struct url *url,
	       uint64_t from, const char *version);

/* A redirect: from here on nothing of the user's is sent, unless it stays with scheme, host and
 * port. line: "Location: ...", with its end or without. */
void asking_redirected(struct asking *asking, CURL *easy, const struct url *url, const char *line,
		       size_t length);

void asking_free(struct asking *asking);

#endif
