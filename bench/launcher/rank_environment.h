/* What the launcher of this process says of it in the environment, before MPI is started. */
#ifndef RANK_ENVIRONMENT_H
#define RANK_ENVIRONMENT_H

#include <stdbool.h>

/* True if the environment says that a launcher started this process. */
bool rank_environment_present(void);
/* Ranks, as the launcher of this process tells before MPI is started: 1 and 0 outside of any. */
unsigned int rank_environment_ranks(void);
unsigned int rank_environment_rank(void);
/* Ranks on this node, at least 1. */
unsigned int rank_environment_ranks_here(void);

/*
 * Whether that can be true: the numbers fit each other, and the launcher, which each rank talks to
 * over PMIx, listens. Variables that are left from a job that has ended, or were set by hand, would
 * crash MPI_Init(), or make a job of one rank out of this process. Whether MPI says the same, the
 * team asks (struct team_spec). Returns 0, or -ENOTSUP having said which variable is wrong.
 */
int rank_environment_check(void);

#endif
