/* Lists of words: a command line, an environment. */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Put together one by one. All zero at its begin; release it with words_free(). */
struct words {
	char **list; /* malloc'd texts, ended by NULL, as exec takes it; NULL while there is none */
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

/* How many words a list has that NULL ends; the list may be NULL. */
size_t words_count(char *const *list);

/* Frees such a list and its words, each malloc'd. The list may be NULL. */
void words_free_list(char **list);

#endif
