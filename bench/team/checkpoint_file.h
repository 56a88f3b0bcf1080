/*
 * The file of a checkpoint, in the form of checkpoint_text.h. Lines are only added, or the whole
 * file is replaced. One run at a time has it, by its lock.
 */
#ifndef CHECKPOINT_FILE_H
#define CHECKPOINT_FILE_H

#include "parts.h"

struct checkpoint_file {
	const char *path;
	int fd;
	uint64_t job;   /* hash of the job */
	size_t length;  /* of the lines that are whole */
	size_t records; /* lines in it */
	bool failed;    /* the last attempt to write did: it was said */
	bool unsynced;  /* what is written may not be on the disk, nor ever come there */
};

/*
 * Opens the file, or makes it, and takes its lock; reads its parts, which are settled. path is kept
 * by reference. Returns 0, or -errno having said why: it is in use, of another job, or no
 * checkpoint. Damage at its end is warned of and cut off.
 */
int checkpoint_file_open(struct checkpoint_file *file, const char *path, struct parts *parts);
void checkpoint_file_close(struct checkpoint_file *file);

/*
 * Writes the parts that are fresh, which are sorted, after the others, and settles them; or the
 * whole list anew where most lines are joined by now. What cannot be written stays fresh for the
 * next time, which is warned of once. Returns 0; -EEXIST if an item is in two parts; -ENOMEM.
 */
int checkpoint_file_write(struct checkpoint_file *file, struct parts *parts);
/* What was written is on the disk when this returns, or is written anew at the next call, which is
 * warned of once. */
void checkpoint_file_sync(struct checkpoint_file *file, const struct parts *parts);

#endif
