/* Several values of one option, each once, in the order in which they were given. */
#ifndef CHOICES_H
#define CHOICES_H

#include <stddef.h>

enum { CHOICES_MAX = 64 };

struct choices {
	const char *texts[CHOICES_MAX];    /* of options that take words ... */
	unsigned int numbers[CHOICES_MAX]; /* ... or whole numbers */
	size_t count;
};

/* Adds a value, if it is not among them. The text is not copied. Returns 0, or -EINVAL having said
 * that the option takes no more. */
int choices_add_text(struct choices *choices, const char *option, const char *text);
int choices_add_number(struct choices *choices, const char *option, unsigned int number);

#endif
