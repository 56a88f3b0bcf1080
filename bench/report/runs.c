/* The tables of runs: one row a run. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bench/result/document.h"

void run_show_shape(const struct run *run, struct cell *cell)
{
	unsigned int each = run->ranks ? run->workers / run->ranks : run->workers;
	size_t size = sizeof(cell->room);
	char *text = cell->room;

	if (run->ranks > 1 && each > 1)
		snprintf(text, size, "%u x %u", run->ranks, each);
	else
		snprintf(text, size, "%u", run->workers);
	if (run->inflight > 1)
		snprintf(text + strlen(text), size - strlen(text), " x %u", run->inflight);
	cell_text(cell, text);
}

static const struct column columns[] = {
	{ "strategy", NULL },        { NULL, "strategy" },
	{ NULL, "workers" },         { "ranks", NULL },
	{ "workers", NULL },         { "inflight", NULL },
	{ "places", NULL },          { "bind", NULL },
	{ "schedule", NULL },        { "rounds", NULL },
	{ "median_s", "median" },    { NULL, "95 % interval" },
	{ "ci95_low_s", NULL },      { "ci95_high_s", NULL },
	{ "speedup", "speedup" },    { "efficiency", NULL },
	{ "clock", NULL },           { "balance", NULL },
	{ "overhead", NULL },        { "rest", NULL },
	{ "rate", "rate" },          { "rate_unit", NULL },
	{ "startup_s", "start-up" }, { "verified", "verified" },
	{ "missing", NULL },
};

enum { COLUMN_COUNT = sizeof(columns) / sizeof(columns[0]) };

void document_show(struct document *document, const struct shown_figure *shown)
{
	size_t count = 0;

	document->shown = shown;
	memcpy(document->run_columns, columns, sizeof(columns));
	document->figure_columns[0] = columns[1];
	document->figure_columns[1] = columns[2];
	for (; shown && shown[count].key; count++) {
		document->run_columns[COLUMN_COUNT + count].key = shown[count].key;
		document->figure_columns[2 + count].title = shown[count].title;
	}
}

static size_t shown_count(const struct document *document)
{
	size_t count = 0;

	while (document->shown && document->shown[count].key)
		count++;
	return count;
}

/* The run's figures, as people are to read them. */
static void show_figures(const struct document *document, const struct run *run, struct cell *cells)
{
	for (size_t i = 0; i < shown_count(document); i++) {
		const struct shown_figure *shown = &document->shown[i];
		const struct cell *figure = figure_find(&run->figures, shown->key);

		if (figure && figure->kind == CELL_TEXT)
			cells[i] = *figure;
		else
			cell_number(&cells[i], shown->kind,
				    figure_value(&run->figures, shown->key));
		if (shown->kind == CELL_RATE)
			cells[i].text = shown->unit;
	}
}

/* Whether a text of the runs is not the same in all. */
static bool varies(const struct document *document, size_t offset)
{
	const char *first = NULL;

	for (size_t i = 0; i < document->run_count; i++) {
		const char *text = (const char *)&document->runs[i] + offset;

		if (document->runs[i].missing || !*text)
			continue;
		if (first && strcmp(text, first))
			return true;
		first = text;
	}
	return false;
}

void run_show_name(const struct document *document, const struct run *run, struct cell *cell)
{
	static const size_t facets[] = { offsetof(struct run, schedule),
					 offsetof(struct run, places), offsetof(struct run, bind) };
	size_t at = (size_t)snprintf(cell->room, sizeof(cell->room), "%s", run->strategy);

	for (size_t i = 0; i < sizeof(facets) / sizeof(facets[0]); i++)
		if (varies(document, facets[i]) && at < sizeof(cell->room))
			at += (size_t)snprintf(cell->room + at, sizeof(cell->room) - at, " %.16s",
					       (const char *)run + facets[i]);
	cell_text(cell, cell->room);
}

bool run_is_missing_anew(const struct document *document, size_t number)
{
	const struct run *runs = document->runs;

	for (size_t i = 0; runs[number].missing && i < number; i++)
		if (runs[i].missing && !strcmp(runs[i].missing, runs[number].missing) &&
		    !strcmp(runs[i].strategy, runs[number].strategy))
			return false;
	return runs[number].missing != NULL;
}

