/* What became slower or faster from one result to another. */
#define _GNU_SOURCE
#include "regression.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/stats/drift.h"
#include "bench/stats/shift_test.h"
#include "bench/stats/stats.h"
#include "advice.h"
#include "changes.h"
#include "comparable.h"

/* What is found in equal results at most once in twenty comparisons. */
#define REGRESSION_P 0.05

/* Drift is looked for with more alarms: a false one costs but a wider tolerance. */
#define REGRESSION_DRIFT_P 0.10

/*
 * How many samples of each would tell: as many as narrow the interval, which shrinks with the root
 * of their number, to the distance between the ratio and the nearer end of the tolerance; and at
 * least as many as can reach the level with so many rows.
 */
static unsigned int regression_needed(const struct pair_finding *pair, size_t samples, size_t rows,
				      double tolerance)
{
	double half = (pair->ratio.high - pair->ratio.low) / 2,
	       away = fmin(fabs(pair->ratio.value - (1 + tolerance)),
			   fabs(pair->ratio.value - 1 / (1 + tolerance)));
	unsigned int least = 6;
	double wanted;

	while (shift_test_least_p(least, least) * (double)rows >= REGRESSION_P)
		least++;
	wanted = isnan(half) ? least : ceil((double)samples * pow(half / fmax(away, half / 10), 2));
	return (unsigned int)fmin(fmax(fmax(wanted, least), (double)samples + 1), 1000);
}

static const char *regression_verdict(const struct pair_finding *pair, double tolerance)
{
	if (pair->p_slower < REGRESSION_P)
		return "slower";
	if (pair->p_faster < REGRESSION_P)
		return "faster";
	if (pair->ratio.low >= 1 / (1 + tolerance) && pair->ratio.high <= 1 + tolerance)
		return "same";
	return "cannot tell";
}

static const struct sample *regression_sample(const struct row *row, unsigned int round)
{
	for (size_t i = 0; i < row->sample_count; i++)
		if (row->samples[i].round == round && !row->samples[i].disturbed)
			return &row->samples[i];
	return NULL;
}

/* Whether the rounds of a result drift: drift_p(), of the rounds that all its rows have undisturbed. */
static int regression_drift_p(double *p, const struct result *result)
{
	const struct row **rows = calloc(result->row_count + 1, sizeof(*rows));
	size_t count = 0, rounds = 0, most;
	double *samples, *kept;

	for (size_t i = 0; rows && i < result->row_count; i++)
		if (row_is_measured(&result->rows[i]))
			rows[count++] = &result->rows[i];
	most = count ? rows[0]->sample_count : 0;
	samples = calloc(2 * count * most + 1, sizeof(*samples));
	if (!rows || !samples) {
		free(rows);
		free(samples);
		return -ENOMEM;
	}
	kept = samples + count * most;
	for (size_t i = 0; i < most; i++) {
		size_t have = 0;

		for (size_t r = 0; r < count; r++) {
			const struct sample *sample =
				regression_sample(rows[r], rows[0]->samples[i].round);

			have += sample != NULL;
			samples[r * most + rounds] = sample ? sample->seconds : NAN;
		}
		rounds += have == count;
	}
	for (size_t r = 0; r < count; r++)
		for (size_t i = 0; i < rounds; i++)
			kept[r * rounds + i] = samples[r * most + i];
	*p = drift_p(kept, count, rounds);
	free(rows);
	free(samples);
	return 0;
}

/* Whether something moved while either was measured. Their p-values are joined (R. A. Fisher,
 * Statistical Methods for Research Workers, 1932, 21.1): P(product <= x) = x (1 - ln x). */
static int regression_find_drift(struct regression *regression, const struct result *before,
				 const struct result *after)
{
	double p = 1, q = 1, joined;
	int ret = regression_drift_p(&p, before);

	if (!ret)
		ret = regression_drift_p(&q, after);
	joined = (isnan(p) ? 1 : p) * (isnan(q) ? 1 : q);
	regression->drifts = !ret && joined * (1 - log(joined)) < REGRESSION_DRIFT_P;
	return ret;
}

