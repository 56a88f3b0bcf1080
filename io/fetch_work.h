/* Downloads as a work for the workbench: an item is one URL. */
#ifndef FETCH_WORK_H
#define FETCH_WORK_H

#include "bench/work.h"
#include "io/engine/error.h"
#include "io/engine/fetch.h"
#include "urls.h"

extern const struct work_type fetch_work_type;

struct fetch_work {
	struct work work; /* first */
	struct urls urls;
	struct fetch_options options;
	char *cacert;             /* its own copy of options.cacert */
	struct outcome *outcomes; /* of each URL, after a run; start_ns is since the run of its
				     worker began */
};

/*
 * Takes the URLs over; they go with the work. Copies the options. Returns 0 or -ENOMEM, with the
 * URLs left as they were.
 *
 * Its verify() returns 0, -EILSEQ if a body was not what the server's seed says, or -EIO if a
 * download failed: then the outcomes are still results, and say which. Both are said, in one line.
 */
int fetch_work_new(struct fetch_work **job, struct urls *urls, const struct fetch_options *options);

#endif
