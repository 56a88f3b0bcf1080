/* Words of a command line, written so that a shell reads the same words back. */
#ifndef SHELL_H
#define SHELL_H

/*
 * One word: as it is, if no shell finds anything of its own in it; in single quotes, if it is text;
 * in the $'...' of bash, if it has bytes that no terminal should get: control characters, and what
 * is no UTF-8. malloc'd, the caller's to free; NULL if there is no memory.
 */
char *shell_quote(const char *word);

#endif
