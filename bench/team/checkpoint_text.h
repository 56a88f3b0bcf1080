/*
 * A checkpoint as text: a line that says whose it is, and a line for each part that is finished,
 *
 *	corescale-checkpoint 1 WORK JOB ITEMS BYTES CHECK
 *	BEGIN END SLOT CHECK
 *
 * where JOB is XXH3_64bits of the job, CHECK that of the line before it, seeded with JOB, and SLOT
 * a contribution of BYTES in hex. A line that is not whole, and all that follow it, are not
 * believed.
 */
#ifndef CHECKPOINT_TEXT_H
#define CHECKPOINT_TEXT_H

#include "parts.h"

/* The first line; and those of a list of parts, with their length. malloc'd; NULL without
 * memory. */
char *checkpoint_text_header(const struct work *work, uint64_t job);
char *checkpoint_text_parts(const struct parts *parts, const struct parts_list *list, uint64_t job,
			    size_t *size);

/*
 * Reads the lines of a file of that job, any bytes, into parts, which are not settled. *length: of
 * those that are whole, with *records of them. Returns 0; -EINVAL if it does not begin as a
 * checkpoint of this job does: -EILSEQ if it is one of another job; -ENOMEM.
 */
int checkpoint_text_parse(const char *text, size_t size, uint64_t job, struct parts *parts,
			  size_t *length, size_t *records);

/* Hash of a job. Returns 0 or -ENOMEM. */
int checkpoint_text_job(const struct work *work, uint64_t *job);

#endif
