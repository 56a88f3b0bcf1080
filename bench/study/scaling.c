/* Factors, laws, knees and break-even sizes of series of rows. */
#include "scaling.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/stats/break_even.h"
#include "bench/stats/factors.h"
#include "bench/stats/knee.h"
#include "bench/stats/laws.h"
#include "baseline.h"
#include "core_check.h"
#include "nodes.h"
#include "ranking.h"
#include "scaling_advice.h"
#include "series.h"

/* The points of a series: the baseline first, then its rows, of which one of concurrency 1 gives
 * way to the baseline. */
struct scaling_points {
	struct point *list;
	size_t count;
};

static void scaling_free_points(struct scaling_points *points)
{
	for (size_t i = 0; i < points->count; i++)
		free((double *)points->list[i].samples);
	free(points->list);
}

static int scaling_add_point(struct scaling_points *points, const struct row *row, double n)
{
	struct point *point = &points->list[points->count];

	*point = (struct point){
		.n = n, .items = row->items, .samples = row_seconds(row), .count = row_counted(row)
	};
	if (!point->samples)
		return -ENOMEM;
	points->count++;
	return 0;
}

/* alone: without those where workers share cores, which no law tells of. */
static int scaling_points(struct scaling_points *points, const struct result *result,
			  const struct series *series, bool cpu_bound, bool alone)
{
	bool base = series_has_baseline(result);
	int ret = 0;

	*points =
		(struct scaling_points){ .list = calloc(series->count + 1, sizeof(*points->list)) };
	if (!points->list)
		return -ENOMEM;
	if (base)
		ret = scaling_add_point(points, &result->rows[0], 1);
	for (size_t i = 0; !ret && i < series->count; i++) {
		const struct row *row = &result->rows[series->rows[i]];
		unsigned int n = row_concurrency(row, cpu_bound);

		if ((base && n == 1) || (alone && n > result_cores_of(result, row)) ||
		    !(row->items > 0))
			continue;
		ret = scaling_add_point(points, row, n);
	}
	return ret;
}

/* Adds a parameter of a law; ret: what the fit returned. Returns 0 or -ENOMEM. */
static int scaling_add_law(struct result *result, const struct series *series,
			   const struct law_finding *like, int ret, size_t needs)
{
	struct law_finding *finding =
		record_add(&law_finding_record, &result->laws, &result->law_count);
	char missing[64];

	if (!finding)
		return -ENOMEM;
	finding->points = like->points;
	if (!ret) {
		finding->estimate = like->estimate;
		finding->misfit = like->misfit;
		finding->fits = like->fits;
		finding->extrapolated = like->extrapolated;
	}
	snprintf(missing, sizeof(missing), "needs %zu points, has %u", needs, like->points);
	return record_set_text(&finding->series, series->name) ||
			       record_set_text(&finding->law, like->law) ||
			       record_set_text(&finding->parameter, like->parameter) ||
			       record_set_text(&finding->missing, ret ? missing : NULL)
		       ? -ENOMEM
		       : 0;
}

static int scaling_fit_serial_law(struct result *result, const struct series *series,
				  const struct scaling_points *points, bool weak)
{
	struct serial_law law = { 0 };
	int fit = (weak ? laws_gustafson : laws_amdahl)(&law, points->list, points->count);
	const struct law_finding finding = {
		.law = (char *)(weak ? "Gustafson" : "Amdahl"),
		.parameter = (char *)"serial fraction",
		.estimate = law.serial,
		.points = (unsigned int)points->count,
		.misfit = law.misfit.residual,
		.fits = law.misfit.fits,
	};

	return fit == -ENOMEM ? fit
			      : scaling_add_law(result, series, &finding, fit, LAWS_SERIAL_NEEDS);
}

