/* Which of the words that there are was meant by one that there is not. */
#ifndef NEAREST_H
#define NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Zeroed but for the word, whose text is kept by reference. Then nearest_try() with each word there
 * is, and `best` is the one that was probably meant; NULL if none is near enough.
 */
struct nearest {
	const char *word;
	size_t length; /* of the word */
	const char *best;
	unsigned int distance; /* of best: letters left out, added, changed or swapped */
};

/* Returns whether it is the best so far: the first of several that are as near stays it. choice is
 * kept by reference. */
bool nearest_try(struct nearest *nearest, const char *choice);

#endif
