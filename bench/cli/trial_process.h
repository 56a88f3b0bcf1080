/* Trials in fresh processes. */
#ifndef TRIAL_PROCESS_H
#define TRIAL_PROCESS_H

#include "bench/study/trial.h"

/* How this program is started again to measure. Nothing is its own. */
struct trial_process {
	const char *program;
	const char *verb;      /* "run"; or the program's own that measures one of its ways ... */
	const char *chooses;   /* ... and the option that says which: "-s", "--way=" */
	bool loses;            /* a row that is not verified may be what it shows */
	char *const *options;  /* words for every trial, ended by NULL; NULL for none */
	char *const *operands; /* of the job, ended by NULL; the first may be NULL */
	int feed;              /* what every trial reads as its standard input; -1: nothing */
	const char *weights;   /* for static schedules; NULL: none */
	const char *schedule;  /* of the command: rows without their own have it */
};

/* The real trial. context: a struct trial_process. */
int trial_process_make(void *context, const struct configuration *configuration, uint64_t until_ns,
		       struct result *found, char why[TRIAL_WHY]);

#endif
