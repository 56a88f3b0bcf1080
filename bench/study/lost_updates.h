/* What a race showed: who lost updates, and how often. */
#ifndef LOST_UPDATES_H
#define LOST_UPDATES_H

#include "bench/result/result.h"

/*
 * Says, as the advice, of every row of the first row's way, in how many rounds it was seen to lose
 * any, and of the others that they were not. The samples' metrics have "lost" and "lost_share".
 * Returns 0 or -ENOMEM.
 */
int lost_updates_conclude(struct result *result);

#endif
