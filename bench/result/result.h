/*
 * A result: what one command found out, whole and owned. It points to nothing that is not its own,
 * so it outlives the team, the work and the child processes that it tells of. JSON is its form on
 * disk; every other format is a view of it. Studies read results and nothing else.
 */
#ifndef RESULT_H
#define RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/stats/stats.h"
#include "metric.h"
#include "record.h"
#include "table.h"

#define RESULT_SCHEMA "corescale-result/2"

/* A machine that workers ran on. */
struct host {
	char *hostname, *cpu_model, *microcode, *kernel;
	unsigned int cores, pus, numa_nodes;
	unsigned int allowed_cores; /* that this command may use; more workers share them */
	char *allowed_pus;          /* the mask, as one hex number */
	double cpu_quota;           /* CPUs of time; NAN: none */
	char *compiler, *mpi, *hwloc, *governor;
};

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
	unsigned int
		round; /* of the experiment, from 0: samples of one round were taken side by side */
	double seconds;    /* from go until the leader held the merged result */
	double startup_s;  /* from the launch of the process to go */
	bool disturbed;    /* something else had so much of the workers' CPUs that it counts */
	char *disturbance; /* by what: "other programs had 41 % of PU 1"; NULL if by nothing */
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

/* Factors whose product is the efficiency, see bench/stats/factors.h; NAN where not known. */
struct row_factors {
	double clock, balance, running, overhead, rest;
};

/* One way to do the job, and its samples; or why it could not be. */
struct row {
	char *strategy, *schedule, *places, *bind;
	unsigned int ranks, workers; /* workers of all ranks together */
	unsigned int inflight;       /* items in flight of one worker */
	double items;                /* of the job in this row */
	unsigned int repeat;         /* the job so many times over */
	char *rate_unit;             /* "term/s" */
	struct sample *samples;
	size_t sample_count;
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

/* One parameter of a law, fitted to one series of rows; or why there is none. */
struct law_finding {
	char *series, *law, *parameter;
	struct estimate estimate;
	unsigned int points; /* that it is fitted to */
	double misfit;       /* of the law: the largest relative residual of its points' medians */
	bool fits, extrapolated; /* the law fits; the figure lies beyond what was measured */
	char *missing;
};

/* How many workers of a series are enough, and from which size on it is worth it. */
struct knee_finding {
	char *series;
	struct estimate knee;
	double best_at, best_rate;
	char *rate_unit;
	struct estimate break_even; /* items; INFINITY: at no size */
	double alone_s;             /* what one worker needs for so many */
};

/* A core that is slower than those of its kind, beyond noise. */
struct slow_core_finding {
	char *host;
	int core, kind;
	double of_kind; /* its rate over the median of its kind */
};

/* A row of two results, compared. */
struct pair_finding {
	char *strategy, *schedule, *places, *bind;
	unsigned int ranks, workers, inflight;
	double old_s, new_s;
	struct estimate ratio;
	double p_slower, p_faster; /* adjusted for the number of rows */
	char *verdict;             /* "slower", "faster", "same", "cannot tell", "failed" */
	unsigned int needed;       /* samples of each that would tell; 0: it can be told */
};

struct result {
	char *program, *version, *command;
	char **argv;        /* ended by NULL; without credentials */
	char *started;      /* ISO 8601, UTC */
	bool incomplete;    /* it was interrupted: what there was until then */
	char **warnings;    /* ended by NULL */
	struct host *hosts; /* the leader's first */
	size_t host_count;
	struct metrics job; /* facts of the job: the program's; "scaling": strong or weak */
	struct row
		*rows; /* "runs" in JSON; of a comparison and a study, the first is the baseline */
	size_t row_count;
	struct law_finding *laws;
	size_t law_count;
	struct knee_finding *knees;
	size_t knee_count;
	struct slow_core_finding *slow_cores;
	size_t slow_core_count;
	struct pair_finding *comparison;
	size_t comparison_count;
	/* Tables of the program's, the results of the job first: see table.h. */
	struct table *tables;
	size_t table_count;
	char *advice; /* plain sentences, one a line; NULL for none */
};

extern const struct record host_record, sample_record, worker_sample_record, row_record,
	row_worker_record, law_finding_record, knee_finding_record, slow_core_finding_record,
	pair_finding_record, result_record;

/* An empty result, with the time. argv's credentials are hidden. Returns 0 or -ENOMEM. */
int result_begin(struct result *result, const char *program, const char *version,
		 const char *command, char *const *argv);
void result_free(struct result *result);

/* An empty one more; NULL if there is no memory. Valid until the next one is added. */
struct row *result_add_row(struct result *result);
struct sample *row_add_sample(struct row *row);

/* Takes the table over, to be freed with the result. Returns 0 or -ENOMEM. */
int result_add_table(struct result *result, struct table table);
/* The program's table of that key, NULL if there is none. */
const struct table *result_table(const struct result *result, const char *key);

/* The key of the first field that differs, NULL if two results are equal. */
const char *result_difference(const struct result *one, const struct result *other);

/* The seconds of its samples, one after the other: malloc'd, NULL if there is no memory. */
double *row_seconds(const struct row *row);

/* Median and interval, start-up, rate, metrics and count of the disturbed from its samples. Returns
 * 0 or -ENOMEM. */
int row_summarise(struct row *row);

/* Makes it a row that is missing: the samples go, the reason is kept. Returns 0 or -ENOMEM. */
int row_leave_out(struct row *row, const char *why);

/* Whether it has samples, all of which were right. */
bool row_is_measured(const struct row *row);

/* How many items are under way at once: workers; or workers times in flight, for waiting work. */
unsigned int row_concurrency(const struct row *row, bool cpu_bound);

#endif
