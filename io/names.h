/*
 * What a download is called on the disk: one plain name in one folder, whatever its URL says.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/engine/sink.h"

/*
 * The name that a URL gives: the last segment of its path, with its percent-encoding undone once,
 * without the query. '_' stands for each byte that a name must not have: '/', '\', control
 * characters, what is no UTF-8, characters that turn the direction of a text, a dot or a dash at
 * the beginning. One that is too long is cut, and has a hash of the URL at its end; one that ends
 * as files that are not whole do has '_' there; without any it is "index.html".
 */
void names_of_url(char name[NAME_ROOM], const char *url);

/* NULL, or why a name that somebody chose cannot be taken as it is. */
const char *names_wrong(const char *name);

/*
 * The names that were given away: 64 bits of each. Two that share those bits are taken for one,
 * which costs one of them a longer name.
 */
struct names {
	uint64_t *taken; /* by their bits; 0: free */
	size_t count, room;
};

/*
 * Gives a name away. One that is taken becomes another, with a hash of its URL in it: "a.txt" is
 * then "a~0123456789ab.txt". The same names in the same order give the same. Returns 0; 1 if the
 * name was changed; or -ENOMEM.
 */
int names_take(struct names *names, char name[NAME_ROOM], const char *url);
void names_free(struct names *names);

#endif
