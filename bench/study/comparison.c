/* Which strategy is the fastest, and how surely. */
#define _GNU_SOURCE
#include "comparison.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "advice.h"
#include "baseline.h"
#include "nodes.h"
#include "ranking.h"

/* The fewest and the most hosts that rows were measured on, but for the baseline. */
static void comparison_nodes(const struct result *result, unsigned int *least, unsigned int *most)
{
	*least = *most = 0;
	for (size_t i = 1; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		if (!row_is_measured(row) || !row->nodes)
			continue;
		*least = !*least || row->nodes < *least ? row->nodes : *least;
		*most = row->nodes > *most ? row->nodes : *most;
	}
}

/* Whether a strategy's name is not enough: it has rows on several numbers of hosts. */
static bool comparison_needs_shape(const struct result *result)
{
	unsigned int least, most;

	comparison_nodes(result, &least, &most);
	return least < most;
}

/* More hosts are more hardware: that is no strategy's merit. */
static void comparison_hardware(FILE *file, const struct result *result)
{
	unsigned int least, most;

	comparison_nodes(result, &least, &most);
	if (least == most)
		return;
	advice_begin(file);
	fprintf(file, "Rows are on %u to %u nodes: they differ in hardware, not in strategy alone.",
		least, most);
}

static void comparison_fastest(FILE *file, const struct result *result,
			       const struct ranking *ranking)
{
	const struct row *best = &result->rows[ranking->best];
	bool alone = true, shape = comparison_needs_shape(result);

	for (size_t i = 0; i < ranking->count; i++)
		alone = alone && (ranking->standing[i] != RANKING_AS_GOOD &&
				  ranking->standing[i] != RANKING_UNCLEAR);
	advice_begin(file);
	if (alone)
		fputs("Fastest is ", file);
	else
		fputs("Least time had ", file);
	advice_name(file, result, best, shape);
	fputs(", ", file);
	advice_seconds(file, best->median.value);
	if (!isnan(best->speedup.value) && ranking->best)
		fprintf(file, ", %.2f times %s", best->speedup.value, result->rows[0].strategy);
	fputc('.', file);
	if (alone)
		return;
	advice_ties(file, result, ranking, shape);
}

/* Which is done first, start-up included. */
static int comparison_soonest(FILE *file, const struct result *result)
{
	struct ranking ranking;
	int ret = ranking_make(&ranking, result, RANKING_SOON);
	bool shape = comparison_needs_shape(result);
	size_t others = 0;
	char *names = NULL;
	size_t size;
	FILE *list = ret ? NULL : open_memstream(&names, &size);

	if (list && ranking.best != SIZE_MAX && !ranking.needed) {
		const struct row *best = &result->rows[ranking.best];

		for (size_t i = 0; i < ranking.count; i++)
			others += ranking.standing[i] == RANKING_UNCLEAR ||
				  ranking.standing[i] == RANKING_AS_GOOD;
		advice_list(list, result, &ranking, RANKING_UNCLEAR, shape);
		fputs("\nStart-up included, ", file);
		advice_name(file, result, best, shape);
		fputs(others ? " had least, " : " is first, ", file);
		advice_seconds(file, best->median.value + best->startup_s);
		fflush(list);
		if (names && *names)
			fprintf(file, "; the rounds do not tell it from %s", names);
		fputc('.', file);
	}
	if (list)
		fclose(list);
	free(names);
	ranking_free(&ranking);
	return ret;
}

/* Writes result.advice. */
static int comparison_advise(struct result *result, const struct study_question *question)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct ranking ranking = { 0 };
	int ret;

	if (!file)
		return -ENOMEM;
	ret = ranking_make(&ranking, result, RANKING_RATE);
	if (!ret && ranking.best != SIZE_MAX) {
		bool disturbed = advice_disturbed(file, result);

		advice_impossible(file, result, question->cpu_bound);
		if (!disturbed && !advice_too_few(file, &ranking, "which is fastest")) {
			comparison_fastest(file, result, &ranking);
			ret = comparison_soonest(file, result);
			advice_remark(file, result, question, &result->rows[ranking.best]);
		}
	}
	comparison_hardware(file, result);
	nodes_advise(file, result);
	ranking_free(&ranking);
	return advice_end(result, file, &text, ret);
}

int comparison_conclude(struct result *result, const struct study_question *question)
{
	int ret = baseline_judge(result, question->cpu_bound);

	if (!ret)
		ret = nodes_conclude(result);
	return ret ? ret : comparison_advise(result, question);
}

bool comparison_is_answered(void *context, const struct result *result)
{
	struct ranking ranking;
	bool answered =
		!ranking_make(&ranking, result, RANKING_RATE) && ranking_is_decided(&ranking);

	(void)context;
	ranking_free(&ranking);
	return answered;
}
