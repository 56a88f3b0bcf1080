/* Two tests of a row: by the time, and by what the machine gave meanwhile. */
#include "regression_row.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/stats/shift_test.h"
#include "bench/stats/stats.h"
#include "advice.h"

/* What the samples of both rows cost, sorted. */
struct regression_row_costs {
	double *new, *old;
	size_t news, olds;
};

/* Takes the lists over. Returns 0, or -ENOMEM if either is NULL. */
static int regression_row_sort(struct regression_row_costs *costs, const struct row *before,
			       double *old, const struct row *after, double *new)
{
	*costs = (struct regression_row_costs){
		.new = new, .old = old, .news = row_counted(after), .olds = row_counted(before)
	};
	if (!new || !old)
		return -ENOMEM;
	stats_sort(new, costs->news);
	stats_sort(old, costs->olds);
	return 0;
}

static void regression_row_free(struct regression_row_costs *costs)
{
	free(costs->new);
	free(costs->old);
}

/* The most over the least, of sorted samples. */
static double regression_row_span(const double *sorted, size_t count)
{
	return sorted[count - 1] / sorted[0];
}

/* What drifts may lie anywhere in its span in the next run. */
static void regression_row_find_p(double *slower, double *faster,
				  const struct regression_row_costs *costs,
				  const struct regression_row_request *request)
{
	double span = fmax(regression_row_span(costs->new, costs->news),
			   regression_row_span(costs->old, costs->olds)),
	       factor = (1 + request->tolerance) * (request->drifts ? span : 1);

	*slower = shift_test_p_larger(costs->new, costs->news, costs->old, costs->olds, factor);
	*faster = shift_test_p_larger(costs->old, costs->olds, costs->new, costs->news, factor);
}

static int regression_row_by_time(struct pair_finding *pair, const struct row *before,
				  const struct row *after,
				  const struct regression_row_request *request)
{
	struct regression_row_costs costs;
	int ret = regression_row_sort(&costs, before, row_costs(before), after, row_costs(after));

	if (!ret) {
		pair->ratio = stats_ratio(costs.new, costs.news, costs.old, costs.olds);
		if (request->drifts) {
			pair->ratio.low = costs.new[0] / costs.old[costs.olds - 1];
			pair->ratio.high = costs.new[costs.news - 1] / costs.old[0];
		}
		regression_row_find_p(&pair->p_slower, &pair->p_faster, &costs, request);
	}
	regression_row_free(&costs);
	return ret;
}

/* *moved: the machine alone is what the time would tell of. */
static int regression_row_by_clocks(struct pair_finding *pair, bool *moved,
				    const struct row *before, const struct row *after,
				    const struct regression_row_request *request)
{
	bool clocked = request->same_host && row_has_clocks(before) && row_has_clocks(after);
	struct regression_row_costs costs;
	double slower, faster;
	int ret = regression_row_sort(&costs, before, row_clocks(before, clocked), after,
				      row_clocks(after, clocked));

	if (!ret) {
		regression_row_find_p(&slower, &faster, &costs, request);
		*moved = fmin(pair->p_slower, pair->p_faster) < REGRESSION_ROW_P &&
			 fmin(slower, faster) >= REGRESSION_ROW_P;
		pair->p_slower = fmax(pair->p_slower, slower);
		pair->p_faster = fmax(pair->p_faster, faster);
	}
	regression_row_free(&costs);
	return ret;
}

/* Of so many disturbed samples the others are no sound ones either. */
static bool regression_row_is_disturbed(const struct row *row)
{
	return (double)row->disturbed > ADVICE_MANY * (double)row->sample_count;
}

int regression_row_test(struct pair_finding *pair, const struct row *before,
			const struct row *after, const struct regression_row_request *request)
{
	bool moved = false,
	     disturbed = regression_row_is_disturbed(before) || regression_row_is_disturbed(after);
	int ret = regression_row_by_time(pair, before, after, request);

	if (!ret && request->cpu_bound)
		ret = regression_row_by_clocks(pair, &moved, before, after, request);
	if (ret)
		return ret;
	if (disturbed) {
		pair->p_slower = pair->p_faster = 1;
		pair->ratio.low = pair->ratio.high = NAN;
	}
	return record_set_text(&pair->because, disturbed         ? "disturbed"
					       : moved           ? "machine"
					       : request->drifts ? "drift"
								 : "samples");
}
