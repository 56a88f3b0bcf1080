/* A source of claims: where the workers of one team, or of one rank, claim their chunks. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdatomic.h>

#include "bench/claim.h"
#include "ledger.h"
#include "schedule.h"

/* What the first worker does between its chunks: report progress, answer other ranks. */
struct duty {
	void (*call)(void *context);
	void *context;
};

struct source {
	/* A claim for one of its workers, fresh for one run of the work; the source's own. The
	 * worker itself calls it. */
	struct claim *(*claim)(struct source *source, unsigned int worker);
	void (*close)(struct source *source);
};

/* Straight from the ledger of the job, which these workers share. The first of them are `first` of
 * `workers` in the whole team. */
int source_ledger_open(struct source **source, struct ledger *ledger,
		       const struct schedule *schedule, unsigned int first, unsigned int count,
		       unsigned int workers, struct duty duty);

/*
 * By leases: runs of chunks that a rank has been given, which its workers divide again by the same
 * schedule. Only the first worker's thread may call the lease_ functions; the duty is called there,
 * between chunks and while it waits.
 */
/* Several at once hide the time that the next one takes to arrive. */
enum { LEASES = 4 };

struct lease_source;
int source_lease_open(struct lease_source **leases, const struct schedule *schedule,
		      unsigned int first, unsigned int count, struct duty duty);
struct source *source_lease_source(struct lease_source *leases);
/* Before each run: nothing leased, more to come. dealing may be NULL. */
void source_lease_begin(struct lease_source *leases, const struct dealing *dealing);
/* True if one more lease fits. */
bool source_lease_wanted(const struct lease_source *leases);
/* Hands a lease to the workers. It stays the source's. Returns 0 or -errno. */
int source_lease_add(struct lease_source *leases, const struct work *work,
		     const struct partition *partition, uint64_t first, uint64_t count);
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
