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
#include "bench/stats/multiple_tests.h"
#include "bench/stats/shift_test.h"
#include "advice.h"
#include "regression_changes.h"
#include "regression_match.h"
#include "regression_row.h"

/* More samples than anybody takes: how many more is not estimated. */
enum { REGRESSION_NEEDED_MAX = 1000 };

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

	while (shift_test_least_p(least) * (double)rows >= REGRESSION_ROW_P)
		least++;
	wanted = isnan(half) ? least : ceil((double)samples * pow(half / fmax(away, half / 10), 2));
	return (unsigned int)fmin(fmax(fmax(wanted, least), (double)samples + 1),
				  REGRESSION_NEEDED_MAX);
}

static const char *regression_verdict(const struct pair_finding *pair, double tolerance)
{
	if (pair->p_slower < REGRESSION_ROW_P)
		return "slower";
	if (pair->p_faster < REGRESSION_ROW_P)
		return "faster";
	if (pair->ratio.low >= 1 / (1 + tolerance) && pair->ratio.high <= 1 + tolerance)
		return "same";
	return "cannot tell";
}

/* drift_p() of a result: of the rounds that all its measured rows have undisturbed. */
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
				row_sample_of(rows[r], rows[0]->samples[i].round);

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

static int regression_describe(struct pair_finding *pair, const struct row *row)
{
	pair->ranks = row->ranks;
	pair->workers = row->workers;
	pair->inflight = row->inflight;
	pair->nodes = row->nodes;
	return record_set_text(&pair->strategy, row->strategy) ||
			       record_set_text(&pair->schedule, row->schedule) ||
			       record_set_text(&pair->places, row->places) ||
			       record_set_text(&pair->bind, row->bind)
		       ? -ENOMEM
		       : 0;
}

/* Adds a row that was measured before: compared, or failed if it was not measured after. */
static int regression_add(struct result *result, struct regression *regression,
			  const struct row *before, const struct row *after,
			  const struct regression_row_request *request)
{
	struct pair_finding *pair =
		record_add(&pair_finding_record, &result->comparison, &result->comparison_count);

	if (!pair || regression_describe(pair, after))
		return -ENOMEM;
	pair->old_s = before->median.value;
	if (!row_is_measured(after)) {
		regression->failed++;
		return record_set_text(&pair->verdict, "failed");
	}
	pair->new_s = after->median.value;
	return regression_row_test(pair, before, after, request);
}

static int regression_match(struct result *result, struct regression *regression,
			    const struct result *before, const struct result *after,
			    const struct regression_request *request)
{
	const struct regression_row_request each = { .tolerance = request->tolerance,
						     .drifts = regression->drifts,
						     .cpu_bound = request->cpu_bound,
						     .same_host = regression_match_is_same_host(
							     before, after) };
	int ret = 0;

	for (size_t i = 0; !ret && i < after->row_count; i++) {
		const struct row *row = &after->rows[i], *like = regression_match_find(before, row);

		if (!like)
			regression->unmatched++;
		else if (!row_is_measured(like))
			regression->unmeasured++;
		else
			ret = regression_add(result, regression, like, row, &each);
	}
	for (size_t i = 0; i < before->row_count; i++)
		regression->unmatched += !regression_match_find(after, &before->rows[i]);
	return ret;
}

/* The row that a pair was described from; NULL if it has none. */
static const struct row *regression_row_of(const struct result *result,
					   const struct pair_finding *pair)
{
	const struct row like = { .strategy = pair->strategy,
				  .schedule = pair->schedule,
				  .places = pair->places,
				  .bind = pair->bind };

	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		if (row_is_like(row, &like) && row->ranks == pair->ranks &&
		    row->workers == pair->workers && row->inflight == pair->inflight &&
		    row->nodes == pair->nodes)
			return row;
	}
	return NULL;
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
		ret = multiple_tests_adjust(p, tests);
	tests = 0;
	for (size_t i = 0; !ret && i < count; i++) {
		struct pair_finding *pair = &result->comparison[i];
		const struct row *row;
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
		if (strcmp(verdict, "cannot tell")) {
			ret = ret ?: record_set_text(&pair->because, NULL);
			continue;
		}
		regression->unclear++;
		regression->disturbed += !strcmp(pair->because, "disturbed");
		regression->moved += !strcmp(pair->because, "machine");
		row = regression_row_of(after, pair);
		if (row && !strcmp(pair->because, "samples"))
			pair->needed =
				regression_needed(pair, row_counted(row), 2 * count, tolerance);
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

/* What to do about the rows that cannot be told: one sentence for each reason. */
static void regression_put_unclear(FILE *file, const struct result *result,
				   const struct regression *regression)
{
	size_t others = regression->unclear - regression->disturbed - regression->moved;
	unsigned int needed = regression_most_needed(result);

	if (regression->disturbed)
		fprintf(file,
			"\nOf %zu row%s too many trials were disturbed: measure again on a quiet "
			"machine.",
			regression->disturbed, regression->disturbed == 1 ? "" : "s");
	if (regression->moved)
		fprintf(file,
			"\nOf %zu row%s the times changed, but no more than what the machine gave: its\n"
			"clock, or the time that others took. Measure both again, in turn.",
			regression->moved, regression->moved == 1 ? "" : "s");
	if (others && regression->drifts)
		fprintf(file,
			"\nOf %zu row%s the samples cannot tell: more of them would not, but a "
			"machine that is steady.",
			others, others == 1 ? "" : "s");
	else if (others)
		fprintf(file,
			"\nOf %zu row%s the samples cannot tell: %s %u of each would (--rounds).",
			others, others == 1 ? "" : "s",
			needed < REGRESSION_NEEDED_MAX ? "about" : "more than", needed);
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
	regression_changes_put(file, before, after, request);
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
	regression_put_unclear(file, result, regression);
	if (regression->unmeasured)
		fprintf(file, "\n%zu row%s not measured in %s, and %s not compared.",
			regression->unmeasured, regression->unmeasured == 1 ? " was" : "s were",
			request->before, regression->unmeasured == 1 ? "is" : "are");
	if (regression->unmatched)
		fprintf(file, "\n%zu row%s had no like and %s not compared.", regression->unmatched,
			regression->unmatched == 1 ? "" : "s",
			regression->unmatched == 1 ? "was" : "were");
	return advice_end(result, file, &text, 0);
}

int regression_conclude(struct result *result, struct regression *regression,
			const struct result *before, const struct result *after,
			const struct regression_request *request)
{
	int ret = regression_match_check(before, after, request);

	*regression = (struct regression){ 0 };
	if (!ret)
		ret = regression_find_drift(regression, before, after);
	if (!ret)
		ret = regression_match(result, regression, before, after, request);
	if (!ret && !result->comparison_count)
		ret = say_fail(EINVAL, "no row of %s has its like in %s: nothing can be compared",
			       request->after, request->before);
	if (!ret)
		ret = regression_judge(result, regression, after, request->tolerance);
	return ret ? ret : regression_advise(result, regression, before, after, request);
}
