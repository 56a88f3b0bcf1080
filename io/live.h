/* What is under way just now, on pages that all workers of this host share: for those who watch. */
#ifndef LIVE_H
#define LIVE_H

#include <stddef.h>
#include <stdint.h>

struct list;
struct live;

/* Before the workers are. Returns NULL if there is no memory. */
struct live *live_open(void);
void live_close(struct live *live);

/* Places for so many transfers of one worker: the first of them. There may be too few for all: then
 * some are not shown. */
unsigned int live_join(struct live *live, unsigned int transfers);

/* A transfer has begun for an item (now: clock_ns()); has ended with so many bytes; a download has
 * failed for good. */
void live_begin(struct live *live, unsigned int place, uint64_t item, uint64_t now);
void live_end(struct live *live, unsigned int place, uint64_t bytes);
void live_failed(struct live *live);

/* ", 3 failed, 12.3 MB/s; a.iso 12 s, b 8 s": since the begin, so many seconds ago, and what has
 * taken longest of all that is under way. */
void live_show(const struct live *live, const struct list *list, double seconds, char *text,
	       size_t size);

#endif
