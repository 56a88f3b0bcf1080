/*
 * An experiment: the same job, done in several configurations, each measured again and again, in
 * rounds of shuffled order. It fills the rows of a result, and concludes nothing.
 */
#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/result/result.h"
#include "configuration.h"
#include "trial.h"

/* Why no more was measured. */
enum experiment_end {
	EXPERIMENT_ROUNDS,   /* all rounds that were asked for were made */
	EXPERIMENT_ANSWERED, /* the question has its answer */
	EXPERIMENT_TIME,     /* the time was over */
	EXPERIMENT_SIGNAL,   /* we were asked to end */
	EXPERIMENT_FAILED,   /* no row is left that can be measured */
};

/* How long to go on. */
struct pace {
	unsigned int rounds; /* 0: until the question is answered */
	/*
	 * Whether the result answers the question. Asked after whole rounds, not after every one,
	 * for an answer takes its time. May be NULL.
	 */
	bool (*answered)(void *question, const struct result *result);
	void *question;
	double max_time; /* seconds; a trial that would end later is not begun, and one that does is
			    given up */
	uint64_t (*clock)(void); /* NULL: clock_ns() */
	unsigned short seed[3];  /* of the orders */
	/* Told before each trial. May be NULL. */
	void (*progress)(void *context, unsigned int round, double elapsed_s,
			 const struct row *row);
	void *progress_context;
};

struct experiment {
	struct result *result; /* its rows are the experiment's while it lives */
	struct trial trial;
	/* What is asked of each row, in the order of the rows; what became of it. */
	struct experiment_row {
		struct configuration configuration;
		bool out;       /* it is missing, or failed */
		double longest; /* trial, in seconds, start and end included */
	} * rows;
	size_t row_count, row_room;
	const char *scaling; /* "strong" or "weak", for the job; NULL: the rows do not scale */
	unsigned int reference_repeat; /* how often the results' tables have the job */
	unsigned int rounds; /* that are whole: every row that is not out has a sample of each */
	enum experiment_end end;
	int error; /* of a trial that failed, -errno; it was said */
};

/* The first row to be added is the baseline. Close it in any case; the result stays. */
void experiment_open(struct experiment *experiment, struct result *result, struct trial trial);
void experiment_close(struct experiment *experiment);

/* Adds a row. missing: why it cannot be had, then it is a row that says so and is not measured;
 * NULL if it can. Returns 0 or -ENOMEM. */
int experiment_add(struct experiment *experiment, const struct configuration *configuration,
		   const char *missing);

/*
 * Makes rounds until the pace says stop. The baseline is measured first. A row whose trial fails is
 * left out, with the reason, and experiment.error is set; the others go on.
 *
 * The result gets the samples of every row, the identity and the workers of its first, and, as its
 * tables, those of the first trial that was verified, which all others must agree with. Rows are
 * summed up (row_summarise).
 *
 * Returns 0; -EBADMSG, having said which, if an answer was wrong; -EIO if two trials do not agree;
 * another -errno if no trial can be started.
 */
int experiment_run(struct experiment *experiment, const struct pace *pace);

/* The number of whole rounds after which the question is asked for the n-th time, n from 0: 6, 8,
 * 12, 16, 24, 32, 48 ... */
unsigned int experiment_look(unsigned int n);

#endif