static int scaling_fit_usl(struct result *result, const struct series *series,
			   const struct scaling_points *points)
{
	struct usl usl = { 0 };
	int fit = laws_usl(&usl, points->list, points->count), ret;
	struct law_finding finding = { .law = (char *)"USL",
				       .parameter = (char *)"contention",
				       .estimate = usl.contention,
				       .points = (unsigned int)points->count,
				       .misfit = usl.misfit.residual,
				       .fits = usl.misfit.fits };

	if (fit == -ENOMEM)
		return fit;
	ret = scaling_add_law(result, series, &finding, fit, LAWS_USL_NEEDS);
	if (ret || fit)
		return ret;
	finding.parameter = (char *)"coherency";
	finding.estimate = usl.coherency;
	ret = scaling_add_law(result, series, &finding, fit, LAWS_USL_NEEDS);
	finding.parameter = (char *)"peak at";
	finding.estimate = usl.peak;
	finding.extrapolated = usl.extrapolated;
	return ret ? ret : scaling_add_law(result, series, &finding, fit, LAWS_USL_NEEDS);
}

static int scaling_fit_laws(struct result *result, const struct series *series, bool cpu_bound)
{
	const char *scaling = metrics_find(&result->job, "scaling")
				      ? metrics_find(&result->job, "scaling")->text
				      : "strong";
	struct scaling_points points;
	int ret =
		scaling_points(&points, result, series, cpu_bound, cpu_bound && result->host_count);

	if (!ret)
		ret = scaling_fit_serial_law(result, series, &points, !strcmp(scaling, "weak"));
	if (!ret)
		ret = scaling_fit_usl(result, series, &points);
	scaling_free_points(&points);
	return ret;
}

/* The serial fraction that would explain each row, with serial as the one worker. */
static int scaling_karp_flatt(struct result *result, const struct series *series)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < series->count; i++) {
		struct row *row = &result->rows[series->rows[i]];
		struct scaling_points pair = { .list = calloc(2, sizeof(*pair.list)) };
		struct estimate serial[2];

		if (!pair.list)
			return -ENOMEM;
		if (row_concurrency(row, true) > 1 && row->items > 0) {
			ret = scaling_add_point(&pair, &result->rows[0], 1) ?:
			      scaling_add_point(&pair, row, row_concurrency(row, true)) ?:
			      laws_karp_flatt(serial, pair.list, 2);
			if (!ret)
				row->karp_flatt = serial[1];
		}
		scaling_free_points(&pair);
	}
	return ret == -EDOM ? 0 : ret;
}

static int scaling_break_even(struct estimate *estimate, const struct row *row,
			      const struct row *base)
{
	struct startup_rate way = { .startups = row_startups(row),
				    .seconds = row_seconds(row),
				    .count = row_counted(row),
				    .items = row->items },
			    alone = { .startups = row_startups(base),
				      .seconds = row_seconds(base),
				      .count = row_counted(base),
				      .items = base->items };
	int ret = way.startups && way.seconds && alone.startups && alone.seconds ? 0 : -ENOMEM;

	if (!ret)
		*estimate = break_even_estimate(&way, &alone);
	free((double *)way.startups);
	free((double *)way.seconds);
	free((double *)alone.startups);
	free((double *)alone.seconds);
	return ret;
}

static const struct row *scaling_best_row(const struct result *result, const struct series *series)
{
	const struct row *best = NULL;

	for (size_t i = 0; i < series->count; i++) {
		const struct row *row = &result->rows[series->rows[i]];

		if (!best || row->rate > best->rate)
			best = row;
	}
	return best;
}

static int scaling_find_knee(struct result *result, const struct series *series, bool cpu_bound)
{
	const struct row *best = scaling_best_row(result, series), *base = &result->rows[0];
	struct knee_finding *knee =
		record_add(&knee_finding_record, &result->knees, &result->knee_count);
	struct scaling_points points;
	int ret = knee ? scaling_points(&points, result, series, cpu_bound, false) : -ENOMEM;

	if (!knee)
		return ret;
	if (!ret)
		ret = record_set_text(&knee->series, series->name)
			      ?: record_set_text(&knee->rate_unit, best->rate_unit);
	/* Of a job of nothing there is no rate. */
	if (!ret && best->rate > 0) {
		knee->knee = knee_find(points.list, points.count, RANKING_NEAR);
		knee->best_at = row_concurrency(best, cpu_bound);
		knee->best_rate = best->rate;
		if (series_has_baseline(result))
			ret = scaling_break_even(&knee->break_even, best, base);
		if (!ret && isfinite(knee->break_even.value) && knee->break_even.value >= 1)
			knee->alone_s = knee->break_even.value / base->rate;
	}
	scaling_free_points(&points);
	return ret;
}

