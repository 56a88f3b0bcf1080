/* A copy of the environment, for a child. */
#define _GNU_SOURCE
#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"

static void environment_add(struct environment *environment, char *text)
{
	if (array_reserve(&environment->list, &environment->room, environment->count + 2) ||
	    !text) {
		environment->incomplete = true;
		free(text);
		return;
	}
	environment->list[environment->count++] = text;
	environment->list[environment->count] = NULL;
}

void environment_copy(struct environment *environment, bool (*drop)(const char *name))
{
	*environment = (struct environment){ 0 };
	for (char **text = environ; text && *text; text++)
		if (!drop || !drop(*text))
			environment_add(environment, strdup(*text));
}

void environment_set(struct environment *environment, const char *name, const char *value)
{
	size_t length = strlen(name);
	char *text;

	if (asprintf(&text, "%s=%s", name, value) < 0)
		text = NULL;
	for (size_t i = 0; text && i < environment->count; i++) {
		if (strncmp(environment->list[i], text, length + 1))
			continue;
		free(environment->list[i]);
		environment->list[i] = text;
		return;
	}
	environment_add(environment, text);
}

void environment_free(struct environment *environment)
{
	for (size_t i = 0; i < environment->count; i++)
		free(environment->list[i]);
	free(environment->list);
	*environment = (struct environment){ 0 };
}
