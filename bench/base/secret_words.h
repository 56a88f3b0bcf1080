/* The words of a command line as anybody may see them. */
#ifndef SECRET_WORDS_H
#define SECRET_WORDS_H

/*
 * Copies of a list that NULL ends: stars stand for the credentials of a URL in a word, and for the
 * value of a header. A malloc'd list, to be freed by words_free_list(); NULL without memory.
 */
char **secret_words_hide(char *const *words);

#endif