/* What the workers of one sample did. */
static struct round scaling_round(const struct row *row, const struct sample *sample)
{
	struct round round = { .seconds = sample->seconds,
			       .items = row->items,
			       .workers = row->workers,
			       .running = row_sample_running(sample),
			       .clock = row_sample_clock(sample) };
	double useful = 0;

	for (size_t i = 0; i < sample->worker_count; i++) {
		useful += sample->workers[i].busy_s;
		round.useful_max = fmax(round.useful_max, sample->workers[i].busy_s);
	}
	round.useful_mean = useful / (double)sample->worker_count;
	return round;
}

static struct round *scaling_rounds(const struct row *row)
{
	const struct sample **samples = row_samples(row);
	size_t count = row_counted(row);
	struct round *rounds = samples ? calloc(count + 1, sizeof(*rounds)) : NULL;

	for (size_t i = 0; rounds && i < count; i++)
		rounds[i] = scaling_round(row, samples[i]);
	free(samples);
	return rounds;
}

/* Where the efficiency of every row went: of work that is bound by the cores. */
static int scaling_take_apart(struct result *result)
{
	struct round *base = scaling_rounds(&result->rows[0]);
	int ret = base ? 0 : -ENOMEM;

	for (size_t i = 0; !ret && i < result->row_count; i++) {
		struct row *row = &result->rows[i];
		struct round *rounds;
		struct factors f;

		if (!row_is_measured(row) || !(row->items > 0))
			continue;
		rounds = scaling_rounds(row);
		ret = rounds ? 0 : -ENOMEM;
		if (!ret) {
			f = factors_of(rounds, row_counted(row), base,
				       row_counted(&result->rows[0]));
			row->factors = (struct row_factors){ f.clock, f.balance, f.running,
							     f.overhead, f.rest };
		}
		free(rounds);
	}
	free(base);
	return ret;
}

static void scaling_forget(struct result *result)
{
	record_free_list(&law_finding_record, &result->laws, &result->law_count);
	record_free_list(&knee_finding_record, &result->knees, &result->knee_count);
	record_free_list(&slow_core_finding_record, &result->slow_cores, &result->slow_core_count);
}

int scaling_conclude(struct result *result, const struct study_question *question)
{
	bool cpu_bound = question->cpu_bound, base = series_has_baseline(result);
	struct series *series;
	size_t count;
	int ret;

	scaling_forget(result);
	ret = series_find(&series, &count, result, cpu_bound);
	if (!ret)
		ret = baseline_judge(result, cpu_bound);
	if (!ret && cpu_bound && base)
		ret = scaling_take_apart(result);
	for (size_t i = 0; !ret && i < count; i++) {
		ret = scaling_fit_laws(result, &series[i], cpu_bound);
		if (!ret && cpu_bound && base)
			ret = scaling_karp_flatt(result, &series[i]);
		if (!ret)
			ret = scaling_find_knee(result, &series[i], cpu_bound);
	}
	if (!ret && cpu_bound)
		ret = core_check(result);
	if (!ret)
		ret = nodes_conclude(result);
	if (!ret)
		ret = scaling_advice(result, series, count, question);
	series_free(series, count);
	return ret;
}

/* The knee of a series is known when all medians that the rounds allow agree on it. */
static bool scaling_has_knee(const struct result *result, const struct series *series,
			     bool cpu_bound)
{
	struct scaling_points points;
	struct estimate knee = { NAN, NAN, NAN };

	if (!scaling_points(&points, result, series, cpu_bound, false))
		knee = knee_find(points.list, points.count, RANKING_NEAR);
	scaling_free_points(&points);
	return knee.low == knee.high;
}

bool scaling_is_answered(void *context, const struct result *result)
{
	const struct study_question *question = context;
	struct ranking ranking;
	struct series *series;
	size_t count;
	bool answered;

	if (series_find(&series, &count, result, question->cpu_bound))
		return false;
	answered = !ranking_make(&ranking, result, RANKING_RATE) && ranking_is_decided(&ranking);
	for (size_t i = 0; answered && i < count; i++)
		for (size_t k = 0; k < series[i].count; k++)
			if (series[i].rows[k] == ranking.best)
				answered =
					scaling_has_knee(result, &series[i], question->cpu_bound);
	ranking_free(&ranking);
	series_free(series, count);
	return answered;
}
