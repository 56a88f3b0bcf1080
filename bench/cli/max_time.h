/* The time of a command within the job of a batch system. */
#ifndef MAX_TIME_H
#define MAX_TIME_H

#include "command.h"

/* Cuts --max-time, also where it was not given, to what the job of Slurm has left, and says so:
 * what is measured when that ends is lost. Nothing for verbs without, or without such a job. */
void max_time_cut(struct command *command);

#endif
