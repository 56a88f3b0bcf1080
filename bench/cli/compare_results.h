/* compare OLD.json NEW.json. */
#ifndef COMPARE_RESULTS_H
#define COMPARE_RESULTS_H

#include "command.h"

/* Whether the operands are two files of results, by their names. */
bool compare_results_wanted(const struct command *command);

/*
 * Compares them. Returns 0 if nothing became slower; -EIO, having said so, if something did, or
 * failed; -EDOM, having said so, if of some rows the samples cannot tell; another -errno.
 */
int compare_results(struct command *command);

#endif
