/* Tables: what is shown as rows, whatever the format. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/show.h"

enum cell_kind {
	CELL_NONE, /* nothing is known */
	CELL_TEXT,
	CELL_COUNT,
	CELL_SECONDS,
	CELL_MILLISECONDS, /* seconds, shown in ms without their unit */
	CELL_RATE,         /* number, and its unit in text */
	CELL_RATIO,        /* a bare number */
	CELL_SHARE,        /* of 1, or near it: efficiency and its factors */
	CELL_NUMBER,       /* of any size */
	CELL_AMOUNT,       /* of things, so many that thousands are enough */
	CELL_FLAG,         /* 0 or 1; what people read behind it in text, NULL for nothing */
	CELL_INTERVAL,     /* low and high, in seconds, around number */
	CELL_RANGE,        /* low and high, bare numbers */
	CELL_LIST,         /* for programs: list[count] */
};

struct cell {
	enum cell_kind kind;
	const char *text;
	double number, low, high;
	const double *list; /* lives as long as what the cell tells of */
	size_t count;
	char room[64]; /* for a text that lives nowhere else */
};

struct column {
	const char *key;     /* in JSON and CSV; NULL where only people want it */
	const char *title;   /* for people; NULL where only programs want it */
	enum cell_kind kind; /* of its cells that are known; texts stand to the left, numbers to
				the right */
};

struct table {
	const char *key; /* in JSON */
	const struct column *columns;
	size_t column_count, row_count;
	/* Fills the cells of a row, all CELL_NONE before. */
	void (*row)(const void *context, size_t row, struct cell *cells);
	const void *context;
	void (*release)(const void *context); /* frees the context, and what the columns point to;
						 NULL: others own it, and it outlives the table */
	enum { FOR_ALL, FOR_PROGRAMS, FOR_PEOPLE } audience; /* JSON is for programs */
};

#define COLUMNS(array) .columns = (array), .column_count = sizeof(array) / sizeof((array)[0])
enum { COLUMNS_MAX = 48 };

/* A text that outlives the cell; NULL: nothing is known. */
void table_set_text(struct cell *cell, const char *text);
/* A text that lives nowhere else. One that is longer than the cell has room ends in "...". */
__attribute__((format(printf, 2, 3))) void table_print(struct cell *cell, const char *format, ...);
/* NAN: nothing is known. */
void table_set_number(struct cell *cell, enum cell_kind kind, double number);
/* CELL_INTERVAL or CELL_RANGE, CELL_NONE if an end is not known. */
void table_set_range(struct cell *cell, enum cell_kind kind, double number, double low,
		     double high);

/* Releases its context, if that is its own. */
void table_free(struct table *table);

/* One row of a table: clears the cells and fills them. */
void table_row(const struct table *table, size_t row, struct cell cells[COLUMNS_MAX]);

/* What people read of a cell: "3.41 ms", "57.2 Gterm/s", "yes". Fits 64 bytes but for CELL_TEXT;
 * returns text or the cell's own. */
enum { CELL_SHOWN = SHOW_TEXT };
const char *table_show_whole(const struct cell *cell, char text[CELL_SHOWN]);

/* Whether a column is one of texts, which stand to the left. */
bool table_is_text(const struct table *table, size_t column);

/* What people read above a column and in its cells: one of rates has their unit, "term/s", as its
 * title, and its cells have none; otherwise as table_show_whole(). */
const char *table_title(const struct table *table, size_t column);
const char *table_show(const struct cell *cell, char text[CELL_SHOWN]);

#endif
