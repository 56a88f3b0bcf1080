/*
 * Claims from leases: batches of chunks that a rank has been given, which its workers divide again
 * by the same schedule. Only the first worker's thread may call these functions; the duty is called
 * there, between chunks and while it waits.
 */
#ifndef SOURCE_LEASE_H
#define SOURCE_LEASE_H

#include "source.h"

/* Several at once hide the time that the next one takes to arrive. */
enum { LEASES = 4 };

struct lease_source;

/* Returns 0 or -ENOMEM. */
int source_lease_open(struct lease_source **leases, const struct source_users *users);
/* As what the workers claim from, and what closes it. */
struct source *source_lease_source(struct lease_source *leases);
/* Before each run: nothing leased, more to come. */
void source_lease_begin(struct lease_source *leases);
/* True if one more lease fits. */
bool source_lease_wanted(const struct lease_source *leases);
/* Hands a lease to the workers. It stays the source's. Returns 0 or -ENOMEM. */
int source_lease_add(struct lease_source *leases, const struct work *work,
		     const struct partition *partition, const struct batch *batch);
/* No lease will follow. */
void source_lease_end(struct lease_source *leases);
/*
 * The oldest lease that is not taken out yet, if each of its chunks is committed; NULL otherwise.
 * It is taken out, and stays valid until it is put back, when its *entry < LEASES may serve for
 * another.
 */
const struct ledger *source_lease_take_out(struct lease_source *leases, unsigned int *entry);
void source_lease_put_back(struct lease_source *leases, unsigned int entry);

#endif
