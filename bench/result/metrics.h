/*
 * Metrics: facts under names of their own, which a program adds and every format prints without
 * knowing them: which kernel, which latency, how many connections.
 */
#ifndef METRICS_H
#define METRICS_H

#include <stddef.h>

#include "table.h"

/* The key, and the text and the list in the value, are the metric's own. */
struct metric {
	char *key; /* in JSON "a.b" is member b of an object a */
	struct cell value;
};

struct metrics {
	struct metric *list;
	size_t count;
	bool incomplete; /* one could not be added for want of memory */
};

/* Each replaces a metric of that key, or adds one. Texts and lists are copied. A number that is NAN
 * is not known. Without memory, metrics.incomplete is set. */
void metrics_set_text(struct metrics *metrics, const char *key, const char *text);
void metrics_set_number(struct metrics *metrics, const char *key, enum cell_kind kind,
			double number);
void metrics_set_list(struct metrics *metrics, const char *key, const double *list, size_t count);

/* The value of that key, NULL if there is none; and its number, NAN if it has none. */
const struct cell *metrics_find(const struct metrics *metrics, const char *key);
double metrics_number(const struct metrics *metrics, const char *key);

/* What people read of the value of that key, in text or its own; "unknown" if there is none. */
const char *metrics_show(const struct metrics *metrics, const char *key, char text[CELL_SHOWN]);

void metrics_free(struct metrics *metrics);
/* *to is overwritten, not freed. Returns 0, or -ENOMEM with *to empty. */
int metrics_copy(struct metrics *to, const struct metrics *from);
/* The key of the first difference, NULL if there is none. */
const char *metrics_difference(const struct metrics *one, const struct metrics *other);

/*
 * The medians of `count` sets of the same program: of every number, and of lists of one length
 * number by number; texts, and lists of different lengths, are those of the first set. A number
 * that some do not know is the median of those that do. *to is overwritten, not freed. Returns 0,
 * or -ENOMEM with *to empty.
 */
int metrics_medians(struct metrics *to, const struct metrics *const *sets, size_t count);

#endif
