/* Every row against the first one. */
#include "baseline.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/stats/stats.h"

int baseline_judge(struct result *result, bool cpu_bound)
{
	const struct row *base = &result->rows[0];
	double *before;
	int ret = 0;

	if (!result->row_count || !row_is_measured(base) || !(base->items > 0))
		return 0;
	before = row_costs(base);
	if (!before)
		return -ENOMEM;
	for (size_t i = 0; !ret && i < result->row_count; i++) {
		struct row *row = &result->rows[i];
		double *costs;

		if (!row_is_measured(row) || !(row->items > 0))
			continue;
		costs = row_costs(row);
		if (!costs)
			ret = -ENOMEM;
		else
			row->speedup =
				stats_ratio(before, row_counted(base), costs, row_counted(row));
		row->efficiency = row->speedup.value / row_concurrency(row, cpu_bound);
		free(costs);
	}
	free(before);
	return ret;
}
