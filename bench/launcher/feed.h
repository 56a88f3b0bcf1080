/*
 * The job of ranks that we start, through the launcher's standard input to rank 0, with its length
 * and a check before it. Open MPI 5.0.7 sends parts of more than 64 KiB twice, or without end, if
 * rank 0 does not read as fast as it sends.
 */
#ifndef FEED_H
#define FEED_H

/* Makes room for the head in a file in memory, which is empty. Returns 0 or -errno. */
int feed_begin(int memory);
/* All is written behind it: fills in the head, and goes to the begin. Returns 0 or -errno. */
int feed_end(int memory);

/* In rank 0, before anything is read: puts what follows the head in the place of the descriptor
 * that it comes from. Returns 0, -EBADMSG if it is not what was sent, or another -errno. */
int feed_take(int from);

#endif
