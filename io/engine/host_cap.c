/* Counts and times of hosts, on shared pages; every one of them a single atomic word. */
#define _GNU_SOURCE
#include "host_cap.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "host_pauses.h"
#include "io/payload.h"
#include "io/urls.h"

/* How far back a rate may be made up for, when a worker came late. */
#define CATCH_UP_NS 10000000u

/* How soon to ask again where another worker's transfer has to end first. */
#define ASK_AGAIN_NS 2000000u

struct capped {
	_Atomic uint64_t key;  /* a hash of it; 0: free. Set once; it guards no data */
	_Atomic uint64_t next; /* when another may begin, by its rate */
	_Atomic uint32_t flying;
};

struct host_cap {
	struct host_limits limits;
	_Atomic uint64_t next;       /* when another may begin, by the rate of all */
	_Atomic uint64_t bytes_next; /* when more bytes may come */
	struct capped hosts[HOSTS_APART];
	struct host_pauses pauses;
};

int host_cap_open(struct host_cap **out, const struct host_limits *limits)
{
	struct host_cap *cap = mmap(NULL, sizeof(*cap), PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (cap == MAP_FAILED)
		return -ENOMEM;
	cap->limits = *limits;
	*out = cap;
	return 0;
}

void host_cap_close(struct host_cap *cap)
{
	if (cap)
		munmap(cap, sizeof(*cap));
}

static unsigned int host_cap_find_key(struct host_cap *cap, uint64_t key)
{
	unsigned int at = (unsigned int)(key >> 32) % HOSTS_APART;

	for (unsigned int tries = 0; tries < 64; tries++, at = (at + 1) % HOSTS_APART) {
		uint64_t there = 0;

		if (atomic_compare_exchange_strong(&cap->hosts[at].key, &there, key) ||
		    there == key)
			return at;
	}
	return at;
}

unsigned int host_cap_find(struct host_cap *cap, const char *url)
{
	const char *path;

	urls_path(url, &path);
	return host_cap_find_key(cap, payload_key_of(0, url, (size_t)(path - url)) | 1);
}

/* How long until the next turn; 0: now. */
static uint64_t host_cap_left(_Atomic uint64_t *next, uint64_t now)
{
	uint64_t due = atomic_load(next);

	return due > now ? due - now : 0;
}

/* Takes one turn of those that are `apart` ns from each other. Returns 0, or how long to wait. */
static uint64_t host_cap_turn(_Atomic uint64_t *next, uint64_t apart, uint64_t now)
{
	uint64_t due = atomic_load(next), from;

	do {
		if (due > now)
			return due - now;
		from = due + CATCH_UP_NS < now ? now : due;
	} while (!atomic_compare_exchange_weak(next, &due, from + apart));
	return 0;
}

static uint64_t host_cap_apart(double rate)
{
	return (uint64_t)(1e9 / rate);
}

static bool host_cap_claim(struct capped *host, unsigned int most)
{
	uint32_t flying = atomic_load(&host->flying);

	do {
		if (most && flying >= most)
			return false;
	} while (!atomic_compare_exchange_weak(&host->flying, &flying, flying + 1));
	return true;
}

uint64_t host_cap_enter(struct host_cap *cap, unsigned int number, uint64_t now, bool *crowded)
{
	const struct host_limits *limits = &cap->limits;
	struct capped *host = &cap->hosts[number];
	uint64_t wait = host_pauses_left(&cap->pauses, number, now);

	*crowded = false;
	if (wait)
		return wait;
	*crowded = !host_cap_claim(host, limits->per_host);
	if (*crowded)
		return ASK_AGAIN_NS;
	/* No turn is taken of one rate that the other does not let be used. */
	wait = host_cap_left(&host->next, now);
	if (!wait)
		wait = host_cap_left(&cap->next, now);
	if (!wait && limits->host_rate > 0)
		wait = host_cap_turn(&host->next, host_cap_apart(limits->host_rate), now);
	if (!wait && limits->rate > 0)
		wait = host_cap_turn(&cap->next, host_cap_apart(limits->rate), now);
	if (wait)
		host_cap_leave(cap, number);
	return wait;
}

void host_cap_leave(struct host_cap *cap, unsigned int host)
{
	atomic_fetch_sub(&cap->hosts[host].flying, 1);
}

void host_cap_pause(struct host_cap *cap, unsigned int host, uint64_t until)
{
	host_pauses_set(&cap->pauses, host, until);
}

bool host_cap_next_pause(struct host_cap *cap, struct host_pause *pause, uint64_t now)
{
	int host = host_pauses_next(&cap->pauses, now);

	if (host < 0)
		return false;
	*pause = (struct host_pause){ atomic_load(&cap->hosts[host].key),
				      host_pauses_left(&cap->pauses, (unsigned int)host, now) };
	return true;
}

void host_cap_take_pause(struct host_cap *cap, const struct host_pause *pause, uint64_t now)
{
	host_pauses_hear(&cap->pauses, host_cap_find_key(cap, pause->key), now + pause->left_ns);
}

uint64_t host_cap_came(struct host_cap *cap, size_t bytes, uint64_t now)
{
	double rate = cap->limits.bytes_rate;
	uint64_t due = atomic_load(&cap->bytes_next), after;

	if (!(rate > 0))
		return 0;
	do {
		after = (due + CATCH_UP_NS < now ? now : due) +
			(uint64_t)((double)bytes / rate * 1e9);
	} while (!atomic_compare_exchange_weak(&cap->bytes_next, &due, after));
	return after > now ? after - now : 0;
}
