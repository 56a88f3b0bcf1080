/*
 * One download of a list: a URL and its mirrors, and what is known of its file.
 *
 *	URL [tab MIRROR or KEY=VALUE] ...
 *	  KEY=VALUE
 *
 * The second form, a line of its own with space before it, belongs to the download above it. KEY is
 * out (the name of the file), checksum (sha-256=64 digits), size (bytes) or header (one to send).
 */
#ifndef ENTRY_H
#define ENTRY_H

#include <stdbool.h>

#include "io/engine/checksum.h"
#include "names.h"
#include "urls.h"

struct entry {
	struct urls urls;        /* the URL, and its mirrors behind it */
	char name[NAME_ROOM];    /* that was asked for, or "" */
	char sum[CHECKSUM_TEXT]; /* or "" */
	char *headers;           /* lines with their ends; NULL: none */
	int64_t size;            /* -1: it was not said */
};

/* Takes in a line, after entry_clear(). Returns 0; -ENOMEM; or -EINVAL having said, after `where`,
 * what is wrong with it. */
int entry_read(struct entry *entry, const char *line, const char *where);

/* Whether a line says more of the download above it. */
bool entry_is_more(const char *line);

/* Takes in a line that does. Returns the same. */
int entry_read_more(struct entry *entry, const char *line, const char *where);

/*
 * Adds a header, "Name: value", to lines of them. Returns 0; -ENOMEM; or -EINVAL having said, after
 * `where`, why it is not sent: it is none, or it is one that the transfer itself is made of.
 */
int entry_add_header(char **headers, const char *text, const char *where);

/* Nothing is known, and there is no URL. Of zeroes at first. */
void entry_clear(struct entry *entry);

#endif
