/* What fetchall may be asked, beside what all programs may. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "bench/cli/option.h"
#include "io/engine/fetch.h"
#include "io/server/scenario.h"
#include "reading.h"

struct fetch_work;

/* What the options and operands say. */
struct fetchall_options {
	struct fetch_options fetch;
	struct reading reading;
	const struct fetch_work *job; /* that is being done */
	bool strict, discard, dry_run;
	char *headers;        /* malloc'd; fetch.headers */
	const char *manifest; /* sums to hold files to; NULL: none */
	struct scenario scenario;
	const char *address;
	unsigned int port;
};

/* Ended by a NULL name. Their values go to a struct fetchall_options. */
extern const struct option_row options_fetchall[];

#endif
