/* Results of separate jobs as one. */
#ifndef MERGE_H
#define MERGE_H

#include "result.h"

/*
 * Adds what `from` found to `into`: rows that are alike (strategy, ranks, workers, in flight,
 * repeat, schedule, places, bind) and ran on the same model of CPU with as many cores get its
 * samples, as rounds of their own; others are added. Hosts are listed once each, warnings are
 * joined. Both are results of the same program, and of the same job: with weak scaling, the same
 * for each worker. Conclusions, and summaries of rows, are to be made anew afterwards.
 *
 * The names are for messages. from is emptied. Returns 0; -EINVAL having said what differs; or
 * -ENOMEM, where part of it may have been added.
 */
int merge_results(struct result *into, const char *into_name, struct result *from,
		  const char *from_name);

#endif
