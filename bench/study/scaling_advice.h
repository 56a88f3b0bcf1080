/* What to take of what was scaled, in sentences. */
#ifndef SCALING_ADVICE_H
#define SCALING_ADVICE_H

#include "scaling.h"
#include "series.h"

/*
 * Writes result.advice from what was concluded before: the fewest workers of the best series that
 * are enough, the rows that are as good or not told from it, what limits it, from what size of the
 * job on it is worth it; or why nothing can be said. Returns 0 or -ENOMEM.
 */
int scaling_advice(struct result *result, const struct series *series, size_t count,
		   const struct study_question *question);

#endif
