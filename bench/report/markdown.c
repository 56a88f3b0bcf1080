/* Markdown: the tables as pipe tables, for an issue or a lab book. */
#include "view.h"

static void markdown_put_text(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', file);
		fputc(*text, file);
	}
}

static void markdown_write_table(FILE *file, const struct table *table)
{
	struct cell cells[COLUMNS_MAX];
	char text[CELL_SHOWN];

	if (!table->row_count)
		return;
	for (size_t c = 0; c < table->column_count; c++)
		if (table->columns[c].title)
			fprintf(file, "| %s ", table_title(table, c));
	fputs("|\n", file);
	for (size_t c = 0; c < table->column_count; c++)
		if (table->columns[c].title)
			fputs(table_is_text(table, c) ? "| :-- " : "| --: ", file);
	fputs("|\n", file);
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		for (size_t c = 0; c < table->column_count; c++) {
			if (!table->columns[c].title)
				continue;
			fputs("| ", file);
			markdown_put_text(file, table_show(&cells[c], text));
			fputc(' ', file);
		}
		fputs("|\n", file);
	}
}

static int markdown_write(FILE *file, const struct result *result, const struct look *look)
{
	char text[VIEW_LINES];
	struct view view;
	bool gap = false;
	int ret;

	view_headline(result, text);
	if (*text)
		fprintf(file, "%s\n\n", text);
	ret = view_make(&view, result, look);
	for (size_t i = 0; i < view.count; i++) {
		if (view.tables[i].audience == FOR_PROGRAMS || !view.tables[i].row_count)
			continue;
		fputs(gap ? "\n" : "", file);
		markdown_write_table(file, &view.tables[i]);
		gap = true;
	}
	view_free(&view);
	for (size_t i = 0; i < result->row_count; i++)
		if (view_is_missing_anew(result, i))
			fprintf(file, "\n`%s` is missing: %s\n", result->rows[i].strategy,
				result->rows[i].missing);
	for (size_t i = 0; i < result->row_count; i++) {
		view_disturbed(result, &result->rows[i], text);
		if (*text)
			fprintf(file, "\n%s\n", text);
	}
	view_confined(result, text);
	if (*text)
		fprintf(file, "\n%s\n", text);
	if (result->advice)
		fprintf(file, "\n%s\n", result->advice);
	return ret;
}

const struct format format_markdown = { .option = "markdown", .write = markdown_write };
