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

struct batch batch_of(uint64_t first, uint64_t count)
{
	return (struct batch){ .first = first, .count = count, .run = count, .stride = count };
}

uint64_t batch_runs(const struct batch *batch)
{
	return batch->count ? (batch->count - 1) / batch->run + 1 : 0;
}

uint64_t batch_chunk(const struct batch *batch, uint64_t position)
{
	return batch->first + position / batch->run * batch->stride + position % batch->run;
}

bool batch_fits(const struct batch *batch, uint64_t chunks)
{
	uint64_t runs;

	if (!batch->count || !batch->run || batch->count > chunks || batch->first >= chunks)
		return false;
	runs = batch_runs(batch);
	if (runs == 1)
		return batch->count <= chunks - batch->first;
	/* No product below is larger than chunks. */
	if (batch->stride < batch->run || (chunks - batch->first) / batch->stride < runs - 1)
		return false;
	return batch_chunk(batch, batch->count - 1) < chunks;
}
