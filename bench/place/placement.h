/*
 * Where workers go: a machine's topology in, one cpuset for each worker out. Knows nothing of work.
 *
 * Three facts are kept apart: what was planned, what was asked of the operating system, and what it
 * says when it is read back.
 */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A mask as one hex number, as taskset prints it ("0x1"), for up to 4096 PUs; "" for no mask. */
#define MASK_TEXT 1032

struct placement;

struct place_request {
	const char *places; /* what a worker is bound to, or an hwloc expression; NULL: default */
	const char *bind;   /* "close", "spread" or "none"; NULL: default */
	const char
		*topology; /* XML file or synthetic description to plan for; NULL: this machine */
};

struct machine {
	char cpu_model[128]; /* "" if unknown */
	unsigned int cores, pus, numa_nodes;
	/* What this process may use, and --places selects: the mask, and the cores and PUs in it.
	 */
	unsigned int allowed_cores, allowed_pus;
	char allowed[MASK_TEXT];
	/* CPUs of time that the cgroup allows, whatever the mask (cpu.max, cfs_quota_us); NAN: no
	 * quota. */
	double cpu_quota;
	const char *hwloc; /* version of the library */
	bool this_system;  /* false: only plans can be made, nothing can be bound */
};

/* Where a mask lies: logical indexes as hwloc numbers them, -1 where there is none or more than
 * one. */
struct location {
	int package, numa, l3, core, kind, pu; /* pu is the number of the operating system */
};

/*
 * Takes the defaults from OMP_PLACES and OMP_PROC_BIND where the request has none, reads the
 * topology and the allowed PUs: of this machine's, those that OMP_PLACES or GOMP_CPU_AFFINITY list.
 * What such variables ask for and is not done is said. Returns 0; -EINVAL, having said why, if the
 * request is wrong; another -errno.
 */
int placement_open(struct placement **placement, const struct place_request *request);
void placement_close(struct placement *placement);

/* The words of --places, and the policies of --bind; NULL after the last. */
const char *placement_nth_word(size_t n);
const char *placement_nth_bind(size_t n);

/* Checks the words alone. Returns 0, or -EINVAL having named the choices. */
int placement_check_bind(const char *text);

const struct machine *placement_machine(const struct placement *placement);
/* The request, with the defaults filled in. */
const struct place_request *placement_request(const struct placement *placement);

/*
 * Plans `workers` workers on this machine, of which this process has `count`, beginning with
 * `first`. May be called again. Returns 0, or -errno; -EINVAL, having said so, if there is no such
 * place.
 */
int placement_plan(struct placement *placement, unsigned int workers, unsigned int first,
		   unsigned int count);

/* A rank on this node: its mask, and its workers. */
struct rank_mask {
	char allowed[MASK_TEXT];
	unsigned int workers;
};

/*
 * Plans the workers of one of the ranks of this node, so that all ranks, doing the same, agree.
 * Ranks of one mask divide it; the narrower mask chooses first, and others avoid its places if they
 * have enough without.
 */
int placement_plan_ranks(struct placement *placement, const struct rank_mask *ranks,
			 unsigned int count, unsigned int me);

/* The planned mask of this process's worker, "" where nothing is bound, and where it lies. */
void placement_planned(const struct placement *placement, unsigned int worker, char mask[MASK_TEXT],
		       struct location *location);

/* How many places the last plan found; 0 if nothing is bound. */
unsigned int placement_places(const struct placement *placement);

/* True if not all planned workers are alike: their cores are of different kinds, or some share one.
 */
bool placement_unequal(const struct placement *placement);

/*
 * Binds the calling thread as planned and reads its mask back into bound. To be called by the
 * worker itself; thread-safe. Returns 0, or -errno having said why: also when what was read back is
 * not what was planned.
 */
int placement_bind(struct placement *placement, unsigned int worker, char bound[MASK_TEXT]);

/* Reads the mask of the calling thread; "" if it cannot be read. Thread-safe. */
void placement_read_back(const struct placement *placement, char mask[MASK_TEXT]);

/* Gives the calling thread the mask that the process started with. */
void placement_unbind(struct placement *placement);

/* Draws the machine, 80 columns wide, and workers in it, whose masks are given. Returns 0 or
 * -ENOMEM. */
int placement_draw(const struct placement *placement, FILE *file, const char *const *masks,
		   unsigned int count);

#endif
