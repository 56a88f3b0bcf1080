/* Times of hosts, each a single atomic word, and a list of those that were set: a lock-free stack
 * by number. */
#include "host_pauses.h"

enum { LAST = HOSTS_APART + 1 };

uint64_t host_pauses_left(struct host_pauses *pauses, unsigned int host, uint64_t now)
{
	uint64_t until = atomic_load(&pauses->hosts[host].until);

	return until > now ? until - now : 0;
}

void host_pauses_hear(struct host_pauses *pauses, unsigned int host, uint64_t until)
{
	_Atomic uint64_t *place = &pauses->hosts[host].until;
	uint64_t there = atomic_load(place);

	while (there < until && !atomic_compare_exchange_weak(place, &there, until))
		;
}

void host_pauses_set(struct host_pauses *pauses, unsigned int host, uint64_t until)
{
	_Atomic uint32_t *next = &pauses->hosts[host].untold;
	uint32_t none = 0, first;

	host_pauses_hear(pauses, host, until);
	/* Whoever takes it out of the list reads the time after that. */
	if (!atomic_compare_exchange_strong(next, &none, LAST))
		return;
	first = atomic_load(&pauses->untold);
	do {
		atomic_store(next, first ? first : LAST);
	} while (!atomic_compare_exchange_weak(&pauses->untold, &first, host + 1));
}

int host_pauses_next(struct host_pauses *pauses, uint64_t now)
{
	while (atomic_load(&pauses->untold) || pauses->telling) {
		unsigned int host;
		uint32_t next;

		/* All of the list at once: so nobody's first can be another one of the same
		 * number. */
		if (!pauses->telling)
			pauses->telling = atomic_exchange(&pauses->untold, 0);
		host = pauses->telling - 1;
		next = atomic_exchange(&pauses->hosts[host].untold, 0);
		pauses->telling = next == LAST ? 0 : next;
		if (host_pauses_left(pauses, host, now))
			return (int)host;
	}
	return -1;
}
