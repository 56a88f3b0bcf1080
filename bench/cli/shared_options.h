/* The options that all programs share. */
#ifndef SHARED_OPTIONS_H
#define SHARED_OPTIONS_H

#include "option.h"

/* Ended by a NULL name. Their values go to a struct command. */
extern const struct option_row shared_options[];

#endif
