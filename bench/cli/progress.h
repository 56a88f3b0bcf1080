/* The progress line. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "command.h"

/* The progress line of a run: NULL if there is to be none. */
struct progress;
int progress_open(struct progress **progress, const struct command *command);
void progress_begin(struct progress *progress);
void progress_show(void *progress, uint64_t done, uint64_t items);
void progress_close(struct progress *progress);

/* Whether the person at the terminal wants to see progress. */
bool progress_wanted(const struct command *command);

#endif
