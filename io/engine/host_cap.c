/* Counts and times of hosts, on shared pages; every one of them a single atomic word. */
#define _GNU_SOURCE
#include "host_cap.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "io/payload.h"
#include "io/urls.h"

/* Hosts that are told apart. The pages of those that there are not are never touched. */
enum { HOSTS = 1 << 16 };

/* How far back a rate may be made up for, when a worker came late. */
#define CATCH_UP_NS 10000000u

/* How soon to ask again where another worker's transfer has to end first. */
#define ASK_AGAIN_NS 2000000u

struct capped {
	_Atomic uint64_t key;   /* a hash of it; 0: free. Set once; it guards no data */
	_Atomic uint64_t next;  /* when another may begin, by its rate */
	_Atomic uint64_t pause; /* until when none may */
	_Atomic uint32_t flying;
	/* Not 0: its pause was set, and was not asked for. The host behind it in that list, + 1, or
	 * LAST. */
	_Atomic uint32_t untold;
};

enum { LAST = HOSTS + 1 };

struct host_cap {
	struct host_limits limits;
	_Atomic uint32_t untold;     /* the first host of that list, + 1; 0: none */
	uint32_t telling;            /* the same of the list that was taken; of one worker only */
	_Atomic uint64_t next;       /* when another may begin, by the rate of all */
	_Atomic uint64_t bytes_next; /* when more bytes may come */
	struct capped hosts[HOSTS];
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
	unsigned int at = (unsigned int)(key >> 32) % HOSTS;

	for (unsigned int tries = 0; tries < 64; tries++, at = (at + 1) % HOSTS) {
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
	uint64_t pause = atomic_load(&host->pause), wait;

	*crowded = false;
	if (pause > now)
		return pause - now;
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

static void host_cap_prolong(struct capped *host, uint64_t until)
{
	uint64_t there = atomic_load(&host->pause);

	while (there < until && !atomic_compare_exchange_weak(&host->pause, &there, until))
		;
}

void host_cap_pause(struct host_cap *cap, unsigned int number, uint64_t until)
{
	struct capped *host = &cap->hosts[number];
	uint32_t none = 0, first;

	host_cap_prolong(host, until);
	/* Whoever takes it out of the list reads the pause after that. */
	if (!atomic_compare_exchange_strong(&host->untold, &none, LAST))
		return;
	first = atomic_load(&cap->untold);
	do {
		atomic_store(&host->untold, first ? first : LAST);
	} while (!atomic_compare_exchange_weak(&cap->untold, &first, number + 1));
}

bool host_cap_next_pause(struct host_cap *cap, struct host_pause *pause, uint64_t now)
{
	while (atomic_load(&cap->untold) || cap->telling) {
		struct capped *host;
		uint64_t until;
		uint32_t next;

		/* All of the list at once: so nobody's first can be another one of the same
		 * number. */
		if (!cap->telling)
			cap->telling = atomic_exchange(&cap->untold, 0);
		host = &cap->hosts[cap->telling - 1];
		next = atomic_exchange(&host->untold, 0);
		cap->telling = next == LAST ? 0 : next;
		until = atomic_load(&host->pause);
		if (until <= now)
			continue;
		*pause = (struct host_pause){ atomic_load(&host->key), until - now };
		return true;
	}
	return false;
}

void host_cap_take_pause(struct host_cap *cap, const struct host_pause *pause, uint64_t now)
{
	host_cap_prolong(&cap->hosts[host_cap_find_key(cap, pause->key)], now + pause->left_ns);
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
