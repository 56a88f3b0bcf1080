/* Which chunks a batch has. */
#include "batch.h"

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
