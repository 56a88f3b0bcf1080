/* What a race showed: who lost updates, and how often. */
#ifndef LOSSES_H
#define LOSSES_H

#include "bench/result/result.h"

/*
 * Says, as the advice, of every row of the first row's way, in how many rounds it was seen to lose
 * any, and of the others that they were not. The samples' metrics have "lost" and "lost_share".
 * Returns 0 or -ENOMEM.
 */
int losses_conclude(struct result *result);

#endif
