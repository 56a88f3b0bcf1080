/* A copy of this program that runs beside us and ends with us: a server, say. */
#ifndef COMPANION_H
#define COMPANION_H

#include <stddef.h>

/*
 * Starts this program with the arguments argv[1] ... (ended by NULL; argv[0] is ignored), and waits
 * for the first line that it prints, which goes to `line` without its end, for ten seconds at most.
 * It ends with us, however we end, or at companion_end(). There is one at a time. Returns 0, or
 * -errno having said why.
 */
int companion_start(char *const *argv, char *line, size_t size);

/* Ends it, if there is one: asks, kills it after two seconds, and waits until it is gone. */
void companion_end(void);

#endif
