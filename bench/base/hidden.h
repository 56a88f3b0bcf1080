/* The words of a command line as anybody may see them. */
#ifndef HIDDEN_H
#define HIDDEN_H

/*
 * Copies of a list that NULL ends: stars stand for the credentials of a URL in a word, and for the
 * value of a header. One malloc'd list of malloc'd words, the caller's to free; NULL if there is no
 * memory.
 */
char **hidden_words(char *const *words);

#endif
