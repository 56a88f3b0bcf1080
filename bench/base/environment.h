/* The environment of a child: ours, changed. */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include <stdbool.h>

#include "words.h"

/* A copy of ours, "NAME=VALUE" words, without those that drop() is true for (name: up to its '=').
 * Release it with words_free(). */
void environment_copy(struct words *environment, bool (*drop)(const char *name));

/* Sets NAME to a value, in the place of what it was. */
void environment_set(struct words *environment, const char *name, const char *value);

#endif
