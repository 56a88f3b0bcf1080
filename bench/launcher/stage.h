/*
 * How far ranks are that we started: rank 0 says it in between what it prints on standard output,
 * in lines that begin with a NUL, which no result has in it. So whoever relays the output knows
 * which wait has which bound, and that the last word was heard: without it there is no result,
 * whatever code the launcher ends with.
 */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <stddef.h>

enum stage {
	STAGE_STARTING,  /* until the team stands */
	STAGE_WORKING,   /* it does the job, as long as that takes */
	STAGE_LEAVING,   /* the ranks leave MPI */
	STAGE_REPORTING, /* rank 0 prints, in between its work or after it */
	STAGE_OVER,      /* all was printed */
};

/* Rank 0: says that a stage begins, if we started it; -errno if standard output fails. code: with
 * STAGE_OVER, the exit code to be. */
int stage_tell(enum stage stage, int code);

/* What has come of a stream. All zero at its begin. */
struct stage_reader {
	enum stage stage; /* the last one told */
	int code;         /* with STAGE_OVER */
	char line[16];    /* of a stage, begun */
	size_t at;        /* bytes of it; 0: not in one */
};

/*
 * Takes bytes of the stream, up to where another stage is told: moves the output among them to the
 * begin of `bytes`, and returns how much it is. *used: how many bytes were taken.
 */
size_t stage_read(struct stage_reader *reader, char *bytes, size_t length, size_t *used);

#endif
