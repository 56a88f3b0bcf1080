/* The downloads of a job: read once, kept out of memory, and read again by any worker. */
#ifndef LIST_H
#define LIST_H

#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "spool.h"
#include "urls.h"

/* Half a byte of memory for each download. */
struct list {
	struct spool spool;
	uint64_t *at; /* where the first of every 16 begins */
	size_t at_room;
	uint64_t count;
};

/* Room for the texts of one download; of zeroes at first. */
struct list_text {
	char *bytes;
	size_t room;
	uint64_t from; /* what was read last is from there in the list ... */
	size_t have;   /* ... and so many bytes of it */
};

/* Of zeroes at first. Appends a download, with a name for its file or "". Returns 0, -ENOMEM, or
 * -errno having said why. */
int list_add(struct list *list, const struct entry *entry, const char *name);

/* After the last of them. Returns the same. */
int list_end(struct list *list);

/*
 * Reads a download. mirror: which of its URLs; behind the last comes the first again. The texts of
 * *url are in `text`, which is of this list alone, until it is used again. Any number of threads
 * may read at once. Returns 0, -ENOMEM or -EIO.
 */
int list_read(const struct list *list, uint64_t number, unsigned int mirror, struct list_text *text,
	      struct url *url);

/* All of it as bytes, for another host: up to `room` of them from there on. Returns how many, 0
 * behind the last, or -errno. */
long list_copy(const struct list *list, uint64_t from, void *bytes, size_t room);

/* The other way, into a list of nothing else: all pieces, in their order. Returns as list_add(). */
int list_take(struct list *list, const void *bytes, size_t length);

/* After the last piece. Returns 0, -EPROTO if they are not so many downloads, or as list_add(). */
int list_taken(struct list *list, uint64_t count);

void list_free(struct list *list);

#endif
