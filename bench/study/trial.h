/* A trial: one measurement of one configuration, in a fresh process or made up by a test. */
#ifndef TRIAL_H
#define TRIAL_H

#include <stddef.h>
#include <stdint.h>

#include "bench/result/result.h"
#include "configuration.h"

enum { TRIAL_WHY = 256 };

struct trial {
	/*
	 * Measures once. until_ns, on the clock of clock.h, is when it is given up; 0: never.
	 *
	 * Returns the exit code of the measured process: 0 with *found filled, a result of one row
	 * that was measured and verified; 1 with *found filled where only some items failed;
	 * another code, or 1 with *found empty, and the reason in why. Or -errno: -ETIME if it was
	 * given up, -EINTR if we were asked to end. *found is to be freed in any case.
	 */
	int (*make)(void *context, const struct configuration *configuration, uint64_t until_ns,
		    struct result *found, char why[TRIAL_WHY]);
	void *context;
};

#endif
