/* The options that all programs share. */
#ifndef SHARED_OPTIONS_H
#define SHARED_OPTIONS_H

#include "option.h"

/* Ended by a NULL name. Their values go to a struct command. */
extern const struct option_row shared_options[];

struct choices;

/* Adds the numbers of "1,2,4-8" to an option's. Returns 0, or -EINVAL having said what it takes. */
int shared_options_take_counts(struct choices *choices, const char *option, const char *value);

#endif
