/* What to take, and why no more. */
#define _GNU_SOURCE
#include "scaling_advice.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "nodes.h"

/* The factor that took most of the efficiency, and its value in *least; NULL: none is known. */
static const char *scaling_advice_worst_factor(double *least, const struct row_factors *factors)
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

	*least = INFINITY;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].value < *least) {
			*least = all[i].value;
			worst = all[i].name;
		}
	return worst;
}

static const struct knee_finding *scaling_advice_knee(const struct result *result,
						      const struct series *series)
{
	for (size_t i = 0; i < result->knee_count; i++)
		if (!strcmp(result->knees[i].series, series->name))
			return &result->knees[i];
	return NULL;
}

/* The row of a series with that concurrency, NULL if the baseline has it or none. */
static const struct row *scaling_advice_row_at(const struct result *result,
					       const struct series *series, double concurrency,
					       bool cpu_bound)
{
	for (size_t i = 0; i < series->count; i++) {
		const struct row *row = &result->rows[series->rows[i]];

		if (row_concurrency(row, cpu_bound) == concurrency)
			return row;
	}
	return NULL;
}

/* What to take of the series that has the best row. */
static void scaling_advice_take(FILE *file, const struct series *series,
				const struct knee_finding *knee, const struct row *row,
				bool cpu_bound)
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

static void scaling_advice_limit(FILE *file, const struct result *result,
				 const struct series *series, const struct row *row, bool cpu_bound)
{
	const struct row *last = &result->rows[series->rows[series->count - 1]];
	unsigned int cores = result_cores_of(result, last);
	double lost = 1 - row->efficiency, least;
	const char *worst = scaling_advice_worst_factor(&least, &row->factors);

	if (row == last && (!cpu_bound || row_concurrency(last, cpu_bound) < cores))
		fputs("\nIt is the last that was measured: -c goes further.", file);
	/* Lost beyond noise. The factors multiply up to the efficiency: most is over half of it. */
	if (cpu_bound && worst && lost > ADVICE_LITTLE && row->speedup.high / row->workers < 1)
		fprintf(file, "\nOf the %.0f %% of efficiency that are lost there, %s went to %s.",
			100 * lost, least * least < row->efficiency ? "most" : "the largest part",
			worst);
}

static void scaling_advice_size(FILE *file, const struct knee_finding *knee)
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

static const struct series *scaling_advice_series_of(const struct series *series, size_t count,
						     size_t row)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < series[i].count; k++)
			if (series[i].rows[k] == row)
				return &series[i];
	return NULL;
}

/* Whether the rounds show that no row is faster than serial by more than is worth a word. */
static int scaling_advice_is_serial_enough(bool *enough, const struct result *result)
{
	struct ranking ranking;
	int ret = ranking_against(&ranking, result, RANKING_RATE, 0);

	*enough = !ret;
	for (size_t i = 1; !ret && i < ranking.count; i++)
		*enough = *enough && (ranking.standing[i] == RANKING_OUT ||
				      ranking.ratio[i].low >= 1 / (1 + RANKING_NEAR));
	ranking_free(&ranking);
	return ret;
}

/* What needs no team is preferred to what is hardly better. *said: there is no more to say. */
static int scaling_advice_serial(FILE *file, const struct result *result,
				 const struct ranking *ranking, bool *said)
{
	const struct row *base = &result->rows[0];
	bool enough = false;
	int ret;

	*said = false;
	if (!series_has_baseline(result))
		return 0;
	ret = scaling_advice_is_serial_enough(&enough, result);
	*said = enough || ranking->standing[0] == RANKING_BEST ||
		ranking->standing[0] == RANKING_UNCLEAR ||
		ranking->ratio[0].high <= 1 + RANKING_NEAR;
	if (ret || !*said)
		return ret;
	advice_begin(file);
	if (!enough) {
		fprintf(file,
			"The rounds do not tell whether anything is more than %.0f %% faster than "
			"serial:\n--rounds or --max-time gives more of them.",
			100 * RANKING_NEAR);
		return 0;
	}
	fputs("Take serial: ", file);
	advice_rate(file, base);
	fprintf(file, ", and nothing here is more than %.0f %% faster.", 100 * RANKING_NEAR);
	return 0;
}

static void scaling_advice_slow_cores(FILE *file, const struct result *result)
{
	for (size_t i = 0; i < result->slow_core_count; i++) {
		const struct slow_core_finding *slow = &result->slow_cores[i];

		advice_begin(file);
		fprintf(file, "Core %d is slow: %.0f %% below the cores of its kind.", slow->core,
			100 * (1 - slow->of_kind));
	}
}

int scaling_advice(struct result *result, const struct series *series, size_t count,
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
			ret = scaling_advice_serial(file, result, &ranking, &said);
	}
	if (!ret && !said && ranking.best != SIZE_MAX) {
		const struct series *best = scaling_advice_series_of(series, count, ranking.best);
		const struct knee_finding *knee = best ? scaling_advice_knee(result, best) : NULL;
		const struct row *row = knee ? scaling_advice_row_at(result, best, knee->knee.value,
								     question->cpu_bound)
					     : NULL;

		if (row) {
			scaling_advice_take(file, best, knee, row, question->cpu_bound);
			if (row == &result->rows[ranking.best])
				advice_ties(file, result, &ranking, true);
			scaling_advice_limit(file, result, best, row, question->cpu_bound);
			scaling_advice_size(file, knee);
			advice_remark(file, result, question, row);
		}
	}
	if (!ret)
		scaling_advice_slow_cores(file, result);
	if (!ret)
		nodes_advise(file, result);
	ranking_free(&ranking);
	return advice_end(result, file, &text, ret);
}
