/* A row of a result: one way to do the job, its workers, its samples, and what was made of them. */
#ifndef ROW_H
#define ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/stats/stats.h"
#include "metrics.h"
#include "record.h"
#include "table.h"

/* One worker in one sample. */
struct worker_sample {
	uint64_t items;
	double busy_s; /* from its first claim to its last commit, less the time in claims */
	double cpu_s;  /* of CPU that it had in that time */
	uint64_t voluntary, involuntary; /* context switches */
	double clock_hz;                 /* of its core, timed apart; NAN: not timed */
	char *bound_after; /* its mask after the run, if that is not what it was before */
};

/* What a machine did beside us during a sample; NAN where the system does not say. */
struct sample_conditions {
	double window_s;    /* how long was looked at */
	double steal_s;     /* CPU time that the hypervisor took from the PUs allowed to us */
	double others_s;    /* that other programs had on them */
	double throttled_s; /* that the cgroup's quota held us up */
	double load;        /* average of one minute, before the sample */
};

/* One measurement of a row. */
struct sample {
	unsigned int round; /* of the experiment, from 0: those of one were taken side by side */
	double seconds;     /* from go until the leader held the merged result */
	double startup_s;   /* from the launch of the process to go */
	bool disturbed;     /* something else had so much of the workers' CPUs that it counts */
	char *disturbance;  /* by what: "other programs had 41 % of PU 1"; NULL if by nothing */
	struct sample_conditions conditions;
	struct worker_sample *workers; /* as many as the row has in per_worker */
	size_t worker_count;
	struct metrics metrics; /* the program's */
};

/* Who the workers are: of the first sample. */
struct row_worker {
	char *host;
	int pid;                               /* -1: a plan */
	int package, numa, l3, core, kind, pu; /* logical, but pu; -1: none, or several */
	char *planned, *bound;                 /* masks; bound was read back before go */
	double weight;                         /* its share of a static schedule, over the mean */
};

/* Who the ranks are, one after the other, as their workers are: of the first sample. Without MPI
 * there is one. */
struct row_rank {
	char *host;
	int pid;                             /* -1: a plan */
	unsigned int workers;                /* how many of the row's are its */
	char *allowed;                       /* its mask, as it was started */
	char *planned, *bound, *bound_after; /* of all its workers, before and after the run */
};

/* Factors whose product is the efficiency, see bench/stats/factors.h; NAN where not known. */
struct row_factors {
	double clock, balance, running, overhead, rest;
};

/* One way to do the job, and its samples; or why it could not be. */
struct row {
	char *strategy, *schedule, *places, *bind;
	unsigned int ranks, workers; /* workers of all ranks together */
	unsigned int inflight;       /* items in flight of one worker */
	unsigned int nodes;          /* hosts that the workers are on; 0: not known */
	double items;                /* of the job in this row */
	unsigned int repeat;         /* the job so many times over */
	char *rate_unit;             /* "term/s" */
	struct sample *samples;
	size_t sample_count;
	struct row_rank *per_rank;
	size_t per_rank_count;
	struct row_worker *per_worker;
	size_t per_worker_count;
	bool verified;
	char *missing; /* NULL if it was measured */

	/* From here on: what row_summarise() and the studies make of the samples. */
	struct metrics metrics;  /* medians of the samples' */
	struct estimate median;  /* seconds, with the 95 % interval if there are enough samples */
	double startup_s;        /* the median */
	double rate;             /* items a second, by the median */
	struct estimate speedup; /* over the baseline, the first row of the result */
	double efficiency;       /* speedup over workers (over all in flight, of waiting work) */
	struct row_factors factors;
	struct estimate karp_flatt; /* the serial fraction that alone would explain the speedup */
	unsigned int disturbed;     /* samples that were */
};

extern const struct record sample_record, worker_sample_record, row_record, row_rank_record,
	row_worker_record;

/* An empty one more; NULL if there is no memory. Valid until the next one is added. */
struct sample *row_add_sample(struct row *row);

/*
 * Its samples that count, in their order: those that were not disturbed, or all where all were.
 * row_counted(): how many these are. The list is malloc'd, NULL if there is no memory.
 */
const struct sample **row_samples(const struct row *row);
size_t row_counted(const struct row *row);

/* The undisturbed sample of a round; NULL if there is none. */
const struct sample *row_sample_of(const struct row *row, unsigned int round);

/* Seconds of the samples that count, and of their start-up: malloc'd, NULL without memory. */
double *row_seconds(const struct row *row);
double *row_startups(const struct row *row);

/* Their seconds an item, likewise. items must be above 0. */
double *row_costs(const struct row *row);

/*
 * Likewise, what an item took of what the machine gave: seconds in which the workers had their
 * CPUs, and with clocked (row_has_clocks()) clocks of their cores.
 */
double *row_clocks(const struct row *row, bool clocked);

/* Whether the clocks of all workers are known in all samples that count; false without memory. */
bool row_has_clocks(const struct row *row);

/* Of all workers of a sample: CPU time over busy time, and Hz, the mean weighted by the CPU time.
 * NAN where it is unknown. */
double row_sample_running(const struct sample *sample);
double row_sample_clock(const struct sample *sample);

/* Median and interval, start-up, rate and metrics from its samples that count, and how many were
 * disturbed. Returns 0 or -ENOMEM. */
int row_summarise(struct row *row);

/* Makes it a row that is missing: the samples go, the reason is kept. Returns 0 or -ENOMEM. */
int row_leave_out(struct row *row, const char *why);

/* Whether it has samples, all of which were right. */
bool row_is_measured(const struct row *row);

/* Whether two do the job the same way, however many do it: strategy, schedule, places and bind. */
bool row_is_like(const struct row *one, const struct row *other);

/* In how many of its samples it lost updates, as their metric "lost" has it. */
size_t row_count_losses(const struct row *row);

/*
 * The hosts of its workers, numbered from 0 in the order in which they come: one number a worker,
 * malloc'd, and how many hosts there are. NULL if there is no memory.
 */
size_t *row_hosts(const struct row *row, size_t *count);

/* How many items are under way at once: workers; or workers times in flight, for waiting work. */
unsigned int row_concurrency(const struct row *row, bool cpu_bound);

#endif
