/* What to do, in sentences. */
#define _GNU_SOURCE
#include "advice.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/result/columns.h"
#include "ranking.h"

/* Loss of efficiency that is not worth a word; and gain that no worker can have. */
#define ADVICE_LITTLE 0.03

/* Of so many disturbed trials the others are no sound sample either. */
#define ADVICE_MANY 0.25

/* Every sentence is a line of its own. */
static void advice_begin(FILE *file)
{
	if (ftell(file) > 0)
		fputc('\n', file);
}

/* "openmp", or "openmp with 2 workers" where rows differ in that. */
static void advice_name(FILE *file, const struct result *result, const struct row *row,
			bool with_shape)
{
	struct cell name = { 0 }, shape = { 0 };
	unsigned int all = row->workers * row->inflight;

	columns_name(&name, result, row);
	columns_shape(&shape, result, row);
	fputs(name.text, file);
	if (!with_shape)
		return;
	if (row->inflight > 1)
		fprintf(file, " with %s in flight", shape.text);
	else
		fprintf(file, " with %s worker%s", shape.text, all > 1 ? "s" : "");
}

static void advice_seconds(FILE *file, double seconds)
{
	char text[CELL_SHOWN];

	show_seconds(text, seconds);
	fputs(text, file);
}

static void advice_rate(FILE *file, const struct row *row)
{
	const struct cell cell = { .kind = CELL_RATE, .number = row->rate, .text = row->rate_unit };
	char text[CELL_SHOWN];

	fputs(table_show_whole(&cell, text), file);
}

/* "a", "a and b", "a, b and c": the rows of that standing. Returns how many. */
static size_t advice_list(FILE *file, const struct result *result, const struct ranking *ranking,
			  enum ranking_standing standing, bool with_shape)
{
	size_t count = 0, said = 0;

	for (size_t i = 0; i < ranking->count; i++)
		count += ranking->standing[i] == standing;
	for (size_t i = 0; i < ranking->count; i++) {
		if (ranking->standing[i] != standing)
			continue;
		if (said)
			fputs(said + 1 == count ? " and " : ", ", file);
		advice_name(file, result, &result->rows[i], with_shape);
		said++;
	}
	return count;
}

/* Trials in which something else had the workers' CPUs. Returns whether there are so many that
 * nothing else can be said. */
static bool advice_disturbed(FILE *file, const struct result *result)
{
	size_t disturbed = 0, samples = 0;
	const char *by = NULL;
	bool many;

	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		samples += row->sample_count;
		for (size_t k = 0; k < row->sample_count; k++) {
			disturbed += row->samples[k].disturbed;
			if (row->samples[k].disturbed && !by)
				by = row->samples[k].disturbance;
		}
	}
	if (!disturbed)
		return false;
	advice_begin(file);
	many = (double)disturbed > ADVICE_MANY * (double)samples;
	fprintf(file, "%zu of %zu trials were disturbed%s", disturbed, samples,
		many ? "" : ", and do not count");
	if (by)
		fprintf(file, ":\n%s", by);
	fputs(many ? ".\nNo winner is named: repeat it on a quiet machine." : ".", file);
	return many;
}

/* A row above what its workers can do says that the measurement is wrong, not that it is good. */
static void advice_impossible(FILE *file, const struct result *result, bool cpu_bound)
{
	for (size_t i = 1; cpu_bound && i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		if (!row_is_measured(row) || !(row->speedup.low / row->workers > 1 + ADVICE_LITTLE))
			continue;
		advice_begin(file);
		advice_name(file, result, row, true);
		fprintf(file,
			" measured %.2f times %s, more than its cores can do: serial was disturbed, "
			"or they were faster clocked.",
			row->speedup.value, result->rows[0].strategy);
	}
}

/* Why no row can be named. Returns whether that is so. */
static bool advice_too_few(FILE *file, const struct ranking *ranking, const char *question)
{
	if (!ranking->needed)
		return false;
	advice_begin(file);
	if (ranking->disturbed)
		fprintf(file, "Too few undisturbed rounds to tell %s: %u more.", question,
			ranking->needed);
	else
		fprintf(file, "Too few rounds to tell %s: %u more.", question, ranking->needed);
	return true;
}

/* The rows that are as good as the best, and those that the rounds do not tell from it. */
static void advice_ties(FILE *file, const struct result *result, const struct ranking *ranking,
			bool with_shape)
{
	for (enum ranking_standing standing = RANKING_AS_GOOD; standing <= RANKING_UNCLEAR;
	     standing++) {
		char *names = NULL;
		size_t size, count;
		FILE *list = open_memstream(&names, &size);

		if (!list)
			return;
		count = advice_list(list, result, ranking, standing, with_shape);
		if (!fclose(list) && count && standing == RANKING_AS_GOOD)
			fprintf(file, "\nAs good, within %.0f %%: %s.", 100 * RANKING_NEAR, names);
		else if (count)
			fprintf(file, "\nThe rounds do not tell it from %s.", names);
		free(names);
	}
}

