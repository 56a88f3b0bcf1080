/* compare OLD.json NEW.json. */
#ifndef VERB_COMPARE_FILES_H
#define VERB_COMPARE_FILES_H

#include "command.h"

/* Whether the operands are two files of results, by their names. */
bool verb_compare_files_given(const struct command *command);

/*
 * Compares them. Returns 0 if nothing became slower; -EIO, having said so, if something did, or
 * failed; -EDOM, having said so, if of some rows the samples cannot tell; another -errno.
 */
int verb_compare_files(struct command *command);

#endif
