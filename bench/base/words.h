/* The words of a command line, put together one by one. */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* All zero at its begin. */
struct words {
	char **list; /* malloc'd, ended by NULL, as exec takes it; NULL while there is none */
	size_t count, room;
	bool incomplete; /* for want of memory: not to be used */
};

/* One more word. */
__attribute__((format(printf, 2, 3))) void words_add(struct words *words, const char *format, ...);

/* All of a list that is ended by NULL; the list may be NULL. */
void words_add_list(struct words *words, char *const *list);

/* Those of a text, with white space between them; nothing else is special. The text may be NULL. */
void words_add_text(struct words *words, const char *text);

void words_free(struct words *words);

#endif
