/* The sentences that all studies end with: never surer than the samples that they rest on. */
#ifndef ADVICE_H
#define ADVICE_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/result/result.h"
#include "ranking.h"
#include "scaling.h"

/* Loss of efficiency that is not worth a word; and gain that no worker can have. */
#define ADVICE_LITTLE 0.03

/* Of so many disturbed trials the others are no sound sample either. */
#define ADVICE_MANY 0.25

/* Begins a sentence: each is a line of its own. */
void advice_begin(FILE *file);

/* "openmp", or "openmp with 2 workers"; "3.41 ms"; "57.2 Gterm/s". */
void advice_name(FILE *file, const struct result *result, const struct row *row, bool with_shape);
void advice_seconds(FILE *file, double seconds);
void advice_rate(FILE *file, const struct row *row);

/* "a", "a and b", "a, b and c": the rows of that standing. Returns how many. */
size_t advice_list(FILE *file, const struct result *result, const struct ranking *ranking,
		   enum ranking_standing standing, bool with_shape);

/* Trials in which something else had the workers' CPUs. Returns whether there are so many that
 * nothing else can be said. */
bool advice_disturbed(FILE *file, const struct result *result);

/* A row above what its workers can do says that the measurement is wrong, not that it is good. */
void advice_impossible(FILE *file, const struct result *result, bool cpu_bound);

/* How many rounds are missing to tell that: "which is fastest". Returns whether any are. */
bool advice_too_few(FILE *file, const struct ranking *ranking, const char *question);

/* The rows that are as good as the best, and those that the rounds do not tell from it. */
void advice_ties(FILE *file, const struct result *result, const struct ranking *ranking,
		 bool with_shape);

/* What the program has to say of the best row. */
void advice_remark(FILE *file, const struct result *result, const struct study_question *question,
		   const struct row *row);

/* Closes the memory stream, and takes its text over as the advice; with ret, an error, only frees
 * it. Returns ret, 0 or -ENOMEM. */
int advice_end(struct result *result, FILE *file, char **text, int ret);

#endif
