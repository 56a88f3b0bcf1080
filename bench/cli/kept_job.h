/* The job of a study, kept once: every trial reads the same bytes, whatever becomes of the file. */
#ifndef KEPT_JOB_H
#define KEPT_JOB_H

#include "command.h"

struct kept_job {
	int feed;      /* what every trial reads as standard input; -1: the operands are all */
	bool embedded; /* the job is the program's own */
};

/*
 * Reads what is not an operand, the file of -f, standard input or the embedded job, into memory;
 * then checks the whole job once, so that what is wrong with it is said before any trial. Returns 0
 * or -errno, having said why. Close it in any case.
 */
int kept_job_open(struct kept_job *kept, struct command *command);
void kept_job_close(struct kept_job *kept);

/* Makes the embedded job of about so many items, 0 for its own size. Only where kept->embedded.
 * Returns 0 or -errno. */
int kept_job_embed(struct kept_job *kept, struct command *command, uint64_t items);

#endif