/* The most over the least, of sorted samples. */
static double regression_span(const double *sorted, size_t count)
{
	return sorted[count - 1] / sorted[0];
}

static int regression_describe(struct pair_finding *pair, const struct row *row)
{
	pair->ranks = row->ranks;
	pair->workers = row->workers;
	pair->inflight = row->inflight;
	return record_set_text(&pair->strategy, row->strategy) ||
			       record_set_text(&pair->schedule, row->schedule) ||
			       record_set_text(&pair->places, row->places) ||
			       record_set_text(&pair->bind, row->bind)
		       ? -ENOMEM
		       : 0;
}

/* A row that was measured before and failed after. */
static int regression_add_failed(struct result *result, const struct row *before,
				 const struct row *after)
{
	struct pair_finding *pair =
		record_add(&pair_finding_record, &result->comparison, &result->comparison_count);

	if (!pair || regression_describe(pair, after))
		return -ENOMEM;
	pair->old_s = before->median.value;
	return record_set_text(&pair->verdict, "failed");
}

/* Of sorted costs. What drifts may lie anywhere in its span in the next run. */
static void regression_test(struct pair_finding *pair, const double *new, size_t news,
			    const double *old, size_t olds, double tolerance, bool drifts)
{
	double span = fmax(regression_span(new, news), regression_span(old, olds)),
	       factor = (1 + tolerance) * (drifts ? span : 1);

	pair->ratio = stats_ratio(new, news, old, olds);
	if (drifts) {
		pair->ratio.low = new[0] / old[olds - 1];
		pair->ratio.high = new[news - 1] / old[0];
	}
	pair->p_slower = shift_test_p_larger(new, news, old, olds, factor);
	pair->p_faster = shift_test_p_larger(old, olds, new, news, factor);
}

/* Of so many disturbed samples the others are no sound ones either. */
static bool regression_is_disturbed(const struct row *row)
{
	return (double)row->disturbed > ADVICE_MANY * (double)row->sample_count;
}

static int regression_add(struct result *result, const struct row *before, const struct row *after,
			  double tolerance, bool drifts)
{
	struct pair_finding *pair =
		record_add(&pair_finding_record, &result->comparison, &result->comparison_count);
	double *old = row_costs(before), *new = row_costs(after);
	size_t olds = row_counted(before), news = row_counted(after);
	int ret = pair && old && new ? regression_describe(pair, after) : -ENOMEM;

	if (!ret) {
		pair->old_s = before->median.value;
		pair->new_s = after->median.value;
		stats_sort(old, olds);
		stats_sort(new, news);
		regression_test(pair, new, news, old, olds, tolerance, drifts);
		if (regression_is_disturbed(before) || regression_is_disturbed(after)) {
			pair->p_slower = pair->p_faster = 1;
			pair->ratio.low = pair->ratio.high = NAN;
		}
	}
	free(old);
	free(new);
	return ret;
}

static int regression_match(struct result *result, struct regression *regression,
			    const struct result *before, const struct result *after,
			    double tolerance)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < after->row_count; i++) {
		const struct row *row = &after->rows[i], *like = comparable_find(before, row);

		if (like && row_is_measured(like) && row_is_measured(row)) {
			ret = regression_add(result, like, row, tolerance, regression->drifts);
		} else if (like && row_is_measured(like)) {
			ret = regression_add_failed(result, like, row);
			regression->failed++;
		} else {
			regression->unmatched++;
		}
	}
	for (size_t i = 0; i < before->row_count; i++)
		regression->unmatched += !comparable_find(after, &before->rows[i]);
	return ret;
}

