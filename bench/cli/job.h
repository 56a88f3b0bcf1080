/* Where the job comes from: operands, a list, or what is embedded. */
#ifndef JOB_H
#define JOB_H

#include "command.h"

/* Reads the job: operands, -f FILE, or the embedded one. *work is the caller's to free. Returns 0,
 * or -errno having said why. */
int job_read(struct command *command, struct work **work);

/* The same; and writes all of it to `copy`, an operand a line, once even if it is repeated. */
int job_read_copy(struct command *command, struct work **work, FILE *copy);

/*
 * Copies a list to `into`, line by line, so that what is read several times is the same each time.
 * Bounded by the length of a line. Returns 0, or -errno, having said why, with FILE:LINE, if the
 * list cannot be read or is no text.
 */
int job_keep(const char *path, FILE *into);

/* As job_read(), of a list that job_keep() made, by its descriptor (-1: there are only operands),
 * and of operands behind it. Messages name its lines as those of the file that they came from. */
int job_read_kept(struct command *command, int kept, struct work **work);

#endif
