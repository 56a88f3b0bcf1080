/* Columns that are kept nowhere: made of a record's fields, and of the rows around it, for people. */
#ifndef SHOWN_H
#define SHOWN_H

#include "result.h"

/* For the show of a FIELD_SHOWN, see record.h: `item` is a record of the struct in the name. */

/* Of a row: the strategy, with the schedule, places and bind in which the result's rows differ;
 * "2", "2 x 4" for ranks of workers, "1 x 20" in flight; its interval; its rate; how many samples; "yes"
 * or "NO", with a star if any sample was disturbed. */
void shown_name(struct cell *cell, const struct result *result, const void *row);
void shown_shape(struct cell *cell, const struct result *result, const void *row);
void shown_interval(struct cell *cell, const struct result *result, const void *row);
void shown_rate(struct cell *cell, const struct result *result, const void *row);
void shown_rounds(struct cell *cell, const struct result *result, const void *row);
void shown_verified(struct cell *cell, const struct result *result, const void *row);

/* Of a row_worker: its number; its host where the workers have several; its masks, short; bound, planned, or
 * unbound. */
void shown_number(struct cell *cell, const struct result *result, const void *worker);
void shown_host(struct cell *cell, const struct result *result, const void *worker);
void shown_planned(struct cell *cell, const struct result *result, const void *worker);
void shown_bound(struct cell *cell, const struct result *result, const void *worker);
void shown_state(struct cell *cell, const struct result *result, const void *worker);

/* Of a law_finding, a knee_finding, a pair_finding. */
void shown_law_interval(struct cell *cell, const struct result *result, const void *finding);
void shown_law_verdict(struct cell *cell, const struct result *result, const void *finding);
void shown_knee_interval(struct cell *cell, const struct result *result, const void *finding);
void shown_knee_rate(struct cell *cell, const struct result *result, const void *finding);
void shown_break_even_interval(struct cell *cell, const struct result *result, const void *finding);
void shown_pair_name(struct cell *cell, const struct result *result, const void *finding);
void shown_pair_shape(struct cell *cell, const struct result *result, const void *finding);
void shown_pair_interval(struct cell *cell, const struct result *result, const void *finding);

#endif
