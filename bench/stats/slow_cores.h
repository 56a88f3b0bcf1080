/* Which core lags behind its kind. */
#ifndef SLOW_CORES_H
#define SLOW_CORES_H

#include <stddef.h>

/* What one core did in one round. */
struct core_rate {
	unsigned int core; /* the same number for the same core of the same host only */
	int kind;          /* cores are compared with those of their kind */
	double rate;       /* of its worker, in items a second, greater than 0 */
};

struct slow_core {
	unsigned int core;
	int kind;
	double rate;    /* the median of its rounds, in items a second */
	double of_kind; /* the median of all cores of this kind, of such medians */
};

/*
 * Names the cores whose median rate is below that of their kind by more than 3 % and by more than
 * three times the noise. The noise is the robust deviation of all rates from their own core's
 * median, relative to it, over all cores: a core is not excused by its own bad rounds. A core with
 * one round is never named, for this can be chance, nor is the only core of a kind; of two cores of
 * a kind the slower is named if half of the difference is enough.
 *
 * Fills out, which has room for as many as there are cores, by kind and then by core. Returns how
 * many there are, or -ENOMEM.
 */
int slow_cores(struct slow_core *out, const struct core_rate *rates, size_t count);

#endif
