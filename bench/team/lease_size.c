/* Chunks of full size are taken for a millisecond: a work promises a few. */
#include "lease_size.h"

#define FULL_NS 1000000u

/* Chunks of a lease for each worker, at most: some tens of kilobytes of slots, and a second that a
 * checkpoint may lose. */
enum { LEASE_CHUNKS_MAX = 1024 };

/* A lease costs the leader 11 us over TCP: at full chunks, so many ranks take a sixth of its
 * time. */
enum { RANKS_A_CHUNK = 64 };
#define LEASE_NS 11000

/* To take a chunk in and to add it up. */
#define CHUNK_NS 25

/* Below it, more is lost in what differs anyway. */
#define SERVING_MIN 0.001

/* No rank's first leases are all that there is for it. */
enum { LEASES_A_WORKER = 16 };

/* As many chunks as make so many of full size; at least 1. */
static unsigned int lease_size_chunks(uint64_t full, const struct work *work,
				      const struct partition *partition)
{
	double chunks = (double)full * (double)work->chunk_max / (double)partition->chunk_items;

	if (chunks < 1)
		return 1;
	return chunks < LEASE_CHUNKS_MAX ? (unsigned int)chunks : LEASE_CHUNKS_MAX;
}

struct lease_size lease_size_of(const struct schedule_type *type, const struct work *work,
				const struct partition *partition,
				const struct lease_takers *takers)
{
	uint64_t full = takers->ranks / RANKS_A_CHUNK, away = takers->gap_ns / FULL_NS;
	uint64_t fair = partition->chunks / ((uint64_t)LEASES_A_WORKER * takers->workers);
	struct lease_size size = { 1, lease_size_chunks(LEASE_CHUNKS_MAX, work, partition) };

	/* Nobody else can do what a static share has: its leases are as large as may be. */
	if (type->leases == &schedule_static)
		return size;
	full = away > full ? away : full;
	size.most = lease_size_chunks((full ? full : 1) * BATCH_MAX, work, partition);
	if (full > 1)
		size.least = lease_size_chunks(full, work, partition);
	if (size.least > fair)
		size.least = fair ? (unsigned int)fair : 1;
	return size;
}

double lease_size_serving(const struct work *work, const struct partition *partition,
			  const struct lease_takers *takers)
{
	struct lease_size size = lease_size_of(&schedule_static, work, partition, takers);
	double chunk_ns = FULL_NS * (double)partition->chunk_items / (double)work->chunk_max;
	double serving;

	if (takers->ranks < 2)
		return 0;
	serving = (takers->ranks - 1) * (LEASE_NS / (size.most * chunk_ns)) +
		  takers->workers * (CHUNK_NS / chunk_ns);

	if (serving < SERVING_MIN)
		return 0;
	return serving < 1 ? serving : 1;
}
