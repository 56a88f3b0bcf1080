/* Columns that no field keeps: made for people, of a record's fields and the rows around it. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "result.h"

/* For the show of a FIELD_SHOWN, see record.h: `item` is a record of the struct in the name. */

/* A row's name, however long: malloc'd; NULL without memory. The cell has as much of it as fits. */
char *columns_whole_name(const struct result *result, const struct row *row);

/* Of a row: the strategy, with the schedule, places and bind in which the result's rows differ;
 * "2", "2 x 4" for ranks of workers, "1 x 20" in flight, "3 x 4, 3 nodes"; its interval; its
 * rate; how many samples; "yes" or "NO", with a star if any sample was disturbed. */
void columns_name(struct cell *cell, const struct result *result, const void *row);
void columns_shape(struct cell *cell, const struct result *result, const void *row);
void columns_interval(struct cell *cell, const struct result *result, const void *row);
void columns_rate(struct cell *cell, const struct result *result, const void *row);
void columns_rounds(struct cell *cell, const struct result *result, const void *row);
void columns_verified(struct cell *cell, const struct result *result, const void *row);

/* Of a row, its shape without the nodes. */
void columns_team(struct cell *cell, const struct row *row);

/* Of a row_worker: its number; its host where the workers have several; its masks, short; bound,
 * planned, or unbound. */
void columns_number(struct cell *cell, const struct result *result, const void *worker);
void columns_host(struct cell *cell, const struct result *result, const void *worker);
void columns_planned(struct cell *cell, const struct result *result, const void *worker);
void columns_bound(struct cell *cell, const struct result *result, const void *worker);
void columns_state(struct cell *cell, const struct result *result, const void *worker);

/* Of a law_finding, a knee_finding, a checked_pu, a pair_finding: as their names say. */
void columns_law_interval(struct cell *cell, const struct result *result, const void *finding);
void columns_law_verdict(struct cell *cell, const struct result *result, const void *finding);
void columns_knee_interval(struct cell *cell, const struct result *result, const void *finding);
void columns_knee_rate(struct cell *cell, const struct result *result, const void *finding);
void columns_break_even_interval(struct cell *cell, const struct result *result,
				 const void *finding);
void columns_checked_rate(struct cell *cell, const struct result *result, const void *checked);
void columns_pair_name(struct cell *cell, const struct result *result, const void *finding);
void columns_pair_shape(struct cell *cell, const struct result *result, const void *finding);
void columns_pair_interval(struct cell *cell, const struct result *result, const void *finding);

#endif
