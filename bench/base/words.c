/* Lists of words. */
#define _GNU_SOURCE
#include "words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

/* Takes the word over. */
static void words_take(struct words *words, char *word)
{
	if (array_reserve(&words->list, &words->room, words->count + 2) || !word) {
		words->incomplete = true;
		free(word);
		return;
	}
	words->list[words->count++] = word;
	words->list[words->count] = NULL;
}

void words_add(struct words *words, const char *format, ...)
{
	char *word;
	va_list args;

	va_start(args, format);
	if (vasprintf(&word, format, args) < 0)
		word = NULL;
	va_end(args);
	words_take(words, word);
}

void words_add_list(struct words *words, char *const *list)
{
	for (; list && *list; list++)
		words_add(words, "%s", *list);
}

void words_add_text(struct words *words, const char *text)
{
	static const char space[] = " \t\n";

	while (text && *(text += strspn(text, space))) {
		size_t length = strcspn(text, space);

		words_take(words, strndup(text, length));
		text += length;
	}
}

size_t words_count(char *const *list)
{
	size_t count = 0;

	while (list && list[count])
		count++;
	return count;
}

void words_free_list(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

void words_free(struct words *words)
{
	words_free_list(words->list);
	*words = (struct words){ 0 };
}
