/*
 * A checkpoint: what is finished of a job is kept in a file while it runs, and not done again when
 * the same job is begun again, by whichever strategy.
 *
 * The team works on the rest: the ranges that are missing, laid end to end as a work of its own. At
 * the leader one thread looks now and then which chunks are committed, and writes their parts. In
 * the end the results are put together of all parts, those of earlier runs and of this one.
 */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include "ledger.h"

struct checkpoint;

/* How often parts are written, and how many such times go by until they are on the disk for
 * sure. */
#define CHECKPOINT_NS    1000000000
#define CHECKPOINT_SYNCS 10

/*
 * Opens the file of a work, which has rest(). Both outlive it. Returns 0, or -errno having said
 * why.
 */
int checkpoint_open(struct checkpoint **checkpoint, const char *path, struct work *work);
/* Closes the file; NULL: nothing. */
void checkpoint_close(struct checkpoint *checkpoint);

/* What is still to be done; the checkpoint's. */
struct work *checkpoint_rest(struct checkpoint *checkpoint);

/*
 * Begins to write what is committed in a ledger of the rest, at each CHECKPOINT_NS. SIGTERM,
 * SIGINT, SIGHUP and SIGUSR1 from now on end this process as they would, but only when what is
 * committed is written, and it was said. Returns 0 or -errno, having said why.
 */
int checkpoint_watch(struct checkpoint *checkpoint, const struct ledger *ledger);
/* Writes all that is committed by now, for the disk. lost: the run failed; then it says what is
 * kept. Returns 0 or -errno, having said why. */
int checkpoint_unwatch(struct checkpoint *checkpoint, bool lost);

/* Puts the results of the work together, of all parts. Returns 0, or -EIO having said that some are
 * missing. */
int checkpoint_collect(struct checkpoint *checkpoint);

#endif
