/* What became slower or faster from one result to another. */
#define _GNU_SOURCE
#include "regression.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/result/columns.h"
#include "bench/stats/shift_test.h"
#include "bench/stats/stats.h"

/* What is found in equal results at most once in twenty comparisons. */
#define REGRESSION_P 0.05

/* What nothing can be concluded from is refused, whoever wrote it. */
static int regression_check(const struct result *result, const char *name)
{
	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		if (!row->strategy || !*row->strategy || !row->ranks || !row->workers ||
		    !row->inflight)
			return say_fail(EINVAL,
					"row %zu of %s lacks its strategy, or numbers of workers",
					i, name);
		if (row->sample_count && !(row->items > 0))
			return say_fail(EINVAL, "row %zu of %s has samples, but no items", i, name);
		for (size_t s = 0; s < row->sample_count; s++)
			if (!(row->samples[s].seconds > 0) || isinf(row->samples[s].seconds))
				return say_fail(
					EINVAL,
					"sample %zu of row %zu of %s is no time: it must be "
					"a number above 0",
					s, i, name);
	}
	return 0;
}

static const char *regression_text(const char *text)
{
	return text ? text : "unknown";
}

static const char *regression_shown(const struct metrics *metrics, const char *key,
				    char room[CELL_SHOWN])
{
	const struct cell *cell = metrics_find(metrics, key);

	return cell ? table_show_whole(cell, room) : "unknown";
}

/* The first fact of the job that is not the same in both, as a sentence in why. */
static bool regression_job_differs(const struct metrics *one, const struct metrics *other,
				   char why[256])
{
	const char *key = metrics_difference(one, other);
	char was[CELL_SHOWN], is[CELL_SHOWN];

	if (key)
		snprintf(why, 256, "%s was %.80s and is %.80s", key,
			 regression_shown(one, key, was), regression_shown(other, key, is));
	return key != NULL;
}

static bool regression_host_differs(const struct result *before, const struct result *after,
				    char why[256])
{
	const struct host *a = before->hosts, *b = after->hosts;

	if (!before->host_count || !after->host_count)
		return false;
	if (strcmp(regression_text(a->hostname), regression_text(b->hostname)))
		snprintf(why, 256, "hostname was %.80s and is %.80s", a->hostname, b->hostname);
	else if (strcmp(regression_text(a->cpu_model), regression_text(b->cpu_model)))
		snprintf(why, 256, "cpu_model was %.80s and is %.80s",
			 regression_text(a->cpu_model), regression_text(b->cpu_model));
	else if (strcmp(regression_text(a->allowed_pus), regression_text(b->allowed_pus)))
		snprintf(why, 256, "allowed_pus was %.80s and is %.80s",
			 regression_text(a->allowed_pus), regression_text(b->allowed_pus));
	else
		return false;
	return true;
}

/* Results of different things are compared only if that is wanted. */
static int regression_check_same(const struct result *before, const struct result *after,
				 const struct regression_request *request)
{
	const char *what = NULL;
	char why[256];

	if (strcmp(before->program, after->program))
		return say_fail(EINVAL, "results of %s and of %s cannot be compared",
				before->program, after->program);
	if (request->force)
		return 0;
	if (regression_job_differs(&before->job, &after->job, why))
		what = "job";
	else if (regression_host_differs(before, after, why))
		what = "host";
	return what ? say_fail(EINVAL, "not the same %s: %s; --force compares all the same", what,
			       why)
		    : 0;
}

static bool regression_is_like(const struct row *one, const struct row *other)
{
	return !strcmp(one->strategy, other->strategy) && one->ranks == other->ranks &&
	       one->workers == other->workers && one->inflight == other->inflight &&
	       !strcmp(regression_text(one->schedule), regression_text(other->schedule)) &&
	       !strcmp(regression_text(one->places), regression_text(other->places)) &&
	       !strcmp(regression_text(one->bind), regression_text(other->bind));
}

static const struct row *regression_find(const struct result *result, const struct row *row)
{
	for (size_t i = 0; i < result->row_count; i++)
		if (result->rows[i].strategy && regression_is_like(&result->rows[i], row))
			return &result->rows[i];
	return NULL;
}

/* Seconds an item of every sample: malloc'd; NULL without memory. */
static double *regression_costs(const struct row *row)
{
	double *costs = row_seconds(row);

	for (size_t i = 0; costs && i < row->sample_count; i++)
		costs[i] /= row->items;
	return costs;
}

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

