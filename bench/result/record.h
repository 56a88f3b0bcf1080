/*
 * Records: structs that are described by a table of their fields. One table makes a struct, frees,
 * copies and compares it, writes it as JSON and reads it back, and shows it as columns.
 *
 * A record owns all that it points to. A number that is not known is NAN, an index that is not
 * known is -1, a text that is not known is NULL; all three are null in JSON.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "table.h"

struct record;
struct result;

enum field_kind {
	FIELD_TEXT,    /* char *, malloc'd */
	FIELD_FLAG,    /* bool */
	FIELD_COUNT,   /* unsigned int */
	FIELD_INDEX,   /* int, -1: not known */
	FIELD_WHOLE,   /* uint64_t */
	FIELD_REAL,    /* double */
	FIELD_RANGE,   /* double low, high, side by side: an array, null if either is NAN */
	FIELD_OBJECT,  /* a record within: an object */
	FIELD_LIST,    /* a pointer to malloc'd records, counted at count_at: an array of objects */
	FIELD_METRICS, /* struct metrics: members beside the fields; "a.b" is b of an object a */
	FIELD_SHOWN,   /* nothing that is kept: a column that show() makes */
};

/* Where a field is to be seen. */
enum field_view {
	VIEW_JSON = 1,
	VIEW_CSV = 2,
	VIEW_TEXT = 4,    /* the main table of a record, for people */
	VIEW_FACTORS = 8, /* the table of where the efficiency went */
};

struct field {
	const char *key;   /* in JSON and CSV; NULL where only people want it */
	const char *title; /* for people; NULL where only programs want it */
	enum field_kind kind;
	enum cell_kind shown; /* how people read it */
	unsigned int views;   /* bits of enum field_view */
	size_t offset, count_at;
	const struct record *of; /* what a FIELD_OBJECT or FIELD_LIST is made of */
	/* Makes the cell of a FIELD_SHOWN. The result is that which the record is part of. */
	void (*show)(struct cell *cell, const struct result *result, const void *item);
};

struct record {
	const char *name;
	size_t size;
	const struct field *fields; /* ended by a row without key and title */
};

/* True while *field is a row of the table, and not its end. */
static inline bool field_is(const struct field *field)
{
	return field->key || field->title;
}

/* Makes an empty one of `record->size` bytes: nothing known, nothing owned. */
void record_init(const struct record *record, void *item);

/* Frees what it owns, and makes it an empty one. */
void record_free(const struct record *record, void *item);

/*
 * Grows a malloc'd list by an empty one. list: the address of the pointer. Returns the new one,
 * valid until the list grows again; NULL if there is no memory.
 */
void *record_add(const struct record *record, void *list, size_t *count);
void record_free_list(const struct record *record, void *list, size_t *count);

/* Replaces an owned text by a copy; NULL for none. Returns 0 or -ENOMEM. */
int record_set_text(char **to, const char *from);

/* Whether two texts are the same; one that is not known is like another that is not. */
bool record_text_equals(const char *one, const char *other);

#endif
