/*
 * News of the work: from the rank that has some to the leader, and from there to all others. A
 * piece goes as soon as both sides enter MPI, between their chunks.
 */
#ifndef MPI_NEWS_H
#define MPI_NEWS_H

#include "mpi_ranks.h"

/* Of any rank. Returns 0 or -ENOMEM. */
int mpi_news_open(struct mpi *mpi);
void mpi_news_close(struct mpi *mpi);

/* The leader's: a run begins; a piece came from a rank; all there are go to those that still work;
 * all that were sent have arrived. */
void mpi_news_begin(struct mpi *mpi);
void mpi_news_take(struct team *team, int rank, const void *bytes, size_t size);
void mpi_news_pass_on(struct team *team);
void mpi_news_end(struct mpi *mpi);
/* How many pieces a rank was sent in all runs. */
uint64_t mpi_news_sent(const struct mpi *mpi, int rank);

/* Any other's: sends and takes in what there is; waits until what it sent has gone; takes in what
 * came after its last run, so that so many have come in all. */
void mpi_news_pump(struct team *team);
void mpi_news_flush(struct mpi *mpi);
void mpi_news_drain(struct mpi *mpi, uint64_t count);

#endif
