/* CSV: the main table, numbers in full, seconds as seconds. Quoted as in RFC 4180; lines end as
 * everywhere on this system. */
#include <string.h>

#include "view.h"

static void csv_put_text(FILE *file, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, file);
		return;
	}
	fputc('"', file);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', file);
		fputc(*text, file);
	}
	fputc('"', file);
}

static void csv_put_cell(FILE *file, const struct cell *cell)
{
	if (cell->kind == CELL_TEXT)
		csv_put_text(file, cell->text);
	else if (cell->kind == CELL_FLAG)
		fputs(cell->number != 0 ? "true" : "false", file);
	else if (cell->kind != CELL_NONE)
		fprintf(file, "%.15g", cell->number);
}

/* Puts one line: the keys, or the cells of a row. */
static void csv_put_line(FILE *file, const struct table *table, const struct cell *cells)
{
	bool first = true;

	for (size_t c = 0; c < table->column_count; c++) {
		if (!table->columns[c].key)
			continue;
		fputs(first ? "" : ",", file);
		if (cells)
			csv_put_cell(file, &cells[c]);
		else
			fputs(table->columns[c].key, file);
		first = false;
	}
	fputc('\n', file);
}

static int csv_write(FILE *file, const struct result *result, const struct look *look)
{
	struct cell cells[COLUMNS_MAX];
	struct view view;
	int ret = view_make(&view, result, look);

	if (view.count)
		csv_put_line(file, &view.tables[0], NULL);
	for (size_t r = 0; view.count && r < view.tables[0].row_count; r++) {
		table_row(&view.tables[0], r, cells);
		csv_put_line(file, &view.tables[0], cells);
	}
	view_free(&view);
	return ret;
}

const struct format format_csv = { .option = "csv", .write = csv_write };
