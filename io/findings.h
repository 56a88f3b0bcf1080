/* What fetchall adds to a result: its metrics, and what was the limit. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "bench/result/record_view.h"
#include "bench/result/result.h"
#include "bench/work.h"

/* Of the job, and of one run of it. */
void findings_job(const struct work *work, struct metrics *metrics);
void findings_run(const struct work *work, double seconds, struct metrics *metrics);

/* Those that tables have, ended by a NULL key. */
extern const struct shown_metric findings_shown[];

/* Which was the limit in a row, the client, the server or the number in flight, in two lines:
 * malloc'd; NULL if that is not known. */
char *findings_remark(const struct result *result, const struct row *row);

#endif
