/* What follows from rows of the same concurrency: which strategy is the fastest, and how surely. */
#ifndef COMPARISON_H
#define COMPARISON_H

#include "scaling.h"

/* Concludes as scaling_conclude() does; of the findings it fills speedups and advice. */
int comparison_conclude(struct result *result, const struct study_question *question);

/* Whether the fastest row is told from all others, or they are as good. context is not used. */
bool comparison_is_answered(void *context, const struct result *result);

#endif