static void row(const void *context, size_t number, struct cell *cells)
{
	const struct document *document = context;
	const struct run *run = &document->runs[number];
	struct cell *at = cells;

	cell_text(at++, run->strategy);
	run_show_name(document, run, at++);
	run_show_shape(run, at++);
	cell_number(at++, CELL_COUNT, run->ranks);
	cell_number(at++, CELL_COUNT, run->workers);
	cell_number(at++, CELL_COUNT, run->inflight);
	cell_text(at++, run->places);
	cell_text(at++, run->bind);
	cell_text(at++, run->schedule);
	cell_number(at++, CELL_COUNT, (double)run->sample_count);
	cell_number(at++, CELL_SECONDS, run->median);
	cell_range(at++, CELL_INTERVAL, run->median, run->low, run->high);
	cell_number(at++, CELL_SECONDS, run->low);
	cell_number(at++, CELL_SECONDS, run->high);
	cell_number(at++, CELL_RATIO, run->speedup);
	cell_number(at++, CELL_SHARE, run->efficiency);
	cell_number(at++, CELL_SHARE, run->factors.clock);
	cell_number(at++, CELL_SHARE, run->factors.balance);
	cell_number(at++, CELL_SHARE, run->factors.overhead);
	cell_number(at++, CELL_SHARE, run->factors.rest);
	cell_number(at, CELL_RATE, run->rate);
	(at++)->text = run->rate_unit;
	cell_text(at++, run->rate_unit);
	cell_number(at++, CELL_SECONDS, run->startup);
	if (!run->missing)
		cell_number(at, CELL_FLAG, run->verified);
	at++;
	cell_text(at++, run->missing);
	show_figures(document, run, at);
}

struct table runs_table(const struct document *document)
{
	return (struct table){
		.key = "runs",
		.columns = document->shown ? document->run_columns : columns,
		.column_count = COLUMN_COUNT + shown_count(document),
		.row_count = document->run_count,
		.row = row,
		.context = document,
	};
}

static void figures_row(const void *context, size_t number, struct cell *cells)
{
	const struct document *document = context;
	const struct run *run = &document->runs[number];

	run_show_name(document, run, &cells[0]);
	run_show_shape(run, &cells[1]);
	show_figures(document, run, &cells[2]);
}

struct table figures_table(const struct document *document)
{
	size_t count = shown_count(document);

	return (struct table){
		.key = "figures",
		.columns = document->figure_columns,
		.column_count = 2 + count,
		.row_count = count ? document->run_count : 0,
		.row = figures_row,
		.context = document,
		.audience = FOR_PEOPLE,
	};
}

static const struct column factor_columns[] = {
	{ NULL, "strategy" }, { NULL, "workers" },  { NULL, "efficiency" }, { NULL, "clock" },
	{ NULL, "balance" },  { NULL, "overhead" }, { NULL, "rest" },       { NULL, "Karp-Flatt" },
};

static void factors_row(const void *context, size_t number, struct cell *cells)
{
	const struct document *document = context;
	const struct run *run = &document->runs[number];

	run_show_name(document, run, &cells[0]);
	run_show_shape(run, &cells[1]);
	cell_number(&cells[2], CELL_SHARE, run->efficiency);
	cell_number(&cells[3], CELL_SHARE, run->factors.clock);
	cell_number(&cells[4], CELL_SHARE, run->factors.balance);
	cell_number(&cells[5], CELL_SHARE, run->factors.overhead);
	cell_number(&cells[6], CELL_SHARE, run->factors.rest);
	cell_number(&cells[7], CELL_SHARE, run->karp_flatt.value);
}

struct table factors_table(const struct document *document)
{
	return (struct table){
		.key = "factors",
		COLUMNS(factor_columns),
		.row_count = document->run_count,
		.row = factors_row,
		.context = document,
		.audience = FOR_PEOPLE,
	};
}

struct table main_table(const struct document *document)
{
	return document->table_count && !document->runs_first ? document->tables[0]
							      : runs_table(document);
}
