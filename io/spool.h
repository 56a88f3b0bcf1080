/*
 * Bytes that are written once, and then read by whoever has the process or is forked from it: in
 * memory while they are few, and in a file without a name once they are many.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spool {
	int fd; /* valid if length or pending_length is not 0 */
	bool on_disk;
	uint64_t length; /* in the file; behind it come those that are pending */
	char *pending;
	size_t pending_length;
};

/* Of zeroes at first. Appends bytes. Returns 0, -ENOMEM, or -errno having said why. */
int spool_write(struct spool *spool, const void *bytes, size_t length);

/* After the last of them: from now on they can be read. */
int spool_end(struct spool *spool);

/* Reads up to `room` bytes from there on. Returns how many, 0 behind the last, or -errno. */
long spool_read(const struct spool *spool, uint64_t from, void *bytes, size_t room);

void spool_free(struct spool *spool);

#endif
