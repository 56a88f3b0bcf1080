/* A batch: chunks that a schedule hands out at once. */
#ifndef BATCH_H
#define BATCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Some chunks of a partition: `count` of them, in runs of `run` that lie side by side; the runs
 * begin `stride` apart, and the last may be shorter. A chunk's position in the batch is its number
 * there, from 0. Plain bytes: MPI carries it.
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

#endif
