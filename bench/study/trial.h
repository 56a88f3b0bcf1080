/* One measurement: this program's `run` in a fresh process, and what it found. */
#ifndef MEASUREMENT_H
#define MEASUREMENT_H

#include "experiment.h"

/*
 * Measures a row once. feed: the job, read from its beginning as standard input, or -1. until_ns:
 * on the clock of clock.h, when it must be over; 0: whenever it is. Returns the exit code of the
 * measurement, or -errno: -ETIME if it was not over. *found has one run, with one sample, if the
 * job was done; its run is verified, or some items failed and the code is not 0. Otherwise it is
 * empty. why is what a measurement with a code other than 0 said first.
 */
int measurement_make(struct document *found, const struct command *command,
		     const struct contender *row, int feed, uint64_t until_ns, char why[256]);

#endif
