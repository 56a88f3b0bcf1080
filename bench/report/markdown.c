/* Markdown: the tables as pipe tables, for an issue or a lab book. */
#include "bench/result/document.h"

static void put_text(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', file);
		fputc(*text, file);
	}
}

static void write_table(FILE *file, const struct table *table)
{
	struct cell cells[COLUMNS_MAX];
	char text[CELL_SHOWN];

	if (!table->row_count)
		return;
	table_row(table, 0, cells);
	for (size_t c = 0; c < table->column_count; c++)
		if (table->columns[c].title)
			fprintf(file, "| %s ", table_title(table, c));
	fputs("|\n", file);
	for (size_t c = 0; c < table->column_count; c++)
		if (table->columns[c].title)
			fputs(cells[c].kind == CELL_TEXT ? "| :-- " : "| --: ", file);
	fputs("|\n", file);
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		for (size_t c = 0; c < table->column_count; c++) {
			if (!table->columns[c].title)
				continue;
			fputs("| ", file);
			put_text(file, table_show(&cells[c], text));
			fputc(' ', file);
		}
		fputs("|\n", file);
	}
}

static int write(FILE *file, const struct document *document)
{
	struct table main = main_table(document);

	write_table(file, &main);
	for (size_t i = document->runs_first ? 0 : 1; i < document->table_count; i++) {
		if (document->tables[i].audience == FOR_PROGRAMS || !document->tables[i].row_count)
			continue;
		fputc('\n', file);
		write_table(file, &document->tables[i]);
	}
	for (size_t i = 0; i < document->run_count; i++)
		if (run_is_missing_anew(document, i))
			fprintf(file, "\n`%s` is missing: %s\n", document->runs[i].strategy,
				document->runs[i].missing);
	if (document->confined[0])
		fprintf(file, "\n%s\n", document->confined);
	if (document->advice)
		fprintf(file, "\n%s\n", document->advice);
	return 0;
}

const struct format format_markdown = { .option = "markdown", .write = write };
