/* What people read of a record that no field of it holds. */
#define _GNU_SOURCE
#include "columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/cpus.h"

/* A mask longer than this is shown as a list of PUs, which --places takes. */
enum { SHOWN_MASK = 10 };

/* What rows of one strategy may differ in, in the order in which a name has them. */
enum { FACETS = 3 };

static const char *column_facet_of_row(const struct row *row, size_t facet)
{
	return row->missing ? NULL
			    : (const char *[]){ row->schedule, row->places, row->bind }[facet];
}

static const char *column_facet_of_pair(const struct pair_finding *pair, size_t facet)
{
	return (const char *[]){ pair->schedule, pair->places, pair->bind }[facet];
}

/* Whether a facet is not the same in all measured rows, or compared ones. */
static bool column_varies(const struct result *result, size_t facet)
{
	const char *first = NULL;

	for (size_t i = 0; i < result->row_count + result->comparison_count; i++) {
		const char *text =
			i < result->row_count
				? column_facet_of_row(&result->rows[i], facet)
				: column_facet_of_pair(&result->comparison[i - result->row_count],
						       facet);

		if (!text || !*text)
			continue;
		if (first && strcmp(text, first))
			return true;
		first = text;
	}
	return false;
}

/* The strategy, with those of its facets that the rows differ in. malloc'd; NULL without memory. */
static char *column_compose_name(const struct result *result, const char *strategy,
				 const char *const facets[FACETS])
{
	size_t length;
	char *name = NULL;
	FILE *file = open_memstream(&name, &length);
	bool failed = !file || fputs(strategy, file) < 0;

	for (size_t i = 0; file && i < FACETS; i++)
		if (facets[i] && *facets[i] && column_varies(result, i))
			failed = fprintf(file, " %s", facets[i]) < 0 || failed;
	if (file && fclose(file))
		failed = true;
	if (failed)
		free(name);
	return failed ? NULL : name;
}

/* Without memory, the strategy alone is better than nothing. */
static void column_put_name(struct cell *cell, const struct result *result, const char *strategy,
			    const char *const facets[FACETS])
{
	char *name = column_compose_name(result, strategy, facets);

	table_print(cell, "%s", name ? name : strategy);
	free(name);
}

char *columns_whole_name(const struct result *result, const struct row *row)
{
	return column_compose_name(result, row->strategy,
				   (const char *[]){ row->schedule, row->places, row->bind });
}

void columns_name(struct cell *cell, const struct result *result, const void *of)
{
	const struct row *row = of;

	column_put_name(cell, result, row->strategy,
			(const char *[]){ row->schedule, row->places, row->bind });
}

static void column_put_shape(struct cell *cell, unsigned int ranks, unsigned int workers,
			     unsigned int inflight, unsigned int nodes)
{
	unsigned int each = ranks ? workers / ranks : workers;
	char behind[16] = "", where[24] = "";

	if (inflight > 1)
		snprintf(behind, sizeof(behind), " x %u", inflight);
	if (nodes > 1)
		snprintf(where, sizeof(where), ", %u nodes", nodes);
	if (ranks > 1 && each > 1)
		table_print(cell, "%u x %u%s%s", ranks, each, behind, where);
	else
		table_print(cell, "%u%s%s", workers, behind, where);
}

void columns_team(struct cell *cell, const struct row *row)
{
	column_put_shape(cell, row->ranks, row->workers, row->inflight, 1);
}

void columns_shape(struct cell *cell, const struct result *result, const void *of)
{
	const struct row *row = of;

	(void)result;
	column_put_shape(cell, row->ranks, row->workers, row->inflight, row->nodes);
}

void columns_interval(struct cell *cell, const struct result *result, const void *of)
{
	const struct row *row = of;

	(void)result;
	table_set_range(cell, CELL_INTERVAL, row->median.value, row->median.low, row->median.high);
}

static void column_put_rate(struct cell *cell, double rate, const char *unit)
{
	table_set_number(cell, CELL_RATE, rate);
	cell->text = unit;
}

void columns_rate(struct cell *cell, const struct result *result, const void *of)
{
	const struct row *row = of;

	(void)result;
	column_put_rate(cell, row->rate, row->rate_unit);
}

void columns_rounds(struct cell *cell, const struct result *result, const void *of)
{
	(void)result;
	table_set_number(cell, CELL_COUNT, (double)((const struct row *)of)->sample_count);
}

void columns_verified(struct cell *cell, const struct result *result, const void *of)
{
	const struct row *row = of;

	(void)result;
	if (row->missing)
		return;
	table_set_number(cell, CELL_FLAG, row->verified);
	cell->text = row->disturbed ? " *" : NULL;
}

