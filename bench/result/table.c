/* Cells as people read them. */
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void cell_text(struct cell *cell, const char *text)
{
	cell->kind = text ? CELL_TEXT : CELL_NONE;
	cell->text = text;
}

void cell_number(struct cell *cell, enum cell_kind kind, double number)
{
	cell->kind = isnan(number) ? CELL_NONE : kind;
	cell->number = number;
}

void cell_range(struct cell *cell, enum cell_kind kind, double number, double low, double high)
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
		if (cells[column].kind == CELL_RATE)
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
		return cell_show(cell, text);
	bare.text = "";
	return cell_show(&bare, text);
}

/* Three digits, whatever the size. */
static void show_three(char *text, size_t size, double value)
{
	double magnitude = fabs(value);

	snprintf(text, size, "%.*f", magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0, value);
}

/* The unit that leaves a number from 1 to 1000 before it, as an index into units of powers of 1000
 * from the first. */
static int thousands(double *value, int units)
{
	int unit = 0;

	while (unit + 1 < units && fabs(*value) >= 999.5) {
		*value /= 1000;
		unit++;
	}
	return unit;
}

void show_seconds(char text[CELL_SHOWN], double seconds)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	double value = seconds * 1e9;
	int unit = thousands(&value, 4);
	char number[32];

	show_three(number, sizeof(number), value);
	snprintf(text, CELL_SHOWN, "%s %s", number, units[unit]);
}

/* In the unit of the number that it belongs to, which stands beside it. */
static void show_interval(char text[CELL_SHOWN], const struct cell *cell)
{
	double value = cell->number * 1e9, scale = 1e9;
	char low[32], high[32];

	for (int unit = thousands(&value, 4); unit > 0; unit--)
		scale /= 1000;
	show_three(low, sizeof(low), cell->low * scale);
	show_three(high, sizeof(high), cell->high * scale);
	snprintf(text, CELL_SHOWN, "%.24s .. %.24s", low, high);
}

/* Three digits that count, and no power of ten where a person would write none. */
static void show_number(char *text, size_t size, double value)
{
	double magnitude = fabs(value);

	if (isinf(value))
		snprintf(text, size, "none");
	else if (magnitude >= 1000 && magnitude < 1e6)
		snprintf(text, size, "%.0f", value);
	else
		snprintf(text, size, "%.3g", value);
}

static void show_range(char text[CELL_SHOWN], const struct cell *cell)
{
	char low[24], high[24];

	show_number(low, sizeof(low), cell->low);
	show_number(high, sizeof(high), cell->high);
	snprintf(text, CELL_SHOWN, "%s .. %s", low, high);
}

static void show_amount(char text[CELL_SHOWN], double value, const char *what)
{
	static const char *const prefixes[] = { "", "k", "M", "G", "T", "P" };
	int unit = thousands(&value, 6);
	char number[32];

	show_three(number, sizeof(number), value);
	if (isinf(value))
		strcpy(text, "none");
	else if (!unit && !*what)
		snprintf(text, CELL_SHOWN, "%s", number);
	else
		snprintf(text, CELL_SHOWN, "%s %s%s", number, prefixes[unit], what);
}

const char *cell_show(const struct cell *cell, char text[CELL_SHOWN])
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
		show_three(text, CELL_SHOWN, cell->number * 1e3);
		break;
	case CELL_RATIO:
		show_three(text, CELL_SHOWN, cell->number);
		break;
	case CELL_SHARE:
		snprintf(text, CELL_SHOWN, "%.3f", cell->number);
		break;
	case CELL_AMOUNT:
		show_amount(text, cell->number, "");
		break;
	case CELL_NUMBER:
		show_number(text, CELL_SHOWN, cell->number);
		break;
	case CELL_FLAG:
		snprintf(text, CELL_SHOWN, "%s%s", cell->number != 0 ? "yes" : "NO",
			 cell->text ? cell->text : "");
		break;
	case CELL_INTERVAL:
		show_interval(text, cell);
		break;
	case CELL_RANGE:
		show_range(text, cell);
		break;
	case CELL_LIST:
		snprintf(text, CELL_SHOWN, "%zu numbers", cell->count);
		break;
	}
	return text;
}
