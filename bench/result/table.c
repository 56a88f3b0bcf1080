/* Cells as people read them. */
#include "table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void table_set_text(struct cell *cell, const char *text)
{
	cell->kind = text ? CELL_TEXT : CELL_NONE;
	cell->text = text;
}

void table_print(struct cell *cell, const char *format, ...)
{
	static const char cut[] = "...";
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(cell->room, sizeof(cell->room), format, args);
	va_end(args);
	if (length >= (int)sizeof(cell->room))
		memcpy(cell->room + sizeof(cell->room) - sizeof(cut), cut, sizeof(cut));
	table_set_text(cell, cell->room);
}

void table_set_number(struct cell *cell, enum cell_kind kind, double number)
{
	cell->kind = isnan(number) ? CELL_NONE : kind;
	cell->number = number;
}

void table_set_range(struct cell *cell, enum cell_kind kind, double number, double low, double high)
{
	*cell = (struct cell){ .kind = isnan(low) || isnan(high) ? CELL_NONE : kind,
			       .number = number,
			       .low = low,
			       .high = high };
}

void table_free(struct table *table)
{
	if (table->release)
		table->release(table->context);
	*table = (struct table){ 0 };
}

void table_row(const struct table *table, size_t row, struct cell cells[COLUMNS_MAX])
{
	memset(cells, 0, table->column_count * sizeof(*cells));
	table->row(table->context, row, cells);
}

bool table_is_text(const struct table *table, size_t column)
{
	return table->columns[column].kind == CELL_TEXT;
}

const char *table_title(const struct table *table, size_t column)
{
	struct cell cells[COLUMNS_MAX];

	for (size_t r = 0; table->columns[column].title && r < table->row_count; r++) {
		table_row(table, r, cells);
		if (cells[column].kind == CELL_RATE && cells[column].text)
			return cells[column].text;
		if (cells[column].kind != CELL_NONE)
			break;
	}
	return table->columns[column].title;
}

const char *table_show(const struct cell *cell, char text[CELL_SHOWN])
{
	struct cell bare = *cell;

	if (cell->kind != CELL_RATE)
		return table_show_whole(cell, text);
	bare.text = "";
	return table_show_whole(&bare, text);
}

const char *table_show_whole(const struct cell *cell, char text[CELL_SHOWN])
{
	switch (cell->kind) {
	case CELL_NONE:
		return "-";
	case CELL_TEXT:
		return cell->text;
	case CELL_COUNT:
		snprintf(text, CELL_SHOWN, "%.0f", cell->number);
		break;
	case CELL_SECONDS:
		show_seconds(text, cell->number);
		break;
	case CELL_RATE:
		show_amount(text, cell->number, cell->text ? cell->text : "");
		break;
	case CELL_MILLISECONDS:
		show_three(text, cell->number * 1e3);
		break;
	case CELL_RATIO:
		show_three(text, cell->number);
		break;
	case CELL_SHARE:
		snprintf(text, CELL_SHOWN, "%.3f", cell->number);
		break;
	case CELL_AMOUNT:
		show_amount(text, cell->number, "");
		break;
	case CELL_NUMBER:
		show_number(text, cell->number);
		break;
	case CELL_FLAG:
		snprintf(text, CELL_SHOWN, "%s%s", cell->number != 0 ? "yes" : "NO",
			 cell->text ? cell->text : "");
		break;
	case CELL_INTERVAL:
		show_interval(text, cell->number, cell->low, cell->high);
		break;
	case CELL_RANGE:
		show_range(text, cell->low, cell->high);
		break;
	case CELL_LIST:
		snprintf(text, CELL_SHOWN, "%zu numbers", cell->count);
		break;
	}
	return text;
}
