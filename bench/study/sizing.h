/* How large a job has to be to be measured well. */
#ifndef SIZING_H
#define SIZING_H

#include <stdint.h>

#include "trial.h"

/* What one worker should need for the job, and what it is estimated from, in seconds: long enough
 * for a clock and a scheduler, short enough for many rounds in a minute. */
#define SIZING_ALONE_S    0.5
#define SIZING_ESTIMATE_S 0.05

/*
 * Finds the count of items that one worker needs SIZING_ALONE_S for, to two digits: embed() makes a
 * job of so many, and a trial of serial measures it, growing until it takes SIZING_ESTIMATE_S. The
 * job is then made. Returns 0 or -errno, having said why.
 */
int sizing_find(const struct trial *trial, int (*embed)(void *context, uint64_t items),
		void *context, uint64_t until_ns);

#endif
