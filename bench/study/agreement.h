/* Whether two trials of a job came to the same results. */
#ifndef AGREEMENT_H
#define AGREEMENT_H

#include "bench/result/result.h"
#include "trial.h"

/*
 * Compares the first tables of two results row by row, cell by cell, where the one did the job
 * `repeat` times over and the other `reference_repeat` times. Returns 0; or -EIO, with what
 * differs first in `why`: a value, or how many there are.
 */
int agreement_check(const struct result *found, unsigned int repeat, const struct result *reference,
		    unsigned int reference_repeat, char why[TRIAL_WHY]);

#endif