static void advice_fastest(FILE *file, const struct result *result, const struct ranking *ranking)
{
	const struct row *best = &result->rows[ranking->best];
	bool alone = true;

	for (size_t i = 0; i < ranking->count; i++)
		alone = alone && (ranking->standing[i] != RANKING_AS_GOOD &&
				  ranking->standing[i] != RANKING_UNCLEAR);
	advice_begin(file);
	if (alone)
		fputs("Fastest is ", file);
	else
		fputs("Least time had ", file);
	advice_name(file, result, best, false);
	fputs(", ", file);
	advice_seconds(file, best->median.value);
	if (!isnan(best->speedup.value) && ranking->best)
		fprintf(file, ", %.2f times %s", best->speedup.value, result->rows[0].strategy);
	fputc('.', file);
	if (alone)
		return;
	advice_ties(file, result, ranking, false);
}

/* Which is done first, start-up included. */
static int advice_soonest(FILE *file, const struct result *result)
{
	struct ranking ranking;
	int ret = ranking_make(&ranking, result, RANKING_SOON);
	size_t others = 0;
	char *names = NULL;
	size_t size;
	FILE *list = ret ? NULL : open_memstream(&names, &size);

	if (list && ranking.best != SIZE_MAX && !ranking.needed) {
		const struct row *best = &result->rows[ranking.best];

		for (size_t i = 0; i < ranking.count; i++)
			others += ranking.standing[i] == RANKING_UNCLEAR ||
				  ranking.standing[i] == RANKING_AS_GOOD;
		advice_list(list, result, &ranking, RANKING_UNCLEAR, false);
		fputs("\nStart-up included, ", file);
		advice_name(file, result, best, false);
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

static void advice_remark(FILE *file, const struct result *result,
			  const struct study_question *question, const struct row *row)
{
	char *remark = question->remark ? question->remark(result, row) : NULL;

	if (remark && *remark) {
		advice_begin(file);
		fputs(remark, file);
	}
	free(remark);
}

/* Takes the text over as the advice. Returns 0 or -ENOMEM. */
static int advice_end(struct result *result, FILE *file, char **text, int ret)
{
	if (fclose(file) && !ret)
		ret = -ENOMEM;
	free(result->advice);
	result->advice = NULL;
	if (!ret && *text && **text)
		result->advice = *text;
	else
		free(*text);
	return ret;
}

int advice_on_comparison(struct result *result, const struct study_question *question)
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
			advice_fastest(file, result, &ranking);
			ret = advice_soonest(file, result);
			advice_remark(file, result, question, &result->rows[ranking.best]);
		}
	}
	ranking_free(&ranking);
	return advice_end(result, file, &text, ret);
}

/* The factor that took most of the efficiency. */
static const char *advice_worst_factor(const struct row_factors *factors)
{
	const struct {
		const char *name;
		double value;
	} all[] = { { "lower clocks", factors->clock },
		    { "imbalance", factors->balance },
		    { "other programs, or a quota, that had the cores (running)",
		      factors->running },
		    { "overhead", factors->overhead },
		    { "what the workers share (the rest)", factors->rest } };
	const char *worst = NULL;
	double least = INFINITY;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].value < least) {
			least = all[i].value;
			worst = all[i].name;
		}
	return worst;
}

static const struct knee_finding *advice_knee(const struct result *result,
					      const struct series *series)
{
	for (size_t i = 0; i < result->knee_count; i++)
		if (!strcmp(result->knees[i].series, series->name))
			return &result->knees[i];
	return NULL;
}

/* The row of a series with that concurrency, NULL if the baseline has it or none. */
static const struct row *advice_row_at(const struct result *result, const struct series *series,
				       double concurrency, bool cpu_bound)
{
	for (size_t i = 0; i < series->count; i++) {
		const struct row *row = &result->rows[series->rows[i]];

		if (row_concurrency(row, cpu_bound) == concurrency)
			return row;
	}
	return NULL;
}

/* What to take of the series that has the best row. */
static void advice_take(FILE *file, const struct series *series, const struct knee_finding *knee,
			const struct row *row, bool cpu_bound)
{
	const char *unit = cpu_bound ? "worker" : "in flight";

	advice_begin(file);
	fprintf(file, "Take %s with %.0f %s%s: ", series->name, knee->knee.value, unit,
		cpu_bound && knee->knee.value > 1 ? "s" : "");
	advice_rate(file, row);
	if (!isnan(row->speedup.value))
		fprintf(file, ", %.2f times serial", row->speedup.value);
	if (knee->best_at == knee->knee.value)
		fputs(", the most that was measured.", file);
	else
		fprintf(file, ", within %.0f %% of the most.", 100 * RANKING_NEAR);
	if (knee->knee.low < knee->knee.high)
		fprintf(file, "\nThe rounds put the fewest that are enough between %.0f and %.0f.",
			knee->knee.low, knee->knee.high);
}

