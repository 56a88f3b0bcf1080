/* Any other rank: it works on leases. */
#ifndef MPI_FOLLOWER_H
#define MPI_FOLLOWER_H

#include "mpi_ranks.h"

/* What another rank does between its chunks: it returns what is done, and sees to
 * it that more is on the way. context is the team. */
uint64_t mpi_follower_pump(void *context);
int mpi_follower_open(struct team *team);
/* Does what the leader orders until it says stop. Returns 0 or -errno. */
int mpi_follower_follow(struct team *team);

#endif
