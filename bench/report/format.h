/* The formats of a report, one file and one row each: views of a result, and nothing else. */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdio.h>

#include "bench/result/record_view.h"
#include "bench/result/result.h"

/* How a program wants its results to be looked at: constants of the program. */
struct look {
	const struct shown_metric *metrics; /* of the tables, ended by a NULL key; or NULL */
	bool cpu_bound;  /* rows have factors of efficiency; otherwise their metrics tell more */
	bool row_of_run; /* a run's row is shown as well, which run itself says on stderr */
};

struct format {
	const char *option; /* "json": its --option */
	/* Returns 0, or -errno having said why. Whether the file took it all, ferror() tells. */
	int (*write)(FILE *file, const struct result *result, const struct look *look);
};

extern const struct format format_text, format_json, format_csv, format_markdown, format_extrap,
	format_svg, format_png, format_html;

#endif
