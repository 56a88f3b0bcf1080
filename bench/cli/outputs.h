/* Where results are written to. */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include "command.h"

/* Refuses files that cannot be written, before any work, and touches none. Returns 0, or -EINVAL
 * having said which. */
int outputs_check(const struct command *command);

/* The same; and refuses to write over operands, which are files that are read. */
int outputs_check_operands(const struct command *command);

/* Whether two paths are one file, also if it is not there yet; devices and pipes are never. */
bool outputs_same(const char *one, const char *other);

/* Whether standard output goes to that file. */
bool outputs_is_stdout(const char *path);

/* The format that stands on stdout in the place of the text; NULL: the text does. */
const struct format *outputs_bare(const struct command *command);

/* An empty result of this command, with the host of the placement, or none if that is NULL. *result
 * may be freed in any case. Returns 0 or -ENOMEM. */
int outputs_begin(struct result *result, const struct command *command,
		  const struct placement *placement);

/*
 * Writes the result, with the warnings said so far, to wherever it was asked for; text, by print,
 * or, if that is NULL, as tables, unless a bare format replaces it. One that cannot be written is
 * no loss to the others. Returns 0, or the first one's -errno, having said why.
 */
int outputs_write(struct command *command, struct result *result,
		  int (*print)(FILE *file, const struct result *result, void *context),
		  void *context);

#endif
