/* CSV: the main table, numbers in full, seconds as seconds. Quoted as in RFC 4180; lines end as
 * everywhere on this system. */
#include <string.h>

#include "bench/result/document.h"

static void put_text(FILE *file, const char *text)
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

static void put_cell(FILE *file, const struct cell *cell)
{
	if (cell->kind == CELL_TEXT)
		put_text(file, cell->text);
	else if (cell->kind == CELL_FLAG)
		fputs(cell->number != 0 ? "true" : "false", file);
	else if (cell->kind != CELL_NONE)
		fprintf(file, "%.15g", cell->number);
}

/* Puts one line: the keys, or the cells of a row. */
static void put_line(FILE *file, const struct table *table, const struct cell *cells)
{
	bool first = true;

	for (size_t c = 0; c < table->column_count; c++) {
		if (!table->columns[c].key)
			continue;
		fputs(first ? "" : ",", file);
		if (cells)
			put_cell(file, &cells[c]);
		else
			fputs(table->columns[c].key, file);
		first = false;
	}
	fputc('\n', file);
}

static int write(FILE *file, const struct document *document)
{
	struct table table = main_table(document);
	struct cell cells[COLUMNS_MAX];

	put_line(file, &table, NULL);
	for (size_t r = 0; r < table.row_count; r++) {
		table_row(&table, r, cells);
		put_line(file, &table, cells);
	}
	return 0;
}

const struct format format_csv = { .option = "csv", .write = write };
