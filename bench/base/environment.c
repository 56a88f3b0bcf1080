/* A copy of the environment, for a child. */
#define _GNU_SOURCE
#include "environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void environment_copy(struct words *environment, bool (*drop)(const char *name))
{
	*environment = (struct words){ 0 };
	for (char **text = environ; text && *text; text++)
		if (!drop(*text))
			words_add(environment, "%s", *text);
}

void environment_set(struct words *environment, const char *name, const char *value)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < environment->count; i++) {
		char *text = environment->list[i];

		if (strncmp(text, name, length) || text[length] != '=')
			continue;
		free(text);
		memmove(&environment->list[i], &environment->list[i + 1],
			(environment->count-- - i) * sizeof(text));
		break;
	}
	words_add(environment, "%s=%s", name, value);
}
