/* Text: aligned tables for a terminal. */
#include "bench/base/wrap.h"
#include "view.h"

/* Columns as people count them: a UTF-8 sequence is one. */
static int text_width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

/* A table, measured. */
struct text_layout {
	const struct table *table;
	int widths[COLUMNS_MAX], gap; /* of columns, and between them */
	size_t last;                  /* column that is shown */
};

/* A table that is wider than a terminal has its columns closer together. */
enum { TEXT_COLUMNS = 80, TEXT_GAP = 2, TEXT_CLOSE_GAP = 1 };

static void text_measure(struct text_layout *layout, const struct table *table)
{
	struct cell cells[COLUMNS_MAX];
	char text[CELL_SHOWN];
	int total = 0;

	*layout = (struct text_layout){ .table = table };
	for (size_t c = 0; c < table->column_count; c++)
		if (table->columns[c].title)
			layout->widths[c] = text_width_of(table_title(table, c));
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		for (size_t c = 0; c < table->column_count; c++) {
			int width = text_width_of(table_show(&cells[c], text));

			if (table->columns[c].title && width > layout->widths[c])
				layout->widths[c] = width;
		}
	}
	for (size_t c = 0; c < table->column_count; c++) {
		if (!table->columns[c].title)
			continue;
		layout->last = c;
		total += layout->widths[c] + (total ? TEXT_GAP : 0);
	}
	layout->gap = total > TEXT_COLUMNS ? TEXT_CLOSE_GAP : TEXT_GAP;
}

/* Numbers stand to the right, texts to the left; nothing trails. */
static void text_put(FILE *file, const struct text_layout *layout, size_t column, const char *text)
{
	bool left = table_is_text(layout->table, column);
	int pad = layout->widths[column] - text_width_of(text);

	fprintf(file, "%*s%s", left ? 0 : pad, "", text);
	if (column != layout->last)
		fprintf(file, "%*s", (left ? pad : 0) + layout->gap, "");
}

static void text_write_table(FILE *file, const struct table *table)
{
	struct cell cells[COLUMNS_MAX];
	struct text_layout layout;
	char text[CELL_SHOWN];

	if (!table->row_count)
		return;
	text_measure(&layout, table);
	for (size_t c = 0; c < table->column_count; c++)
		if (table->columns[c].title)
			text_put(file, &layout, c, table_title(table, c));
	fputc('\n', file);
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		for (size_t c = 0; c < table->column_count; c++)
			if (table->columns[c].title)
				text_put(file, &layout, c, table_show(&cells[c], text));
		fputc('\n', file);
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
	char text[VIEW_LINES];
	bool gap = false;

	for (size_t i = 0; i < result->row_count; i++) {
		view_disturbed(result, &result->rows[i], text);
		if (!*text)
			continue;
		fputs(gap ? "" : "\n", file);
		wrap_text(file, text, 0, 2);
		gap = true;
	}
}

static int text_write(FILE *file, const struct result *result, const struct look *look)
{
	char confined[VIEW_LINES], headline[VIEW_LINES];
	struct view view;
	bool gap = false;
	int ret;

	view_headline(result, headline);
	if (*headline) {
		wrap_text(file, headline, 0, 0);
		fputc('\n', file);
	}
	ret = view_make(&view, result, look);
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
	if (result->advice) {
		fputc('\n', file);
		/* A check of PUs ends in a line that scripts look for. */
		if (result->checked_count)
			fprintf(file, "%s\n", result->advice);
		else
			wrap_text(file, result->advice, 0, 0);
	}
	return ret;
}

const struct format format_text = { .option = "text", .write = text_write };
