/* Workers of the user's own ranks that share PUs, on any host, and what to change. */
#ifndef SHARED_PUS_H
#define SHARED_PUS_H

#include "bench/team/team.h"

/*
 * Warns, a line a host, of hosts where two workers are planned on one PU: which they are, whose
 * mask is at fault, and what to change in the command that started the ranks. rows: all workers,
 * rank by rank; a rank is a process. cores: of the first row's host; those of the others are not
 * known here. Returns 0 or -ENOMEM.
 */
int shared_pus_warn(const struct worker *rows, unsigned int count, unsigned int cores);

#endif
