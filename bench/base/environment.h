/* The environment of a child: ours, changed. */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

/* "NAME=VALUE" texts, each malloc'd, ended by NULL: what exec takes. Release it with
 * environment_free(). */
struct environment {
	char **list;
	size_t count, room;
	bool incomplete; /* for want of memory: not to be used */
};

/* A copy of ours, without those that drop() is true for (name: up to its '='); NULL: all of it. */
void environment_copy(struct environment *environment, bool (*drop)(const char *name));

/* Sets NAME to a value, in the place of what it was. */
void environment_set(struct environment *environment, const char *name, const char *value);

void environment_free(struct environment *environment);

#endif
