/* Records as tables: one row a record, one column a field. */
#ifndef RECORD_VIEW_H
#define RECORD_VIEW_H

#include "result.h"

/* How people read a row's metric of that key, in a column of its own. */
struct shown_metric {
	const char *key, *title;
	enum cell_kind kind;
	const char *unit; /* of a CELL_RATE, otherwise NULL */
};

/*
 * The records of a list as a table for CSV (keys) and people (titles). views: for people,
 * VIEW_TEXT or VIEW_FACTORS; with VIEW_TEXT the columns of CSV are in it as well. metrics: for
 * records that are rows, columns more, ended by a NULL key, or NULL: with titles if there are no
 * columns for CSV, otherwise with keys.
 *
 * The table is to be freed by table_free(), and refers to the result until then. Without memory it
 * has no rows.
 */
struct table record_view_table(const char *key, const struct record *record, const void *list,
			       size_t count, const struct result *result, unsigned int views,
			       const struct shown_metric *metrics);

/* The rows' metrics, for people: the name, the shape, and a column each. */
struct table record_view_metrics(const struct result *result, const struct shown_metric *metrics);

#endif
