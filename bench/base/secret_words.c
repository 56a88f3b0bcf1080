/* Which words of a command line are secret: by their look, whatever program takes them. */
#define _GNU_SOURCE
#include "secret_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

/* Whether so many bytes are --header, or short for it. */
static bool secret_is_header(const char *word, size_t length)
{
	return length >= strlen("--hea") && !strncmp("--header", word, length) &&
	       length <= strlen("--header");
}

/* Where the value of a header is in a word, behind --header or its '=' or by its look, "Name:
 * value"; NULL if it is none. */
static const char *secret_header_value(const char *before, const char *word)
{
	size_t option = strcspn(word, "="), name;
	const char *colon = NULL;

	if (before && secret_is_header(before, strlen(before)))
		colon = strchr(word, ':');
	else if (word[option] && secret_is_header(word, option))
		colon = strchr(word + option, ':');
	if (colon)
		return colon + 1 + (colon[1] == ' ');
	name = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
	return name && word[name] == ':' && word[name + 1] == ' ' ? word + name + 2 : NULL;
}

/* A word of a command line as anybody may see it, malloc'd. before: the word before it, or NULL. */
static char *secret_copy(const char *before, const char *word)
{
	const char *value = secret_header_value(before, word);
	const char *host = strstr(word, "//"), *at = host ? strpbrk(host + 2, "@/?#") : NULL;
	char *hidden;

	if (value)
		return asprintf(&hidden, "%.*s***", (int)(value - word), word) < 0 ? NULL : hidden;
	if (!at || *at != '@')
		return strdup(word);
	/* A password may have an @ in it. */
	for (const char *next = at; (next = strpbrk(next + 1, "@/?#")) && *next == '@';)
		at = next;
	if (asprintf(&hidden, "%.*s***%s", (int)(host + 2 - word), word, at) < 0)
		return NULL;
	return hidden;
}

char **secret_words_hide(char *const *words)
{
	size_t count = words_count(words);
	char **copies = calloc(count + 1, sizeof(*copies));

	for (size_t i = 0; copies && i < count; i++) {
		copies[i] = secret_copy(i ? words[i - 1] : NULL, words[i]);
		if (copies[i])
			continue;
		words_free_list(copies);
		copies = NULL;
	}
	return copies;
}
