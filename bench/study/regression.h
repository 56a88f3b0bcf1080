/* Two results of the same program: what became slower or faster from the one to the other. */
#ifndef REGRESSION_H
#define REGRESSION_H

#include <stdbool.h>

#include "bench/result/result.h"

struct regression_request {
	double tolerance;           /* a share of the time; smaller changes do not count */
	bool force;                 /* whatever they measured, and on whatever host */
	bool cpu_bound;             /* the workers of the program need their CPUs all the time */
	const char *before, *after; /* what to call the two results */
};

/* What the rows amount to. */
struct regression {
	size_t slower, faster, same, unclear; /* rows that both have, by verdict */
	size_t disturbed, moved; /* of those unclear: because of that, or of the machine */
	size_t failed;           /* rows that were measured before, and failed after: regressions */
	size_t unmatched;        /* rows of either that the other does not have */
	size_t unmeasured;       /* rows that both have, and that were not measured before */
	bool drifts;             /* the times of either moved while it was measured */
};

/*
 * Compares the rows of two results that are alike (strategy, ranks, workers, in flight, schedule,
 * places, bind) by the seconds that an item takes, and writes result.comparison and advice.
 *
 * The verdicts are tests against the tolerance, not against no difference: `slower` if the times
 * after, divided by 1 + tolerance, are still longer than those before beyond chance (one-sided
 * permutation test of the ranks); `faster` likewise. The p-values are adjusted for the number of
 * rows (S. Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scand. J. Statist. 6,
 * 1979), so that of equal results at most 5 % have any slower or faster row. `same` needs an
 * interval of the ratio within the tolerance. What remains is "cannot tell", with the reason, and
 * with an estimate of how many samples would. Disturbed samples do not count, and of a row that has
 * more than a quarter of them nothing can be told; nor where the machine gave so much more or less
 * of its cores that the times follow from that (regression_row.h).
 *
 * These tests take samples for independent. Where the rounds of a result follow each other more
 * smoothly than chance would have it (drift.h), the machine drifts, and may be anywhere in the span
 * of a row's own samples at another time: a row is then `slower` or `faster` only beyond that span
 * and the tolerance, and `same` only if all samples of both lie within the tolerance. What changed
 * between the two and in neither of them is in no sample, and counts as a change.
 *
 * Returns 0; -EINVAL, having said why, if the two cannot be compared or no row is alike; -ENOMEM.
 */
int regression_conclude(struct result *result, struct regression *regression,
			const struct result *before, const struct result *after,
			const struct regression_request *request);

#endif
