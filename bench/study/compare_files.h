/* compare OLD.json NEW.json: what became faster or slower from one result to another. */
#ifndef COMPARE_FILES_H
#define COMPARE_FILES_H

#include "bench/cli/command.h"

/* True if the operands are exactly two names that end in .json. */
bool is_file_comparison(const struct command *command);

/*
 * Matches the rows of two documents, and judges each pair. Returns 0; -EIO, having said which, if
 * something is slower beyond the tolerance and significantly so; or another -errno having said why.
 */
int compare_files(struct command *command);

#endif
