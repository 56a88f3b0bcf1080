/*
 * Writing a file so that what was there before stays whole until what is new is: beside it, and
 * then renamed. Pipes, devices and descriptors (/dev/stdout, /dev/fd/3) are written as they are.
 */
#ifndef REPLACE_H
#define REPLACE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

struct replace {
	FILE *file;                              /* to be written to */
	char target[PATH_MAX], beside[PATH_MAX]; /* beside: "" where it is written as it is */
	bool only_beside;                        /* renamed over, or left alone */
};

/*
 * Where a path leads, through symbolic links, whether a file is there or not. *as_it_is: whether it
 * leads to a descriptor, which has no place of its own. Returns 0, -ELOOP or -ENAMETOOLONG.
 */
int replace_target(const char *path, char target[PATH_MAX], bool *as_it_is);

/* Opens it for writing, with the mode and owner of the file that is there, if there is one. Returns
 * 0 or -errno; then nothing has changed. */
int replace_open(struct replace *replace, const char *path);
/* The same of a file that is renamed over or else not touched at all, neither here nor at the
 * close: -EACCES where nothing can be put beside it. */
int replace_open_beside(struct replace *replace, const char *path);

/* Closes it, and puts it in its place, on the disk; or, if something failed (-errno, 0 if nothing
 * did), takes it away. Returns 0, failed, or -errno; what was there before is then still there, but
 * for what is written as it is. */
int replace_close(struct replace *replace, int failed);

#endif
