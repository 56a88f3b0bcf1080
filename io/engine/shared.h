/* What the loops of one process share: the names that were resolved, TLS sessions, and the limit on
 * descriptors. Never connections. */
#ifndef SHARED_H
#define SHARED_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

/* Before workers are forked: so that what fails in all of them alike is said once. */
void shared_prepare(void);

/*
 * Before the first use of libcurl by a loop that needs so many descriptors for its slots. Raises
 * the soft limit on descriptors to what all loops of this process need together. Returns 0,
 * -ENOMEM, -EIO, or -EINVAL having said how many descriptors it takes and how many may be had.
 */
int shared_join(uint64_t descriptors, unsigned int slots);

/* After the last use. */
void shared_leave(uint64_t descriptors);

/*
 * For CURLOPT_DNS_CACHE_TIMEOUT, in seconds: 0 from time to time, which has libcurl forget all
 * names. Every look-up goes through all that are remembered, so that 20,000 names took minutes.
 */
long shared_names_age(void);

/* So many connections were made, for which names were looked up. */
void shared_looked_up(unsigned int connections);

/* Whether the environment names a proxy, by the names that libcurl reads. */
bool shared_has_proxies(void);

/* Whether libcurl has a file of authorities without being told one. */
bool shared_has_authorities(void);

/* For CURLOPT_SHARE, between the two. */
CURLSH *shared_handle(void);

#endif
