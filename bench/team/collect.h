/*
 * Collecting: how what was committed becomes the work's results. What other ranks return is added
 * up as it arrives, while they go on; what this process's workers did, at the end.
 */
#ifndef COLLECT_H
#define COLLECT_H

#include <stddef.h>
#include <stdint.h>

struct team;

/* Before a run of the job: puts the results of the one before away; and has them again, if the run
 * failed. */
void collect_begin(struct team *team);
void collect_undo(struct team *team);
/* A lease that another rank returns: as ledger_take(). */
int collect_take(struct team *team, const void *block, size_t length);
/*
 * After the run: the merged result, and each worker's items. Returns 0; -ETIME if the time was over
 * before; -ENOMEM; or -EIO having said what is missing.
 */
int collect_finish(struct team *team);

#endif
