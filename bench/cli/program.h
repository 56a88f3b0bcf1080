/*
 * A program: what a main hands to the verbs. The workbench asks it for its job, its results and its
 * figures, and knows nothing else of it.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/report/format.h"
#include "bench/result/result.h"
#include "bench/probe.h"
#include "bench/team/stream.h"
#include "bench/work.h"
#include "option.h"
#include "verb.h"

struct command;

/* A command that works as it stands, and what it does, in few words. */
struct example {
	unsigned int verbs; /* whose help has it; that of the program has all */
	const char *command, *about;
};

/* What a program has to add to the help of verbs. */
struct note {
	unsigned int verbs;
	const char *text;
};

/* A variable of the environment that the program heeds. */
struct variable {
	const char *name, *about;
};

struct program {
	const char *name;
	const char *brief; /* in a line of the manual */
	const char *about;
	const char *operand, *operand_help; /* "TASK" */
	const struct example *examples;     /* ended by a NULL command */
	const struct note *notes;           /* ended by a NULL text; NULL for none */
	const struct variable *environment; /* beside those of all programs; ended by a NULL name;
					       NULL for none */
	const char *see_also;               /* manual pages: "hwloc(7), mpirun(1)" */
	const struct option_row *options;   /* its own, ended by a NULL name */
	const struct verb *verbs;           /* its own, ended by a NULL name */
	void *config;                       /* for its options and its job */
	const char *const *strategies; /* the rows of compare and list, ended by NULL; the first is
					  the baseline */
	const char *strategy;          /* of run unless told; NULL: openmp */
	const char *rank_strategy;     /* the same inside an mpirun of several ranks; NULL: mpi */
	const char *const *scaled;     /* those that scale studies unless told, ended by NULL */
	const char *rate_unit;         /* "term/s" */
	bool cpu_bound; /* more workers than cores are a mistake, to be said; otherwise what is in
			   flight counts as workers do */
	unsigned int concurrency;   /* of compare unless told; 0: the allowed cores */
	unsigned int concurrencies; /* scale goes up to it unless told; 0: the allowed cores */
	const struct work_type *work_type;
	/* Where its own option puts the name of the file that keeps what is finished, if one is
	 * given; NULL: its work cannot be kept. */
	const char *const *checkpoint;
	const struct probe *probe; /* what `check` lets every PU do; NULL: it has no such verb */

	/* One operand, or one line of a file; where is "" or "FILE:LINE: ". Returns 0, or -errno
	 * having said why. */
	int (*job_add)(void *config, const char *text, const char *where);
	/*
	 * Writes the embedded job, which is done without operands, one operand a line: of about
	 * `items` items, or of its own size if that is 0. Called in a process that then reads it,
	 * or gives it to others to read, while it lives; apart: some of them may be on other hosts.
	 * Returns 0, or -errno having said why.
	 */
	int (*embedded)(void *config, FILE *list, uint64_t items, bool apart);
	/* A line of a list with space before it, which may say more of the line above. Returns the
	 * same. NULL: it is a line as any. */
	int (*job_more)(void *config, const char *text, const char *where);
	/* All operands are in. Returns 0, or -errno having said why. */
	int (*job_done)(void *config, struct work **work);

	/* Whether run is only to say what it would do, and the saying of it. May be NULL. */
	bool (*dry_run)(const void *config);
	void (*print_plan)(FILE *file, const struct work *work);

	/* What the progress line of run has beside how many are done and the time that is left, so
	 * many seconds after the begin. NULL: the rate. */
	void (*progress)(const void *config, double seconds, char *text, size_t size);

	/* Facts about the job, and about how the last run did it, in so many seconds. */
	void (*job_metrics)(const struct work *work, struct metrics *metrics);
	void (*run_metrics)(const struct work *work, double seconds, struct metrics *metrics);
	/* Says on stderr what else `run` is to tell of the job, with say_fact(). May be NULL. */
	void (*run_say)(const struct work *work);
	const struct shown_metric *shown; /* those that tables have; NULL for none */
	/* What more there is to say of the row that was the best, among all rows; malloc'd, or
	 * NULL. May be NULL. */
	char *(*remark)(const struct result *result, const struct row *best);
	/* The results, as lines of text for shells, and as a table that lives as long as the work.
	 * print_chunk, which may be NULL: each as soon as it is there, in the same words. */
	void (*print_results)(FILE *file, const struct work *work);
	stream_print *print_chunk;
	struct table (*results)(const struct work *work);
	/* What `list` shows beside the strategies. */
	const struct table *list;
	/* A further table for `list`, if the options ask for one: fills *table, or leaves it as it
	 * is. Returns 0 or -ENOMEM. May be NULL. */
	int (*list_more)(void *config, struct table *table);
	const bool *list_alone; /* if set, `list` leaves the strategies out; may be NULL */
};

/* The file that keeps what is finished; NULL: nothing is kept. */
static inline const char *program_checkpoint(const struct program *program)
{
	return program->checkpoint ? *program->checkpoint : NULL;
}

/* The main function: parses, does, and returns the exit code. */
int program_main(const struct program *program, int argc, char **argv);

#endif
