/* Text: aligned tables for a terminal. */
#include <string.h>

#include "bench/result/document.h"

/* Columns as people count them: a UTF-8 sequence is one. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

static void measure(const struct table *table, int widths[COLUMNS_MAX])
{
	struct cell cells[COLUMNS_MAX];
	char text[CELL_SHOWN];

	for (size_t c = 0; c < table->column_count; c++)
		widths[c] = table->columns[c].title ? width_of(table_title(table, c)) : 0;
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		for (size_t c = 0; c < table->column_count; c++) {
			int width =
				table->columns[c].title ? width_of(table_show(&cells[c], text)) : 0;

			widths[c] = width > widths[c] ? width : widths[c];
		}
	}
}

/* Numbers stand to the right, texts to the left; nothing trails. */
static void put(FILE *file, const char *text, int width, bool right, bool first, bool last)
{
	int pad = width - width_of(text);

	fprintf(file, "%s%*s%s%*s", first ? "" : "  ", right ? pad : 0, "", text,
		right || last ? 0 : pad, "");
}

static bool to_the_right(enum cell_kind kind)
{
	return kind != CELL_TEXT;
}

static void write_row(FILE *file, const struct table *table, const struct cell *cells,
		      const struct cell *sample, const int *widths, bool titles)
{
	size_t last = table->column_count;
	bool first = true;
	char text[CELL_SHOWN];

	while (last && !table->columns[last - 1].title)
		last--;
	for (size_t c = 0; c < last; c++) {
		if (!table->columns[c].title)
			continue;
		put(file, titles ? table_title(table, c) : table_show(&cells[c], text), widths[c],
		    to_the_right(sample[c].kind), first, c + 1 == last);
		first = false;
	}
	fputc('\n', file);
}

static void write_table(FILE *file, const struct table *table)
{
	struct cell cells[COLUMNS_MAX], sample[COLUMNS_MAX];
	int widths[COLUMNS_MAX];

	if (!table->row_count)
		return;
	measure(table, widths);
	table_row(table, 0, sample);
	write_row(file, table, NULL, sample, widths, true);
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		write_row(file, table, cells, sample, widths, false);
	}
}

static int write(FILE *file, const struct document *document)
{
	struct table main = main_table(document);
	bool gap = false;

	write_table(file, &main);
	for (size_t i = document->runs_first ? 0 : 1; i < document->table_count; i++) {
		if (document->tables[i].audience == FOR_PROGRAMS || !document->tables[i].row_count)
			continue;
		fputc('\n', file);
		write_table(file, &document->tables[i]);
	}
	for (size_t i = 0; i < document->run_count; i++) {
		if (!run_is_missing_anew(document, i))
			continue;
		fprintf(file, "%s%s is missing: %s\n", gap ? "" : "\n", document->runs[i].strategy,
			document->runs[i].missing);
		gap = true;
	}
	if (document->confined[0])
		fprintf(file, "\n%s\n", document->confined);
	if (document->advice)
		fprintf(file, "\n%s\n", document->advice);
	return 0;
}

const struct format format_text = { .option = "text", .write = write };
