/* Whether two trials of a job came to the same results. */
#include "agreement.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int agreement_of_rows(const struct table *found, size_t row, const struct table *reference,
			     size_t other_row, char why[TRIAL_WHY])
{
	struct cell mine[COLUMNS_MAX], other[COLUMNS_MAX];

	table_row(found, row, mine);
	table_row(reference, other_row, other);
	for (size_t c = 0; c < found->column_count; c++) {
		char one[CELL_SHOWN], two[CELL_SHOWN], first[CELL_SHOWN];
		const char *is = table_show_whole(&mine[c], one),
			   *was = table_show_whole(&other[c], two);

		if (!strcmp(is, was))
			continue;
		snprintf(why, TRIAL_WHY,
			 "the %s of %.80s is %.40s, and was %.40s in another trial: only what "
			 "lasts can be compared",
			 found->columns[c].key, table_show_whole(&mine[0], first), is, was);
		return -EIO;
	}
	return 0;
}

int agreement_check(const struct result *found, unsigned int repeat, const struct result *reference,
		    unsigned int reference_repeat, char why[TRIAL_WHY])
{
	const struct table *ours = &found->tables[0], *theirs = &reference->tables[0];
	int ret = 0;

	if (!found->table_count || !reference->table_count) {
		if (found->table_count == reference->table_count)
			return 0;
		snprintf(why, TRIAL_WHY, "a trial told no results");
		return -EIO;
	}
	if (ours->row_count * reference_repeat != theirs->row_count * repeat ||
	    ours->column_count != theirs->column_count) {
		snprintf(why, TRIAL_WHY,
			 "%zu results for %u times the job, and there were %zu for %u in another "
			 "trial: the job changed meanwhile",
			 ours->row_count, repeat, theirs->row_count, reference_repeat);
		return -EIO;
	}
	for (size_t r = 0; !ret && r < ours->row_count; r++)
		ret = agreement_of_rows(ours, r, theirs, r % theirs->row_count, why);
	return ret;
}
