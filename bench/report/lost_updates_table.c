/* The rows of a race as a table. */
#include "lost_updates_table.h"

static const struct column lost_updates_columns[] = {
	{ "way", "way", CELL_TEXT },
	{ "workers", "workers", CELL_COUNT },
	{ "median_s", "median", CELL_SECONDS },
	{ "ns_an_increment", "ns/increment", CELL_RATIO },
	{ "ns_ci95_low", NULL, CELL_RATIO },
	{ "ns_ci95_high", NULL, CELL_RATIO },
	{ NULL, "95 % interval", CELL_RANGE },
	{ "count", "count", CELL_COUNT },
	{ "lost", "lost", CELL_COUNT },
	{ "rounds_lost", NULL, CELL_COUNT },
	{ "rounds", NULL, CELL_COUNT },
	{ NULL, "lost in", CELL_TEXT },
};

static void lost_updates_fill_row(const void *context, size_t number, struct cell *cells)
{
	const struct row *row = &((const struct result *)context)->rows[number];
	const struct estimate *median = &row->median;
	double ns = 1e9 / row->items;

	table_set_text(&cells[0], row->strategy);
	table_set_number(&cells[1], CELL_COUNT, row->workers);
	if (!row->sample_count)
		return;
	table_set_number(&cells[2], CELL_SECONDS, median->value);
	table_set_number(&cells[3], CELL_RATIO, median->value * ns);
	table_set_number(&cells[4], CELL_RATIO, median->low * ns);
	table_set_number(&cells[5], CELL_RATIO, median->high * ns);
	table_set_range(&cells[6], CELL_RANGE, median->value * ns, median->low * ns,
			median->high * ns);
	table_set_number(&cells[7], CELL_COUNT, metrics_number(&row->metrics, "count"));
	table_set_number(&cells[8], CELL_COUNT, metrics_number(&row->metrics, "lost"));
	table_set_number(&cells[9], CELL_COUNT, (double)row_count_losses(row));
	table_set_number(&cells[10], CELL_COUNT, (double)row->sample_count);
	table_print(&cells[11], "%zu of %zu", row_count_losses(row), row->sample_count);
}

struct table lost_updates_table(const struct result *result)
{
	return (struct table){
		.key = "losses",
		COLUMNS(lost_updates_columns),
		.row_count = result->row_count,
		.row = lost_updates_fill_row,
		.context = result,
	};
}
