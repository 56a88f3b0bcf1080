/*
 * A race: many workers count in one variable, in ways that lose updates and ways that do not. The
 * tasks are a pool's: each worker takes the next one until none is left, and each task increments
 * the counter so many times.
 */
#ifndef RACE_H
#define RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct race_board;

struct race_way {
	const char *name;
	bool exact;     /* it loses nothing; otherwise how much it loses is what is measured */
	bool processes; /* its workers are processes; otherwise threads */
	/* The most workers that it takes, whatever is asked for: processes take a thousand times as
	 * long to start as threads. 0: any number. */
	unsigned int most;
	/* Does one worker's tasks, until none is left. */
	void (*work)(struct race_board *board);
};

extern const struct race_way race_unsynchronised, race_atomic, race_mutex, race_reduction,
	race_processes;

/* All of them, ended by NULL; the first is the one that loses. */
extern const struct race_way *const race_ways[];

/* Their names; NULL after the last. */
const char *race_nth_name(size_t n);

/* The way of that name. Returns 0, or -EINVAL having named the choices. */
int race_find(const struct race_way **way, const char *name);

enum { RACE_WORKERS_MAX = 100000 };

struct race_request {
	const struct race_way *way;
	unsigned int workers;       /* 1 to RACE_WORKERS_MAX */
	uint64_t tasks, increments; /* their product is at most 2^63 */
};

struct race_outcome {
	unsigned int workers; /* as many as could be had, at least 1 */
	uint64_t count;       /* what the counter said in the end */
	uint64_t elapsed_ns;  /* from go until the last worker was through */
};

/*
 * Runs the race once. Where there cannot be so many workers, as many as can be had do all of the
 * tasks. Returns 0, or -errno having said why: no worker could be had, or one died.
 */
int race_run(struct race_outcome *outcome, const struct race_request *request);

#endif
