/* What changed between two results beside their times. */
#include "regression_changes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/stats/stats.h"
#include "advice.h"
#include "regression_match.h"

static const char *changes_text(const char *text)
{
	return text ? text : "unknown";
}

static void changes_put_one(FILE *file, const char *what, const char *was, const char *is)
{
	if (strcmp(changes_text(was), changes_text(is)))
		fprintf(file, "The %s changed: %s, now %s.\n", what, changes_text(was),
			changes_text(is));
}

/* The kernel that rows name. */
static const char *changes_kernel(const struct result *result)
{
	for (size_t i = 0; i < result->row_count; i++) {
		const struct cell *kernel = metrics_find(&result->rows[i].metrics, "kernel");

		if (kernel && kernel->kind == CELL_TEXT)
			return kernel->text;
	}
	return NULL;
}

static size_t changes_disturbed(const struct result *result, double *load)
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

/* Of all undisturbed samples, the median; NAN if it is unknown of all, or without memory. */
static double changes_median(const struct result *result, double (*of)(const struct sample *sample))
{
	size_t all = 0, count = 0;
	double *figures, median;

	for (size_t i = 0; i < result->row_count; i++)
		all += result->rows[i].sample_count;
	figures = malloc((all + 1) * sizeof(*figures));
	for (size_t i = 0; figures && i < result->row_count; i++)
		for (size_t k = 0; k < result->rows[i].sample_count; k++) {
			const struct sample *sample = &result->rows[i].samples[k];

			if (!sample->disturbed && of(sample) > 0)
				figures[count++] = of(sample);
		}
	median = figures ? stats_median(figures, count) : NAN;
	free(figures);
	return median;
}

/* What the machine gave, where it is not the same to a per cent. */
static void changes_put_cores(FILE *file, const struct result *before, const struct result *after)
{
	double was = changes_median(before, row_sample_clock),
	       is = changes_median(after, row_sample_clock);

	if (fabs(is / was - 1) > 0.01)
		fprintf(file, "The cores were clocked at %.2f GHz before, %.2f GHz after.\n",
			was * 1e-9, is * 1e-9);
	was = fmin(changes_median(before, row_sample_running), 1);
	is = fmin(changes_median(after, row_sample_running), 1);
	if (fabs(is - was) > 0.01)
		fprintf(file, "Workers had %.0f %% of their CPUs before, %.0f %% after.\n",
			100 * was, 100 * is);
}

/* More are in the files. */
enum { CHANGES_NAMED = 4 };

/* The rows of one result that have no like in the other. */
static void changes_put_alone(FILE *file, const struct result *one, const char *name,
			      const struct result *other)
{
	size_t alone = 0;

	for (size_t i = 0; i < one->row_count; i++) {
		if (regression_match_find(other, &one->rows[i]))
			continue;
		if (alone < CHANGES_NAMED) {
			fputs(alone ? ", " : "Only in ", file);
			if (!alone)
				fprintf(file, "%s: ", name);
			advice_name(file, one, &one->rows[i], true);
		}
		alone++;
	}
	if (alone > CHANGES_NAMED)
		fprintf(file, " and %zu more", alone - CHANGES_NAMED);
	if (alone)
		fputs(".\n", file);
}

void regression_changes_put(FILE *file, const struct result *before, const struct result *after,
			    const struct regression_request *request)
{
	const struct host none = { 0 }, *a = before->host_count ? before->hosts : &none,
			  *b = after->host_count ? after->hosts : &none;
	double load_before, load_after;
	size_t disturbed_before = changes_disturbed(before, &load_before),
	       disturbed_after = changes_disturbed(after, &load_after);

	changes_put_one(file, "host", a->hostname, b->hostname);
	changes_put_one(file, "CPU", a->cpu_model, b->cpu_model);
	changes_put_one(file, "microcode", a->microcode, b->microcode);
	changes_put_one(file, "system's kernel", a->kernel, b->kernel);
	changes_put_one(file, "governor", a->governor, b->governor);
	changes_put_one(file, "compiler", a->compiler, b->compiler);
	changes_put_one(file, "MPI", a->mpi, b->mpi);
	changes_put_one(file, "kernel of the program", changes_kernel(before),
			changes_kernel(after));
	changes_put_alone(file, before, request->before, after);
	changes_put_alone(file, after, request->after, before);
	if (disturbed_before || disturbed_after)
		fprintf(file, "Disturbed trials: %zu before, %zu after.\n", disturbed_before,
			disturbed_after);
	if (fabs(load_after - load_before) > 1)
		fprintf(file, "The load of the machine was up to %.1f before, %.1f after.\n",
			load_before, load_after);
	if (request->cpu_bound)
		changes_put_cores(file, before, after);
}
