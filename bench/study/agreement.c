/* Whether two trials of a job came to the same results. */
#include "agreement.h"

#include <errno.h>
#include <string.h>

#include "bench/base/say.h"

static int agreement_of_rows(const struct table *found, size_t row, const struct table *reference,
			     size_t other_row, const char *name)
{
	struct cell mine[COLUMNS_MAX], other[COLUMNS_MAX];

	table_row(found, row, mine);
	table_row(reference, other_row, other);
	for (size_t c = 0; c < found->column_count; c++) {
		char one[CELL_SHOWN], two[CELL_SHOWN], first[CELL_SHOWN];
		const char *is = table_show_whole(&mine[c], one),
			   *was = table_show_whole(&other[c], two);

		if (strcmp(is, was))
			return say_fail(EIO,
					"%s: the %s of %.200s is %.80s, and was %.80s in another "
					"measurement: only what lasts can be compared",
					name, found->columns[c].key,
					table_show_whole(&mine[0], first), is, was);
	}
	return 0;
}

int agreement_check(const struct result *found, unsigned int repeat, const struct result *reference,
		    unsigned int reference_repeat, const char *name)
{
	const struct table *ours = &found->tables[0], *theirs = &reference->tables[0];
	int ret = 0;

	if (!found->table_count || !reference->table_count)
		return found->table_count == reference->table_count
			       ? 0
			       : say_fail(EIO, "%s: a measurement told no results", name);
	if (ours->row_count * reference_repeat != theirs->row_count * repeat ||
	    ours->column_count != theirs->column_count)
		return say_fail(
			EIO,
			"%s: %zu results for %u times the job, and there were %zu for %u in "
			"another measurement: the job changed meanwhile",
			name, ours->row_count, repeat, theirs->row_count, reference_repeat);
	for (size_t r = 0; !ret && r < ours->row_count; r++)
		ret = agreement_of_rows(ours, r, theirs, r % theirs->row_count, name);
	return ret;
}