/* The tests are two a row, of which at most one can be found: they are adjusted together. */
static int regression_judge(struct result *result, struct regression *regression,
			    const struct result *after, double tolerance)
{
	size_t count = result->comparison_count, tests = 0;
	double *p = calloc(2 * count + 1, sizeof(*p));
	int ret = p ? 0 : -ENOMEM;

	for (size_t i = 0; !ret && i < count; i++)
		if (!result->comparison[i].verdict) {
			p[tests++] = result->comparison[i].p_slower;
			p[tests++] = result->comparison[i].p_faster;
		}
	if (!ret)
		ret = shift_test_adjust(p, tests);
	tests = 0;
	for (size_t i = 0; !ret && i < count; i++) {
		struct pair_finding *pair = &result->comparison[i];
		const char *verdict;

		if (pair->verdict)
			continue;
		pair->p_slower = p[tests++];
		pair->p_faster = p[tests++];
		verdict = regression_verdict(pair, tolerance);
		ret = record_set_text(&pair->verdict, verdict);
		regression->slower += !strcmp(verdict, "slower");
		regression->faster += !strcmp(verdict, "faster");
		regression->same += !strcmp(verdict, "same");
		if (strcmp(verdict, "cannot tell"))
			continue;
		regression->unclear++;
		for (size_t k = 0; !regression->drifts && k < after->row_count; k++)
			if (after->rows[k].workers == pair->workers &&
			    !strcmp(after->rows[k].strategy, pair->strategy))
				pair->needed = regression_needed(pair, row_counted(&after->rows[k]),
								 2 * count, tolerance);
	}
	free(p);
	return ret;
}

static unsigned int regression_most_needed(const struct result *result)
{
	unsigned int most = 0;

	for (size_t i = 0; i < result->comparison_count; i++)
		most = result->comparison[i].needed > most ? result->comparison[i].needed : most;
	return most;
}

static int regression_advise(struct result *result, const struct regression *regression,
			     const struct result *before, const struct result *after,
			     const struct regression_request *request)
{
	size_t size, count = result->comparison_count;
	char *text = NULL;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return -ENOMEM;
	changes_put(file, before, after);
	if (regression->drifts)
		fputs("The times drift from round to round: a row is slower or faster only beyond\n"
		      "what its own samples span.\n",
		      file);
	fprintf(file, "Of %zu row%s, %zu slower and %zu faster by more than %g %%, %zu the same.",
		count, count == 1 ? "" : "s", regression->slower, regression->faster,
		100 * request->tolerance, regression->same);
	if (regression->failed)
		fprintf(file, "\n%zu row%s failed in %s.", regression->failed,
			regression->failed == 1 ? "" : "s", request->after);
	if (regression->unclear && regression->drifts)
		fprintf(file,
			"\nOf %zu row%s the samples cannot tell: more of them would not, but a "
			"machine that is steady.",
			regression->unclear, regression->unclear == 1 ? "" : "s");
	else if (regression->unclear)
		fprintf(file,
			"\nOf %zu row%s the samples cannot tell: about %u of each would (--rounds).",
			regression->unclear, regression->unclear == 1 ? "" : "s",
			regression_most_needed(result));
	if (regression->unmatched)
		fprintf(file, "\n%zu row%s had no like and %s not compared.", regression->unmatched,
			regression->unmatched == 1 ? "" : "s",
			regression->unmatched == 1 ? "was" : "were");
	if (fclose(file)) {
		free(text);
		return -ENOMEM;
	}
	free(result->advice);
	result->advice = text;
	return 0;
}

int regression_conclude(struct result *result, struct regression *regression,
			const struct result *before, const struct result *after,
			const struct regression_request *request)
{
	int ret = comparable_check(before, after, request);

	*regression = (struct regression){ 0 };
	if (!ret)
		ret = regression_find_drift(regression, before, after);
	if (!ret)
		ret = regression_match(result, regression, before, after, request->tolerance);
	if (!ret && !result->comparison_count)
		ret = say_fail(EINVAL, "no row of %s has its like in %s: nothing can be compared",
			       request->after, request->before);
	if (!ret)
		ret = regression_judge(result, regression, after, request->tolerance);
	return ret ? ret : regression_advise(result, regression, before, after, request);
}
