/* Whether two trials of a job came to the same results. */
#ifndef AGREEMENT_H
#define AGREEMENT_H

#include "bench/result/result.h"

/*
 * Compares the first tables of two results row by row, cell by cell. Returns 0; or -EIO, having
 * said, after `name`, what differs first: a value, or how many there are.
 */
int agreement_check(const struct result *found, const struct result *reference, const char *name);

#endif
