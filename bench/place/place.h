/*
 * Where workers go: a machine's topology in, one cpuset for each worker out. Knows nothing of work.
 *
 * Three facts are kept apart: what was planned, what was asked of the operating system, and what it
 * says when it is read back.
 */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* A mask as one hex number, as taskset prints it ("0x1"), for up to 4096 PUs; "" for no mask. */
#define MASK_TEXT 1032

struct placement;

struct place_request {
	const char *places; /* "cores" */
	const char *bind;   /* "close" or "none" */
};

struct machine {
	char cpu_model[128]; /* "" if unknown */
	unsigned int cores, pus, numa_nodes;
	unsigned int allowed_cores, allowed_pus; /* in the mask that this process started with */
	char allowed[MASK_TEXT];
	const char *hwloc; /* version of the library */
};

/* Reads the topology and the allowed PUs. Returns 0, or -errno having said why. */
int placement_open(struct placement **placement, const struct place_request *request);
void placement_close(struct placement *placement);

const struct machine *placement_machine(const struct placement *placement);
const struct place_request *placement_request(const struct placement *placement);

/*
 * Plans `workers` workers on this machine, of which this process has `count`, beginning with
 * `first`. May be called again. Returns 0 or -errno.
 */
int placement_plan(struct placement *placement, unsigned int workers, unsigned int first,
		   unsigned int count);

/* The planned mask of this process's worker, "" where nothing is bound. */
void placement_planned(const struct placement *placement, unsigned int worker,
		       char mask[MASK_TEXT]);

/*
 * Binds the calling thread as planned and reads its mask back into bound. To be called by the
 * worker itself; thread-safe. Returns 0, or -errno having said why: also when what was read back is
 * not what was planned.
 */
int placement_bind(struct placement *placement, unsigned int worker, char bound[MASK_TEXT]);

/* Gives the calling thread the mask that the process started with. */
void placement_unbind(struct placement *placement);

#endif
