/* What the loops of one process share: the names that were resolved, TLS sessions, and the limit on
 * descriptors. Never connections. */
#ifndef SHARED_H
#define SHARED_H

#include <stdint.h>

#include <curl/curl.h>

/*
 * Before the first use of libcurl by a loop that needs so many descriptors for its slots. Raises the
 * soft limit on descriptors to what all loops of this process need together. Returns 0, -ENOMEM,
 * -EIO, or -EINVAL having said how many descriptors it takes and how many may be had.
 */
int shared_join(uint64_t descriptors, unsigned int slots);

/* After the last use. */
void shared_leave(uint64_t descriptors);

/* For CURLOPT_SHARE, between the two. */
CURLSH *shared_handle(void);

#endif
