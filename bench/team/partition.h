/* A partition: a job cut into chunks, numbered from 0. */
#ifndef PARTITION_H
#define PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/work.h"

/* The same on every host: plain bytes. */
struct partition {
	uint64_t items;
	uint64_t chunk_items; /* items of a chunk; the last chunk may have fewer */
	uint64_t chunks;
};

/* The most chunks of a job: what they cost in memory is bounded, whatever the count of items. */
#define CHUNKS_MAX ((uint64_t)1 << 24)

/*
 * chunk_items: what the user asked for, or 0 to choose by the work's own bounds for so many
 * workers. With one so small that there would be more than CHUNKS_MAX, chunks is the number there
 * would be: see partition_check().
 */
struct partition partition_job(const struct work *work, unsigned int workers, uint64_t chunk_items);

/* Refuses a CHUNK that cuts the job too small. Returns 0, or -EINVAL having said what fits. */
int partition_check(const struct partition *partition);

/*
 * Some chunks of a partition: `count` of them, in runs of `run` that lie side by side; the runs begin
 * `stride` apart, and the last may be shorter. A chunk's position in the batch is its number there,
 * from 0. Plain bytes: MPI carries it.
 */
struct batch {
	uint64_t first, count; /* the number of the first chunk; how many there are */
	uint64_t run, stride; /* at least 1, unless count is 0; run <= stride unless there is one */
};

/* `count` chunks side by side. */
struct batch batch_of(uint64_t first, uint64_t count);
/* How many runs it has. */
uint64_t batch_runs(const struct batch *batch);
/* The number of the chunk at a position. */
uint64_t batch_chunk(const struct batch *batch, uint64_t position);
/* True if its chunks are some of 0 ... chunks - 1, each once. The batch may be any bytes. */
bool batch_fits(const struct batch *batch, uint64_t chunks);

/* The items of a chunk: begin <= item < end. */
uint64_t partition_begin(const struct partition *partition, uint64_t chunk);
uint64_t partition_end(const struct partition *partition, uint64_t chunk);

#endif
