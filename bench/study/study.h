/* What a scaling study concludes from its measurements: laws, knees, break-even sizes, slow cores,
 * advice. */
#ifndef STUDY_H
#define STUDY_H

#include "bench/stats/knee.h"
#include "bench/stats/laws.h"
#include "contest.h"

/* The same strategy, places and bind at several concurrencies. */
struct series {
	char name[64];
	size_t first, count; /* its rows in the contest */
	size_t fitted;       /* points that the laws were asked for: not those beyond the cores */
	struct estimate knee;
	const struct run *best, *at_knee; /* NULL if none was measured */
	double break_even;                /* items */
};

/* One parameter of a law of one series; or why there is none. */
struct finding {
	const struct series *series;
	const char *law, *parameter;
	struct estimate estimate;
	char missing[64]; /* "" if there is one */
};

struct study {
	struct contest contest; /* its first row is serial, the baseline */
	struct series *series;
	size_t series_count;
	struct finding *findings;
	size_t finding_count;
	struct slow_core *slow;
	int slow_count;
	unsigned int cores; /* beyond which workers are in each other's way; 0: there is no such
			       number */
	bool weak;
};

/* After the contest is judged: fits and finds. Returns 0, or -ENOMEM. */
int study_conclude(struct study *study);
void study_free(struct study *study);

/* Adds the tables of it, and the advice, to a document that does not outlive it. */
void study_tell(const struct study *study, struct document *document);

#endif