void columns_number(struct cell *cell, const struct result *result, const void *of)
{
	const struct row_worker *worker = of;

	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		if (worker >= row->per_worker && worker < row->per_worker + row->per_worker_count)
			table_set_number(cell, CELL_COUNT, (double)(worker - row->per_worker));
	}
}

void columns_host(struct cell *cell, const struct result *result, const void *of)
{
	(void)result;
	table_set_text(cell, ((const struct row_worker *)of)->host);
}

static void column_put_mask(struct cell *cell, const char *mask)
{
	if (!mask || !*mask)
		return;
	if (strlen(mask) <= SHOWN_MASK) {
		table_set_text(cell, mask);
		return;
	}
	strcpy(cell->room, "pu:");
	cpus_list(mask, cell->room + 3, sizeof(cell->room) - 3);
	table_set_text(cell, cell->room);
}

void columns_planned(struct cell *cell, const struct result *result, const void *of)
{
	(void)result;
	column_put_mask(cell, ((const struct row_worker *)of)->planned);
}

void columns_bound(struct cell *cell, const struct result *result, const void *of)
{
	(void)result;
	column_put_mask(cell, ((const struct row_worker *)of)->bound);
}

void columns_state(struct cell *cell, const struct result *result, const void *of)
{
	const struct row_worker *worker = of;

	(void)result;
	table_set_text(cell, worker->bound ? "bound" : worker->planned ? "planned" : "unbound");
}

/* There is none around what has no end. */
static void column_put_range(struct cell *cell, const struct estimate *estimate)
{
	if (isinf(estimate->value) && isinf(estimate->low) && isinf(estimate->high))
		return;
	table_set_range(cell, CELL_RANGE, estimate->value, estimate->low, estimate->high);
}

void columns_law_interval(struct cell *cell, const struct result *result, const void *of)
{
	(void)result;
	column_put_range(cell, &((const struct law_finding *)of)->estimate);
}

void columns_law_verdict(struct cell *cell, const struct result *result, const void *of)
{
	const struct law_finding *finding = of;

	(void)result;
	if (finding->missing) {
		table_set_text(cell, finding->missing);
		return;
	}
	/* Of a law that does not fit, it matters no more where its figure lies. */
	if (finding->fits)
		table_print(cell, "fits%s",
			    finding->extrapolated && isfinite(finding->estimate.value)
				    ? ", extrapolated"
				    : "");
	else if (isnan(finding->misfit))
		table_set_text(cell, "does not fit");
	else
		table_print(cell, "off by %.0f %%", 100 * finding->misfit);
}

void columns_knee_interval(struct cell *cell, const struct result *result, const void *of)
{
	(void)result;
	column_put_range(cell, &((const struct knee_finding *)of)->knee);
}

void columns_knee_rate(struct cell *cell, const struct result *result, const void *of)
{
	const struct knee_finding *finding = of;

	(void)result;
	column_put_rate(cell, finding->best_rate, finding->rate_unit);
}

void columns_checked_rate(struct cell *cell, const struct result *result, const void *of)
{
	const struct checked_pu *checked = of;

	(void)result;
	column_put_rate(cell, checked->rate, checked->rate_unit);
}

void columns_break_even_interval(struct cell *cell, const struct result *result, const void *of)
{
	const struct estimate *at = &((const struct knee_finding *)of)->break_even;
	struct cell low = { 0 }, high = { 0 };
	char one[CELL_SHOWN], two[CELL_SHOWN];

	(void)result;
	if (isnan(at->low) || isnan(at->high))
		return;
	table_set_number(&low, CELL_AMOUNT, at->low);
	table_set_number(&high, CELL_AMOUNT, at->high);
	snprintf(cell->room, sizeof(cell->room), "%.24s .. %.24s", table_show_whole(&low, one),
		 table_show_whole(&high, two));
	table_set_text(cell, cell->room);
}

void columns_pair_name(struct cell *cell, const struct result *result, const void *of)
{
	const struct pair_finding *pair = of;

	column_put_name(cell, result, pair->strategy,
			(const char *[]){ pair->schedule, pair->places, pair->bind });
}

void columns_pair_shape(struct cell *cell, const struct result *result, const void *of)
{
	const struct pair_finding *pair = of;

	(void)result;
	column_put_shape(cell, pair->ranks, pair->workers, pair->inflight, pair->nodes);
}

void columns_pair_interval(struct cell *cell, const struct result *result, const void *of)
{
	(void)result;
	column_put_range(cell, &((const struct pair_finding *)of)->ratio);
}
