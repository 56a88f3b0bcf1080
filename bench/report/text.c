/* Text: aligned tables for a terminal. */
#include <string.h>

#include "view.h"

/* Columns as people count them: a UTF-8 sequence is one. */
static int text_width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

static void text_measure(const struct table *table, int widths[COLUMNS_MAX])
{
	struct cell cells[COLUMNS_MAX];
	char text[CELL_SHOWN];

	for (size_t c = 0; c < table->column_count; c++)
		widths[c] = table->columns[c].title ? text_width_of(table_title(table, c)) : 0;
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		for (size_t c = 0; c < table->column_count; c++) {
			int width = table->columns[c].title
					    ? text_width_of(table_show(&cells[c], text))
					    : 0;

			widths[c] = width > widths[c] ? width : widths[c];
		}
	}
}

/* Numbers stand to the right, texts to the left; nothing trails. */
static void text_put(FILE *file, const char *text, int width, bool right, bool first, bool last)
{
	int pad = width - text_width_of(text);

	fprintf(file, "%s%*s%s%*s", first ? "" : "  ", right ? pad : 0, "", text,
		right || last ? 0 : pad, "");
}

static bool text_to_the_right(enum cell_kind kind)
{
	return kind != CELL_TEXT;
}

static void text_write_row(FILE *file, const struct table *table, const struct cell *cells,
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
		text_put(file, titles ? table_title(table, c) : table_show(&cells[c], text),
			 widths[c], text_to_the_right(sample[c].kind), first, c + 1 == last);
		first = false;
	}
	fputc('\n', file);
}

static void text_write_table(FILE *file, const struct table *table)
{
	struct cell cells[COLUMNS_MAX], sample[COLUMNS_MAX];
	int widths[COLUMNS_MAX];

	if (!table->row_count)
		return;
	text_measure(table, widths);
	table_row(table, 0, sample);
	text_write_row(file, table, NULL, sample, widths, true);
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		text_write_row(file, table, cells, sample, widths, false);
	}
}

static void text_write_missing(FILE *file, const struct result *result)
{
	bool gap = false;

	for (size_t i = 0; i < result->row_count; i++) {
		if (!view_is_missing_anew(result, i))
			continue;
		fprintf(file, "%s%s is missing: %s\n", gap ? "" : "\n", result->rows[i].strategy,
			result->rows[i].missing);
		gap = true;
	}
}

static void text_write_disturbed(FILE *file, const struct result *result)
{
	char text[256];
	bool gap = false;

	for (size_t i = 0; i < result->row_count; i++) {
		view_disturbed(result, &result->rows[i], text);
		if (*text)
			fprintf(file, "%s%s\n", gap ? "" : "\n", text);
		gap = gap || *text;
	}
}

static int text_write(FILE *file, const struct result *result, const struct look *look)
{
	char confined[192], headline[512];
	struct view view;
	bool gap = false;

	view_headline(result, headline);
	if (*headline)
		fprintf(file, "%s\n\n", headline);
	view_make(&view, result, look);
	for (size_t i = 0; i < view.count; i++) {
		if (view.tables[i].audience == FOR_PROGRAMS || !view.tables[i].row_count)
			continue;
		fputs(gap ? "\n" : "", file);
		text_write_table(file, &view.tables[i]);
		gap = true;
	}
	view_free(&view);
	text_write_missing(file, result);
	text_write_disturbed(file, result);
	view_confined(result, confined);
	if (*confined)
		fprintf(file, "\n%s\n", confined);
	if (result->advice)
		fprintf(file, "\n%s\n", result->advice);
	return 0;
}

const struct format format_text = { .option = "text", .write = text_write };
