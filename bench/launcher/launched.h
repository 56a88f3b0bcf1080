/* What the launcher of this process says of it in the environment, before MPI is started. */
#ifndef LAUNCHED_H
#define LAUNCHED_H

#include <stdbool.h>

/* True if mpirun or srun started this process. */
bool launched(void);
/* Ranks, as the launcher of this process tells before MPI is started: 1 and 0 outside mpirun and
 * srun. */
unsigned int launched_ranks(void);
unsigned int launched_rank(void);
/* Ranks on this node, at least 1. */
unsigned int launched_ranks_here(void);

#endif
