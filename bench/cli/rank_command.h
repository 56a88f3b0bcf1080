/*
 * Handing a command over to ranks that it starts. What was asked is checked before, as if it were
 * done here: the job is read once, by us, and rank 0 gets what we have read.
 */
#ifndef RANK_COMMAND_H
#define RANK_COMMAND_H

#include "command.h"

/* Checks the command's job and outputs, starts so many ranks, and relays what they say. Returns 0
 * or -errno, having said why: that of the ranks. */
int rank_command_start(struct command *command, unsigned int ranks);

/* In rank 0 of such ranks, before the job is read: puts back what was typed, for the report, and
 * has the job read from where it comes. Elsewhere nothing. Returns 0, or -EIO having said so. */
int rank_command_take(struct command *command);

#endif
