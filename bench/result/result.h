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

#include "row.h"

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

/* What the workers of one host did in one row: the medians over its samples. */
struct node_finding {
	char *host;
	unsigned int workers;
	double items; /* in the job */
	double rate;  /* items a second of one worker's busy time */
	char *rate_unit;
	double busy;      /* the share of the time that its workers were at work */
	double running;   /* the share of their work that they had their CPUs */
	double of_others; /* rate over the median of all hosts; NAN where there are fewer than 3 */
	bool slow;        /* an outlier (bench/stats/outliers.h) */
};

/* A row of two results, compared. */
struct pair_finding {
	char *strategy, *schedule, *places, *bind;
	unsigned int ranks, workers, inflight, nodes;
	double old_s, new_s;
	struct estimate ratio;
	double p_slower, p_faster; /* adjusted for the number of rows */
	char *verdict;             /* "slower", "faster", "same", "cannot tell", "failed" */
	/* Why it cannot be told: "samples", too few; "drift", "disturbed", "machine", all three of
	 * the machine, see study/regression_row.h. NULL where it can. */
	char *because;
	unsigned int needed; /* samples of each that would tell; 0: it can be told, or none would */
};

/* A PU that was checked. */
struct checked_pu {
	char *host, *microcode;
	int pu, package, numa, core, kind; /* logical, but pu; -1: not known */
	uint64_t passes;                   /* results that were checked */
	double rate; /* items a second of CPU time, while nothing else had it */
	char *rate_unit;
	double of_kind; /* its rate over the median of its kind; NAN: not to be told */
	double running; /* the share of its time that it had the PU */
	char *verdict;  /* "right", "slow", "disturbed", "wrong", "died" */
	/* Of a wrong result, see bench/probe.h; NULL if there was none. */
	char *way, *task, *expected, *actual, *difference, *replay;
	bool repeats;
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
	struct row *rows;   /* "runs" in JSON; of a comparison or a study the baseline first */
	size_t row_count;
	struct law_finding *laws;
	size_t law_count;
	struct knee_finding *knees;
	size_t knee_count;
	struct slow_core_finding *slow_cores;
	size_t slow_core_count;
	struct node_finding *nodes; /* of the row on the most hosts; none on one host */
	size_t node_count;
	struct pair_finding *comparison;
	size_t comparison_count;
	struct checked_pu *checked;
	size_t checked_count;
	/* Tables of the program's, the results of the job first: see table.h. */
	struct table *tables;
	size_t table_count;
	char *advice; /* plain sentences, one a line; NULL for none */
};

extern const struct record host_record, law_finding_record, knee_finding_record,
	slow_core_finding_record, node_finding_record, pair_finding_record, checked_pu_record,
	result_record;

/* Cores that a row's workers may use: those of each host that it ran on, once. Of one that nothing
 * is known of, the leader's. */
unsigned int result_cores_of(const struct result *result, const struct row *row);

/* Whether rows that were read, whoever wrote them, can be shown and concluded from. name: of the
 * file. Returns 0, or -EINVAL having said what they lack. */
int result_check(const struct result *result, const char *name);

/* Sums up anew every row that has samples (row_summarise). Returns 0 or -ENOMEM. */
int result_summarise(struct result *result);

/* PUs that may be used on a host; 0 if that is not known. */
unsigned int result_pus_on(const struct host *host);

/* CPUs of time that a row's hosts could give it: PUs that may be used, or the quota if that is
 * less. NAN if it is not known. */
double result_cpus_of(const struct result *result, const struct row *row);

/* An empty result, with the time. argv's credentials are hidden. Returns 0 or -ENOMEM. */
int result_begin(struct result *result, const char *program, const char *version,
		 const char *command, char *const *argv);
void result_free(struct result *result);

/* An empty one more; NULL if there is no memory. Valid until the next one is added. */
struct row *result_add_row(struct result *result);

/* Moves those hosts of another result that are not there by their names. Returns 0 or -ENOMEM. */
int result_take_hosts(struct result *result, struct result *from);

/* Takes the table over, to be freed with the result. Returns 0 or -ENOMEM. */
int result_add_table(struct result *result, struct table table);

#endif
