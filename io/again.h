/* The list of the downloads that failed, to be run again. */
#ifndef AGAIN_H
#define AGAIN_H

struct fetch_work;

/*
 * Writes the list to the file that the job's options name, if they do: each with its credentials,
 * the name of its file, and what else was known of it. Nobody else may read the file. Returns 0, or
 * -errno having said why not.
 */
int again_write(const struct fetch_work *job);

/* The same before the first download, with all of the list: so that a run that is killed, or whose
 * time is over, leaves no list of an earlier one. */
int again_begin(const struct fetch_work *job);

#endif
