/* The document: all that one command found out. Every format is a view of it. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/stats/factors.h"
#include "bench/stats/stats.h"
#include "bench/place/place.h"
#include "bench/team/team.h"
#include "bench/result/table.h"

/*
 * A fact under a name of its own, which the formats print without knowing it. Its texts and lists
 * outlive it. In JSON "a.b" is member b of an object a.
 */
struct figure {
	const char *key;
	struct cell value;
};

/* How people read a run's figure of that key, in a table of its own. */
struct shown_figure {
	const char *key, *title;
	enum cell_kind kind;
	const char *unit; /* of a CELL_RATE, otherwise NULL */
};

enum { FIGURES_MAX = 48, TABLES_MAX = 8 };

struct figures {
	struct figure list[FIGURES_MAX];
	size_t count;
};

void figure_text(struct figures *figures, const char *key, const char *text);
void figure_number(struct figures *figures, const char *key, enum cell_kind kind, double number);
void figure_list(struct figures *figures, const char *key, const double *list, size_t count);
/* The figure of that key, NULL if there is none; and its number, NAN if it has none. */
const struct cell *figure_find(const struct figures *figures, const char *key);
double figure_value(const struct figures *figures, const char *key);

/* One measured strategy, or why it is missing. Unknown numbers are NAN. */
struct run {
	char strategy[32];
	unsigned int ranks, workers,
		inflight; /* workers of all ranks together, items in flight of one worker */
	char places[64], bind[16], schedule[64];
	struct figures figures; /* the program's: which kernel */
	double *samples;        /* seconds */
	size_t sample_count;
	double median, low, high; /* with the 95 % interval */
	double startup; /* seconds from the launch to the go; the median, if there are several */
	double rate;    /* items per second, by the median */
	const char *rate_unit;
	double speedup, efficiency; /* against serial in the same document */
	struct factors factors;     /* of the efficiency; NAN where they are not known */
	struct estimate karp_flatt; /* the serial fraction that would explain it; likewise */
	bool verified;
	char *missing;             /* NULL if it was made */
	struct worker *per_worker; /* of its first sample */
	size_t per_worker_count;
	double *worker_rates; /* items per busy second: of each worker in turn, a sample after the
				 other; NULL if only the last is known */
};

struct document {
	const char *program, *version, *command;
	char *const *argv;
	char started[32]; /* ISO 8601, UTC */
	struct figures host, job;
	struct run *runs;
	size_t run_count;
	const struct shown_figure *shown; /* see document_show(); may be NULL */
	struct column run_columns[COLUMNS_MAX], figure_columns[COLUMNS_MAX];
	struct table tables[TABLES_MAX]; /* beside runs, the first one the command's main table
					    unless runs_first */
	size_t table_count;
	bool runs_first;
	/* Results as lines for shells, where the text of a command is not a table. */
	void (*print_results)(FILE *file, const struct work *work);
	const struct work *work;
	const struct placement *placement; /* for the picture of it */
	char confined[160]; /* to which PUs of the machine's; "" if to none in particular */
	char *advice;       /* one plain sentence, or NULL */
	/* What json_read() keeps, the texts that figures and tables refer to, and how it lets go of
	 * it. */
	void *read;
	void (*forget)(void *read);
};

/* Fills the head: time, host, the libraries. */
void document_begin(struct document *document, const char *program, const char *command,
		    char *const *argv, const struct placement *placement);
/* Room for one more run, zeroed but for NANs. NULL if there is no memory. */
struct run *document_add_run(struct document *document);
void document_free(struct document *document);

/* Takes in a sample. Returns 0 or -ENOMEM. */
int run_add_sample(struct run *run, double seconds);
/* Median, interval and rate from the samples. */
void run_summarise(struct run *run, double items);
void run_clear(struct run *run);

/* Which of the runs' figures tables have: a list that outlives the document, ended by a NULL key,
 * or NULL. */
void document_show(struct document *document, const struct shown_figure *shown);

/*
 * A run as people are shown it, in one cell that is valid as long as it is. The name is the
 * strategy, with the schedule, places and bind in which the document's runs differ. The shape is
 * "2"; "2 x 4" for ranks of workers; "1 x 20" in flight.
 */
void run_show_name(const struct document *document, const struct run *run, struct cell *cell);
void run_show_shape(const struct run *run, struct cell *cell);
/* Whether that run is missing, and none of its name before it was for the same reason. */
bool run_is_missing_anew(const struct document *document, size_t number);

/* The table of runs, of a document that outlives it. */
struct table runs_table(const struct document *document);
/* The runs' figures that document_show() was given, for people; without rows if there are none. */
struct table figures_table(const struct document *document);
/* Where the efficiency of each run went. */
struct table factors_table(const struct document *document);
/* The table of a run's workers: where each was planned, and where it is. */
struct table workers_table(const struct run *run);
/* The main table: what CSV has. */
struct table main_table(const struct document *document);

struct format {
	const char *option; /* "json": its --option */
	/* Returns 0, or -errno having said why. */
	int (*write)(FILE *file, const struct document *document);
};

extern const struct format format_text, format_json, format_csv, format_markdown, format_extrap,
	format_svg, format_png, format_html;

/*
 * Reads a document that format_json wrote: its runs, its job and its results (tables[0]).
 * Everything stays the document's. Returns 0, or -EINVAL having said why, after `name`.
 */
int json_read_document(struct document *document, const char *text, size_t length, const char *name);

#endif
