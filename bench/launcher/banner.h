/*
 * What ranks and their launcher print on standard error. The launcher explains the end of a rank in
 * a banner between two dashed lines; it is held back: if the ranks themselves said what is wrong,
 * it adds nothing.
 */
#ifndef BANNER_H
#define BANNER_H

#include <stdbool.h>
#include <stddef.h>

struct banner {
	const char *program; /* whose lines begin with its name */
	/* How lines of the launcher's own begin beside those between dashes, ended by NULL; may be
	 * NULL. */
	const char *const *says;
	char *text; /* all banners, malloc'd; NULL if there was none */
	size_t length, room;
	bool inside;     /* within a banner */
	bool spoken;     /* a line of the program's own came */
	char line[4096]; /* begun, not ended */
	size_t at;
};

/* Takes what came: writes it to our standard error, but for banners. */
void banner_feed(struct banner *banner, const char *bytes, size_t length);

/* The rest, at the end of the stream. */
void banner_end(struct banner *banner);

/* Writes what was held back, in as far as it is the launcher's own. */
void banner_show(const struct banner *banner);

#endif