static int regression_add(struct result *result, const struct row *before, const struct row *after,
			  double tolerance)
{
	struct pair_finding *pair =
		record_add(&pair_finding_record, &result->comparison, &result->comparison_count);
	double *old = regression_costs(before), *new = regression_costs(after);
	size_t olds = before->sample_count, news = after->sample_count;
	int ret = pair && old && new ? regression_describe(pair, after) : -ENOMEM;

	if (!ret) {
		pair->old_s = before->median.value;
		pair->new_s = after->median.value;
		pair->ratio = stats_ratio(new, news, old, olds);
		pair->p_slower = shift_test_p_larger(new, news, old, olds, 1 + tolerance);
		pair->p_faster = shift_test_p_larger(old, olds, new, news, 1 + tolerance);
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
		const struct row *row = &after->rows[i], *like = regression_find(before, row);

		if (like && row_is_measured(like) && row_is_measured(row)) {
			ret = regression_add(result, like, row, tolerance);
		} else if (like && row_is_measured(like)) {
			ret = regression_add_failed(result, like, row);
			regression->failed++;
		} else {
			regression->unmatched++;
		}
	}
	for (size_t i = 0; i < before->row_count; i++)
		regression->unmatched += !regression_find(after, &before->rows[i]);
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
		for (size_t k = 0; k < after->row_count; k++)
			if (after->rows[k].workers == pair->workers &&
			    !strcmp(after->rows[k].strategy, pair->strategy))
				pair->needed = regression_needed(pair, after->rows[k].sample_count,
								 2 * count, tolerance);
	}
	free(p);
	return ret;
}

/* What else changed, and what was going on: said before any verdict. */
static void regression_put_change(FILE *file, const char *what, const char *was, const char *is)
{
	if (strcmp(regression_text(was), regression_text(is)))
		fprintf(file, "The %s changed: %s, now %s.\n", what, regression_text(was),
			regression_text(is));
}

/* The kernel that rows name. */
static const char *regression_kernel(const struct result *result)
{
	for (size_t i = 0; i < result->row_count; i++) {
		const struct cell *kernel = metrics_find(&result->rows[i].metrics, "kernel");

		if (kernel && kernel->kind == CELL_TEXT)
			return kernel->text;
	}
	return NULL;
}

static size_t regression_disturbed(const struct result *result, double *load)
{
	size_t disturbed = 0;

	*load = 0;
	for (size_t i = 0; i < result->row_count; i++) {
		disturbed += result->rows[i].disturbed;
		for (size_t k = 0; k < result->rows[i].sample_count; k++)
			*load = fmax(*load, result->rows[i].samples[k].conditions.load);
	}
	return disturbed;
}

static void regression_put_changes(FILE *file, const struct result *before,
				   const struct result *after)
{
	const struct host none = { 0 }, *a = before->host_count ? before->hosts : &none,
			  *b = after->host_count ? after->hosts : &none;
	double load_before, load_after;
	size_t disturbed_before = regression_disturbed(before, &load_before),
	       disturbed_after = regression_disturbed(after, &load_after);

	regression_put_change(file, "host", a->hostname, b->hostname);
	regression_put_change(file, "CPU", a->cpu_model, b->cpu_model);
	regression_put_change(file, "microcode", a->microcode, b->microcode);
	regression_put_change(file, "system's kernel", a->kernel, b->kernel);
	regression_put_change(file, "governor", a->governor, b->governor);
	regression_put_change(file, "compiler", a->compiler, b->compiler);
	regression_put_change(file, "MPI", a->mpi, b->mpi);
	regression_put_change(file, "kernel of the program", regression_kernel(before),
			      regression_kernel(after));
	if (disturbed_before || disturbed_after)
		fprintf(file, "Disturbed trials: %zu before, %zu after.\n", disturbed_before,
			disturbed_after);
	if (fabs(load_after - load_before) > 1)
		fprintf(file, "The load of the machine was up to %.1f before, %.1f after.\n",
			load_before, load_after);
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
	regression_put_changes(file, before, after);
	fprintf(file, "Of %zu row%s, %zu slower and %zu faster by more than %g %%, %zu the same.",
		count, count == 1 ? "" : "s", regression->slower, regression->faster,
		100 * request->tolerance, regression->same);
	if (regression->failed)
		fprintf(file, "\n%zu row%s failed in %s.", regression->failed,
			regression->failed == 1 ? "" : "s", request->after);
	if (regression->unclear)
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
	int ret = regression_check(before, request->before);

	*regression = (struct regression){ 0 };
	if (!ret)
		ret = regression_check(after, request->after);
	if (!ret)
		ret = regression_check_same(before, after, request);
	if (!ret)
		ret = regression_match(result, regression, before, after, request->tolerance);
	if (!ret && !result->comparison_count)
		ret = say_fail(EINVAL, "no row of %s has its like in %s: nothing can be compared",
			       request->after, request->before);
	if (!ret)
		ret = regression_judge(result, regression, after, request->tolerance);
	return ret ? ret : regression_advise(result, regression, before, after, request);
}
