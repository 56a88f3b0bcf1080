/*
 * How much is asked of each host at once, in pages that all workers of a job share: threads, and
 * processes that were forked after host_cap_open().
 */
#ifndef HOST_CAP_H
#define HOST_CAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host_cap;

/* 0 is no limit. */
struct host_limits {
	unsigned int per_host; /* transfers in flight from one host */
	double rate;           /* transfers begun a second, all hosts together ... */
	double host_rate;      /* ... and of each host */
	double bytes_rate;     /* bytes a second, of all bodies together */
};

/* Returns 0 or -ENOMEM. */
int host_cap_open(struct host_cap **cap, const struct host_limits *limits);
void host_cap_close(struct host_cap *cap);

/* The number of a URL's host: scheme, name and port. When there are very many, some share one, and
 * its limits. */
unsigned int host_cap_find(struct host_cap *cap, const char *url);

/*
 * Asks to begin a transfer now, by clock_ns(). Returns 0, and it has begun until host_cap_leave();
 * or how many ns to wait before asking again. *crowded: whether that is because the host has as
 * many in flight as it may; then the end of any of them is worth another asking.
 */
uint64_t host_cap_enter(struct host_cap *cap, unsigned int host, uint64_t now, bool *crowded);
void host_cap_leave(struct host_cap *cap, unsigned int host);

/* No transfer from that host is begun before then, by clock_ns(). */
void host_cap_pause(struct host_cap *cap, unsigned int host, uint64_t until);

/* A pause, for those who have no such pages in common, and no clock. */
struct host_pause {
	uint64_t key;     /* of the host */
	uint64_t left_ns; /* from now on */
};

/* A pause that was set and not asked for here yet, by one worker of all; false if there is none. */
bool host_cap_next_pause(struct host_cap *cap, struct host_pause *pause, uint64_t now);
/* Pauses a host as others do. It is not told again. */
void host_cap_take_pause(struct host_cap *cap, const struct host_pause *pause, uint64_t now);

/* So many bytes of a body came. Returns for how many ns no more should be read. */
uint64_t host_cap_came(struct host_cap *cap, size_t bytes, uint64_t now);

#endif
