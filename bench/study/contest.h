/*
 * A contest: the same job, done in several ways, each measured again and again in fresh processes,
 * in rounds of shuffled order. What compare and scale have in common.
 */
#ifndef CONTEST_H
#define CONTEST_H

#include "bench/stats/factors.h"
#include "bench/cli/command.h"

/* One way to do the job. */
struct contender {
	/* What is asked of a measurement; NULL or 0 leaves it to the command. */
	const char *strategy; /* is never NULL */
	const char *schedule, *places, *bind;
	unsigned int concurrency; /* in all; the strategy splits it */
	unsigned int repeat;      /* the job so many times over */
	bool clocks;

	unsigned int ranks, workers, inflight; /* as it was split; 0: not given */
	bool out;                              /* missing, or it failed */
	/* Of its first measurement; the run in it gathers the samples of all. */
	struct document document;
	double *startups;     /* of each measurement ... */
	struct round *rounds; /* ... with what went on in it */
	double *figures;      /* ... and the program's figures, one after the other */
	size_t count;         /* of measurements */
	double longest;       /* of them, in seconds, start and end included */
};

struct contest {
	struct command *command;
	struct contender *rows; /* the first one is the baseline */
	size_t count;
	int feed;      /* what measurements read as standard input; -1: nothing */
	bool embedded; /* the job is the program's own */
	/* The first results, which all others must agree with; their job is that of the contest. */
	struct document *reference;
	int error;         /* of a measurement that failed */
	uint64_t until_ns; /* no measurement goes on after that, on the clock of clock.h; 0: any */
};

/* When to stop. */
struct pace {
	unsigned int rounds; /* 0: no matter how many */
	double precision;    /* a row is done when its interval is narrower, as a share of the
				median; 0: never */
	double max_time;     /* seconds; no measurement is begun that would end later, and one that
				does nevertheless is given up */
	bool whole_round;    /* the first round is made whole, however long it takes */
};

/* Refuses to start ranks within ranks. Returns 0, or -EINVAL with the line that works. */
int contest_refuse_ranks(const struct command *command);

/*
 * Reads and checks the job and the outputs, before anything is measured. Returns 0, or -errno
 * having said why. Close it in any case.
 */
int contest_open(struct contest *contest, struct command *command, struct placement *placement);
void contest_close(struct contest *contest);

/*
 * Makes the embedded job of about so many items, 0 for its own size. Only where contest->embedded.
 * Returns 0 or -errno.
 */
int contest_embed(struct contest *contest, uint64_t items);

/*
 * Adds a row like that, and splits its concurrency as its strategy does. What cannot be had here is
 * a row that says so. Returns 0 or -errno.
 */
int contest_add(struct contest *contest, const struct contender *like, unsigned int cores);

/*
 * Workers that are not alike show what a schedule is worth: then those of several workers have a
 * row for a static one, too.
 */
bool contest_shows_schedules(const struct contest *contest, struct placement *placement,
			     unsigned int concurrency);

/* Makes the rounds. Returns 0, also where a row failed; -errno where all is lost. */
int contest_run(struct contest *contest, const struct pace *pace);

/* One measurement of one row. Returns 0, also where the row failed and is now out; or -errno:
 * -ETIME if it was given up. */
int contest_measure(struct contest *contest, struct contender *row);

/* Medians, and how each row compares with the first. */
void contest_judge(struct contest *contest);

/* The run of a row; and what it costs in seconds, start-up included if that counts. */
struct run *contender_run(const struct contender *row);

/* Of the rows without a failure the one of the highest rate, or of the shortest time once start-up
 * counts; NULL if none was measured. */
const struct contender *contest_best(const struct contest *contest, bool with_startup);

/* Fills the document with all rows' runs, which stay the contest's, the job and the results.
 * Returns 0 or -ENOMEM. Empty it with contest_take_back() before it is freed. */
int contest_fill(const struct contest *contest, struct document *document,
		 const struct placement *placement);
void contest_take_back(struct document *document);

#endif