static void advice_limit(FILE *file, const struct result *result, const struct series *series,
			 const struct row *row, bool cpu_bound)
{
	const struct row *last = &result->rows[series->rows[series->count - 1]];
	unsigned int cores = result->host_count ? result->hosts[0].allowed_cores : 0;
	double lost = 1 - row->efficiency;

	if (row == last && (!cpu_bound || row_concurrency(last, cpu_bound) < cores))
		fputs("\nIt is the last that was measured: -c goes further.", file);
	/* Lost beyond noise. */
	if (cpu_bound && lost > ADVICE_LITTLE && row->speedup.high / row->workers < 1)
		fprintf(file,
			"\nOf the %.0f %% of efficiency that are lost there, most went to %s.",
			100 * lost, advice_worst_factor(&row->factors));
}

static void advice_size(FILE *file, const struct knee_finding *knee)
{
	const struct cell size = { .kind = CELL_AMOUNT, .number = knee->break_even.value };
	char amount[CELL_SHOWN];

	if (isinf(knee->break_even.value)) {
		fputs("\nStart-up included, it beats serial at no size of the job.", file);
		return;
	}
	/* From the first item on, that is. */
	if (isnan(knee->break_even.value) || knee->break_even.value < 1 ||
	    isnan(knee->break_even.low))
		return;
	fprintf(file, "\nStart-up included, it beats serial above %s%.*ss, ",
		table_show_whole(&size, amount), (int)strcspn(knee->rate_unit, "/"),
		knee->rate_unit);
	advice_seconds(file, knee->alone_s);
	fputs(" of one worker.", file);
}

static const struct series *advice_series_of(const struct series *series, size_t count, size_t row)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < series[i].count; k++)
			if (series[i].rows[k] == row)
				return &series[i];
	return NULL;
}

/* Whatever needs no team is to be preferred to what is hardly better. Returns whether that is all
 * there is to say. */
static int advice_serial(FILE *file, const struct result *result, const struct ranking *ranking,
			 bool *said)
{
	const struct row *base = &result->rows[0];

	*said = true;
	if (!series_has_baseline(result)) {
		*said = false;
	} else if (ranking->standing[0] == RANKING_BEST ||
		   ranking->ratio[0].high <= 1 + RANKING_NEAR) {
		advice_begin(file);
		fputs("Take serial: ", file);
		advice_rate(file, base);
		fprintf(file, ", and nothing here is more than %.0f %% faster.",
			100 * RANKING_NEAR);
	} else if (ranking->standing[0] == RANKING_UNCLEAR) {
		advice_begin(file);
		fputs("The rounds do not tell whether anything is faster than serial:\n"
		      "--rounds or --max-time gives more of them.",
		      file);
	} else {
		*said = false;
	}
	return 0;
}

static void advice_slow_cores(FILE *file, const struct result *result)
{
	for (size_t i = 0; i < result->slow_core_count; i++) {
		const struct slow_core_finding *slow = &result->slow_cores[i];

		advice_begin(file);
		fprintf(file, "Core %d is slow: %.0f %% below the cores of its kind.", slow->core,
			100 * (1 - slow->of_kind));
	}
}

int advice_on_scaling(struct result *result, const struct series *series, size_t count,
		      const struct study_question *question)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct ranking ranking = { 0 };
	bool said = false;
	int ret;

	if (!file)
		return -ENOMEM;
	ret = ranking_make(&ranking, result, RANKING_RATE);
	if (!ret && ranking.best != SIZE_MAX) {
		said = advice_disturbed(file, result);
		advice_impossible(file, result, question->cpu_bound);
		said = said || advice_too_few(file, &ranking, "how far it scales");
		if (!said)
			ret = advice_serial(file, result, &ranking, &said);
	}
	if (!ret && !said && ranking.best != SIZE_MAX) {
		const struct series *best = advice_series_of(series, count, ranking.best);
		const struct knee_finding *knee = best ? advice_knee(result, best) : NULL;
		const struct row *row =
			knee ? advice_row_at(result, best, knee->knee.value, question->cpu_bound)
			     : NULL;

		if (row) {
			advice_take(file, best, knee, row, question->cpu_bound);
			if (row == &result->rows[ranking.best])
				advice_ties(file, result, &ranking, true);
			advice_limit(file, result, best, row, question->cpu_bound);
			advice_size(file, knee);
			advice_remark(file, result, question, row);
		}
	}
	if (!ret)
		advice_slow_cores(file, result);
	ranking_free(&ranking);
	return advice_end(result, file, &text, ret);
}
