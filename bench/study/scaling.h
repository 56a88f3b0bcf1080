/* What follows from rows of growing concurrency: factors, laws, knees, break-even, slow cores. */
#ifndef SCALING_H
#define SCALING_H

#include <stdbool.h>

#include "bench/result/result.h"

/* What the studies ask a program, besides the result. */
struct study_question {
	bool cpu_bound; /* workers beyond the cores are in each other's way, and no core waits */
	/* What more there is to say of the best row: malloc'd, or NULL. May be NULL itself. */
	char *(*remark)(const struct result *result, const struct row *best);
};

/*
 * Concludes from a result whose rows are summed up (row_summarise); row 0, serial, is the baseline
 * of all: of speedups, of Karp and Flatt, and the point n = 1 of every law. Fills the rows'
 * speedups, factors and Karp-Flatt fractions, result.laws, knees, slow_cores and advice, replacing
 * what was there. It reads nothing but the result: a study of saved files is the same call.
 * Returns 0 or -ENOMEM.
 */
int scaling_conclude(struct result *result, const struct study_question *question);

/*
 * Whether whole rounds have told what a study asks: where the knee of the best series is, and that
 * the best row is told from all others, or as good. context: a struct study_question.
 */
bool scaling_is_answered(void *context, const struct result *result);

#endif
