/* What compare and scale have in common: an experiment, asked for by a command. */
#ifndef STUDY_H
#define STUDY_H

#include "bench/study/experiment.h"
#include "bench/study/scaling.h"
#include "kept_job.h"
#include "trial_process.h"

struct study {
	struct command *command;
	struct kept_job job;
	struct result result;
	struct experiment experiment;
	struct trial_process process;
	struct study_question question;
	uint64_t began_ns;
};

/* Refuses to start ranks within ranks. Returns 0, or -EINVAL with the line that works. */
int study_refuse_ranks(const struct command *command);

/* Reads and checks the job and the outputs, before anything is measured. Returns 0, or -errno,
 * having said why. Close it in any case. */
int study_open(struct study *study, struct command *command, struct placement *placement);
void study_close(struct study *study);

/* Adds a row of the experiment: so much concurrency, split as the configuration's strategy splits
 * it. What cannot be had on a machine of so many cores is a row that says so. Returns 0 or -errno,
 * having said why. */
int study_add(struct study *study, const struct configuration *configuration,
	      unsigned int concurrency, unsigned int cores);

/*
 * Workers that are not alike show what a schedule is worth: then those of several workers have a
 * row for a static one, too.
 */
bool study_shows_schedules(const struct study *study, struct placement *placement,
			   unsigned int concurrency);

/*
 * Measures, concludes and writes: within the time of the command, until its rounds are made or
 * answered() says that they are enough; at a signal, from what there is, and then by that signal.
 * Returns 0 or -errno, having said why; -EIO also where nothing can be concluded because the first
 * round is not whole.
 */
int study_run(struct study *study, bool (*answered)(void *question, const struct result *result),
	      int (*conclude)(struct result *result, const struct study_question *question));

#endif
