/* Into how many chunks a job is cut, and where. */
#include "partition.h"

#include <errno.h>
#include <inttypes.h>

#include "bench/base/say.h"

/* Enough chunks a worker that the last ones to finish are within a few per cent of each other. */
#define CHUNKS_A_WORKER 32

struct partition partition_job(const struct work *work, unsigned int workers, uint64_t chunk_items)
{
	struct partition partition = { .items = work->items, .chunk_items = chunk_items };

	if (!chunk_items) {
		uint64_t pieces = (uint64_t)workers * CHUNKS_A_WORKER;

		partition.chunk_items = work->items / pieces + (work->items % pieces != 0);
		if (partition.chunk_items < work->chunk_min)
			partition.chunk_items = work->chunk_min;
		if (partition.chunk_items > work->chunk_max)
			partition.chunk_items = work->chunk_max;
		/* A job of years has longer chunks. */
		if (partition.chunk_items < work->items / CHUNKS_MAX + 1)
			partition.chunk_items = work->items / CHUNKS_MAX + 1;
	}
	partition.chunks =
		work->items / partition.chunk_items + (work->items % partition.chunk_items != 0);
	return partition;
}

int partition_check(const struct partition *partition)
{
	if (partition->chunks <= CHUNKS_MAX)
		return 0;
	return say_fail(EINVAL,
			"a CHUNK of %" PRIu64 " cuts this job into %" PRIu64
			" pieces: give %" PRIu64 " or more",
			partition->chunk_items, partition->chunks,
			partition->items / CHUNKS_MAX + 1);
}

uint64_t partition_begin(const struct partition *partition, uint64_t chunk)
{
	return chunk * partition->chunk_items;
}

uint64_t partition_end(const struct partition *partition, uint64_t chunk)
{
	return chunk + 1 < partition->chunks ? (chunk + 1) * partition->chunk_items
					     : partition->items;
}
