/* The formats that a result is written in. */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

#include "bench/report/format.h"

/* The formats that a document is written in. */
enum output_format {
	OUTPUT_JSON,
	OUTPUT_CSV,
	OUTPUT_MARKDOWN,
	OUTPUT_EXTRAP,
	OUTPUT_SVG,
	OUTPUT_PNG,
	OUTPUT_HTML,
	OUTPUTS
};

extern const struct format *const output_formats[OUTPUTS];

#endif
