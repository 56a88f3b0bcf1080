/* The sentences that a study ends with: never surer than the samples that they rest on. */
#ifndef ADVICE_H
#define ADVICE_H

#include <stddef.h>

#include "bench/result/result.h"
#include "scaling.h"
#include "series.h"

/*
 * Write result.advice from what was concluded before; lines are ended by \n but for the last. A row
 * is named the best only where the rounds tell it from every other one; otherwise those that they do
 * not tell apart are named, or how many rounds are missing. Disturbed trials come first, with what
 * to do. Return 0 or -ENOMEM.
 */
int advice_on_comparison(struct result *result, const struct study_question *question);
int advice_on_scaling(struct result *result, const struct series *series, size_t count,
		      const struct study_question *question);

#endif
