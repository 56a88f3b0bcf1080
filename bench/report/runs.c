/* The table of runs: one row a strategy. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "document.h"

/* In text, a row says its shape once: "2", "2 x 4" for ranks of workers, "1 x 20" in flight. */
static void show_shape(const struct run *run, struct cell *cell)
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
	{ "strategy", NULL },        { NULL, "strategy" },       { NULL, "workers" },
	{ "ranks", NULL },           { "workers", NULL },        { "inflight", NULL },
	{ "places", NULL },          { "bind", NULL },           { "schedule", NULL },
	{ "rounds", NULL },          { "median_s", "median" },   { NULL, "95 % interval" },
	{ "ci95_low_s", NULL },      { "ci95_high_s", NULL },    { "speedup", "speedup" },
	{ "efficiency", NULL },      { "rate", "rate" },         { "rate_unit", NULL },
	{ "startup_s", "start-up" }, { "verified", "verified" }, { "missing", NULL },
};

/* Where schedules are compared too, people read them with the strategy. */
static bool schedules_vary(const struct document *document)
{
	for (size_t i = 1; i < document->run_count; i++)
		if (!document->runs[i].missing &&
		    strcmp(document->runs[i].schedule, document->runs[0].schedule))
			return true;
	return false;
}

static void row(const void *context, size_t number, struct cell *cells)
{
	const struct document *document = context;
	const struct run *run = &document->runs[number];
	struct cell *at = cells;

	cell_text(at++, run->strategy);
	if (schedules_vary(document))
		snprintf(at->room, sizeof(at->room), "%s %.16s", run->strategy, run->schedule);
	else
		snprintf(at->room, sizeof(at->room), "%s", run->strategy);
	cell_text(at, at->room);
	at++;
	show_shape(run, at++);
	cell_number(at++, CELL_COUNT, run->ranks);
	cell_number(at++, CELL_COUNT, run->workers);
	cell_number(at++, CELL_COUNT, run->inflight);
	cell_text(at++, run->places);
	cell_text(at++, run->bind);
	cell_text(at++, run->schedule);
	cell_number(at++, CELL_COUNT, (double)run->sample_count);
	cell_number(at++, CELL_SECONDS, run->median);
	if (!isnan(run->low))
		*at = (struct cell){ .kind = CELL_INTERVAL,
				     .number = run->median,
				     .low = run->low,
				     .high = run->high };
	at++;
	cell_number(at++, CELL_SECONDS, run->low);
	cell_number(at++, CELL_SECONDS, run->high);
	cell_number(at++, CELL_RATIO, run->speedup);
	cell_number(at++, CELL_RATIO, run->efficiency);
	cell_number(at, CELL_RATE, run->rate);
	(at++)->text = run->rate_unit;
	cell_text(at++, run->rate_unit);
	cell_number(at++, CELL_SECONDS, run->startup);
	if (!run->missing)
		cell_number(at, CELL_FLAG, run->verified);
	at++;
	cell_text(at++, run->missing);
}

struct table runs_table(const struct document *document)
{
	return (struct table){
		.key = "runs",
		COLUMNS(columns),
		.row_count = document->run_count,
		.row = row,
		.context = document,
	};
}

struct table main_table(const struct document *document)
{
	return document->table_count && !document->runs_first ? document->tables[0]
							      : runs_table(document);
}
