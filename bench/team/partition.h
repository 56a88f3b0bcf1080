/* A partition: a job cut into chunks, numbered from 0. */
#ifndef PARTITION_H
#define PARTITION_H

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

/* The items of a chunk: begin <= item < end. */
uint64_t partition_begin(const struct partition *partition, uint64_t chunk);
uint64_t partition_end(const struct partition *partition, uint64_t chunk);

#endif
