/*
 * Signs of life in a run. MPI itself would wait for ever for a rank that is stopped: so each tells
 * the leader now and then that it lives, and the leader tells them. Whoever hears nothing for the
 * patience ends the run, and says which rank is silent, and on which host.
 */
#ifndef MPI_ALIVE_H
#define MPI_ALIVE_H

#include "mpi_ranks.h"

/* Of any rank. Returns 0 or -ENOMEM. */
int mpi_alive_open(struct mpi *mpi);
void mpi_alive_close(struct mpi *mpi);

/* Of any rank: a run begins; something came from a rank, to the leader or from it. */
void mpi_alive_begin(struct mpi *mpi);
void mpi_alive_heard(struct mpi *mpi, int rank);

/* The leader's: it looks for messages, now; a rank was sent an order, which is as good as a sign of
 * life; a rank has ended the run, and is silent from now on. */
void mpi_alive_look(struct mpi *mpi, uint64_t now_ns);
void mpi_alive_told(struct mpi *mpi, int rank);
void mpi_alive_ended(struct mpi *mpi, int rank);
bool mpi_alive_works(const struct mpi *mpi, int rank);
/* After the messages were taken in: who is silent, and who is to be told something. */
void mpi_alive_watch(struct mpi *mpi);
/* All ranks have ended the run, and wait for this. What the leader does next, it may do for as long
 * as it likes. */
void mpi_alive_say_over(struct mpi *mpi);
/* How many signs of life a rank was sent in all runs. */
uint64_t mpi_alive_sent(const struct mpi *mpi, int rank);

/* Any other's, in a run: tells, and listens; waits for a request, and listens; waits until the
 * leader says that the run is over, and listens. */
void mpi_alive_pump(struct mpi *mpi);
void mpi_alive_wait(struct mpi *mpi, MPI_Request *request);
void mpi_alive_wait_over(struct mpi *mpi);
/* Takes in what came after its last look, so that so many have come in all. */
void mpi_alive_drain(struct mpi *mpi, uint64_t count);

#endif
