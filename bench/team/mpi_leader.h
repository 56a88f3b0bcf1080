/* The rank that leads: it has the job, and hands out leases. */
#ifndef MPI_LEADER_H
#define MPI_LEADER_H

#include "mpi_ranks.h"

/* What the leader does between its chunks: it answers what has arrived. context is
 * the team. */
uint64_t mpi_leader_serve(void *context);
int mpi_leader_open(struct team *team);
/* Gives all ranks one order that is no run. */
void mpi_leader_order_all(struct mpi *mpi, const struct mpi_order *order);
int mpi_leader_run(struct team *team);

#endif
