/* Whether a row became slower or faster from one result to another. */
#ifndef REGRESSION_ROW_H
#define REGRESSION_ROW_H

#include <stdbool.h>

#include "bench/result/result.h"

/* What is found in equal results at most once in twenty comparisons. */
#define REGRESSION_ROW_P 0.05

struct regression_row_request {
	double tolerance; /* a share of the time; smaller changes do not count */
	bool drifts;      /* the samples span what the machine does, and are not independent */
	bool cpu_bound;   /* the workers need their CPUs all the time */
	bool same_host; /* the clock of a core is a condition; of another host it is what differs */
};

/*
 * Fills ratio, p_slower and p_faster of a pair from the samples of both rows that count; and
 * because: what it is, if it cannot be told.
 *
 * A test is made twice, by the seconds, and, of work that is bound by the CPU, by the clocks that
 * the workers had of their cores: what is longer only while cores were slower or others had them is
 * no change of what was measured. The larger p counts. `because` is then "machine", if the seconds
 * alone would tell. It is "disturbed" where more than ADVICE_MANY of the trials of either row were:
 * the others are no sound sample, p is 1 and the ratio has no interval. It is "drift" with drifts,
 * otherwise "samples".
 *
 * Returns 0 or -ENOMEM.
 */
int regression_row_test(struct pair_finding *pair, const struct row *before,
			const struct row *after, const struct regression_row_request *request);

#endif
