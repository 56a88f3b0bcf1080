/* The progress line. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "command.h"

struct progress;

/* The progress line of a run: NULL, which the next two take, for none. Returns 0 or -ENOMEM. */
int progress_open(struct progress **progress, const struct command *command);
void progress_close(struct progress *progress);

/* A round begins, from which the rate and the time that is left are told. */
void progress_begin(struct progress *progress);

/* So many items of all are done: as struct team_request has it. Never called with NULL. */
void progress_show(void *progress, uint64_t done, uint64_t items);

/* Whether the person at the terminal wants to see progress. */
bool progress_wanted(const struct command *command);

#endif
