/* What the launcher of this process says of it in the environment, before MPI is started. */
#ifndef RANK_ENVIRONMENT_H
#define RANK_ENVIRONMENT_H

#include <stdbool.h>

/* True if the environment says that a launcher started this process as one of several ranks, or as
 * the one that a run of this program asked for. */
bool rank_environment_present(void);
/* True if it was started alone: by srun -n1, or mpirun -n 1. That is no launch. */
bool rank_environment_alone(void);
/* What messages call the launcher: "mpirun". NULL outside of any. */
const char *rank_environment_launcher(void);
/* Ranks, as the launcher of this process tells before MPI is started: 1 and 0 outside of any. */
unsigned int rank_environment_ranks(void);
unsigned int rank_environment_rank(void);
/* Ranks on this node, at least 1. */
unsigned int rank_environment_ranks_here(void);

/*
 * Whether that can be true: the numbers fit each other, and the launcher is there. Variables that
 * are left from a job that has ended, or were set by hand, would crash MPI_Init(), or make a job of
 * one rank out of this process. Whether MPI says the same, the team asks (struct team_request). And
 * tasks of srun that know nothing of each other are refused, and a launcher of another MPI than the
 * library, whose version is given, NULL for none. Returns 0, or -ENOTSUP having said which variable
 * is wrong, and what to do; of such tasks the first one says it.
 */
int rank_environment_check(const char *library);

#endif
