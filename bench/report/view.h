/* Which tables a result is shown as, in which order. */
#ifndef VIEW_H
#define VIEW_H

#include "format.h"

struct view {
	struct table *tables; /* the main table first: the one that CSV has */
	size_t count, room;
	bool incomplete; /* one could not be added for want of memory */
};

/* Makes the tables; they refer to the result. Returns 0; -ENOMEM having said so. *view is to be
 * freed in any case. */
int view_make(struct view *view, const struct result *result, const struct look *look);
void view_free(struct view *view);

/* Room for any of the texts below. */
enum { VIEW_LINES = 512 };

/* Whether row `number` is missing, and none of its strategy before it was for the same reason. */
bool view_is_missing_anew(const struct result *result, size_t number);

/* "Confined to 2 of the machine's 4 PUs: 0x3" for the leader's host; "" if it is not. */
void view_confined(const struct result *result, char text[VIEW_LINES]);

/*
 * What was measured: the job, the kernel or whatever else all rows have in common, strong or weak;
 * and the hosts, a line each. "" for a command that measures nothing to compare.
 */
void view_headline(const struct result *result, char text[VIEW_LINES]);

/* How many samples of a row were disturbed, and by what: "* openmp 2: 5 of 8 trials disturbed:
 * other programs had 41 % of PU 1". "" if none was. */
void view_disturbed(const struct result *result, const struct row *row, char text[VIEW_LINES]);

#endif
