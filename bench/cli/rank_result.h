/* The ranks of a team, into the row that has its workers. */
#ifndef RANK_RESULT_H
#define RANK_RESULT_H

#include "bench/result/result.h"
#include "bench/team/team.h"

/* Fills per_rank of a row whose ranks and workers are there. Returns 0 or -ENOMEM. */
int rank_result_add(struct row *row, const struct team *team);

/* Adds the masks that the workers have after the first run. Returns 0 or -ENOMEM. */
int rank_result_after(struct row *row, const struct team *team);

#endif
