/* Which row is the best, as far as the rounds tell. */
#include "ranking.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/stats/paired.h"

/* How often anything that is said of rows that are equal is wrong, at most. */
#define RANKING_P 0.05

static double ranking_cost_of(const struct row *row, const struct sample *sample,
			      enum ranking_cost cost)
{
	return cost == RANKING_SOON ? sample->seconds + sample->startup_s
				    : sample->seconds / row->items;
}

static double ranking_median(const struct row *row, enum ranking_cost cost)
{
	return cost == RANKING_SOON ? row->median.value + row->startup_s : 1 / row->rate;
}

/* The cost of one row over that of another, in the rounds that both have undisturbed: how many
 * there are, in *rounds. alpha: see paired_ratio(). */
static int ranking_compare(struct estimate *ratio, size_t *rounds, const struct row *row,
			   const struct row *other, enum ranking_cost cost, double alpha)
{
	double *costs = malloc((2 * row->sample_count + 1) * sizeof(*costs)), *others;

	if (!costs)
		return -ENOMEM;
	others = costs + row->sample_count;
	*rounds = 0;
	for (size_t i = 0; i < row->sample_count; i++) {
		const struct sample *mine = &row->samples[i],
				    *theirs = row_sample_of(other, mine->round);

		if (mine->disturbed || !theirs)
			continue;
		costs[*rounds] = ranking_cost_of(row, mine, cost);
		others[(*rounds)++] = ranking_cost_of(other, theirs, cost);
	}
	*ratio = paired_ratio(costs, others, *rounds, alpha);
	free(costs);
	return 0;
}

static bool ranking_takes(const struct row *row)
{
	return row_is_measured(row) && row->items > 0;
}

static size_t ranking_find_best(const struct result *result, enum ranking_cost cost)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < result->row_count; i++)
		if (ranking_takes(&result->rows[i]) &&
		    (best == SIZE_MAX || ranking_median(&result->rows[i], cost) <
						 ranking_median(&result->rows[best], cost)))
			best = i;
	return best;
}

static enum ranking_standing ranking_stand(struct estimate ratio)
{
	if (ratio.low > 1)
		return RANKING_WORSE;
	return ratio.high <= 1 + RANKING_NEAR ? RANKING_AS_GOOD : RANKING_UNCLEAR;
}

/* What each of the comparisons may be wrong by, to either side. */
static double ranking_alpha(const struct result *result)
{
	size_t others = 0;

	for (size_t i = 0; i < result->row_count; i++)
		others += ranking_takes(&result->rows[i]);
	return RANKING_P / 2 / (double)(others > 2 ? others - 1 : 1);
}

int ranking_make(struct ranking *ranking, const struct result *result, enum ranking_cost cost)
{
	return ranking_against(ranking, result, cost, ranking_find_best(result, cost));
}

int ranking_against(struct ranking *ranking, const struct result *result, enum ranking_cost cost,
		    size_t best)
{
	double alpha = ranking_alpha(result);
	size_t rows = result->row_count, needs = paired_needs(alpha), rounds = 0;
	int ret = 0;

	*ranking = (struct ranking){ .best = best,
				     .standing = calloc(rows + 1, sizeof(*ranking->standing)),
				     .ratio = calloc(rows + 1, sizeof(*ranking->ratio)),
				     .count = rows };
	if (!ranking->standing || !ranking->ratio)
		return -ENOMEM;
	for (size_t i = 0; !ret && i < rows; i++) {
		const struct row *row = &result->rows[i];

		ranking->standing[i] = RANKING_OUT;
		ranking->ratio[i] = (struct estimate){ NAN, NAN, NAN };
		if (!ranking_takes(row))
			continue;
		ranking->disturbed += row->disturbed;
		ret = ranking_compare(&ranking->ratio[i], &rounds, row,
				      &result->rows[ranking->best], cost, alpha);
		ranking->standing[i] =
			i == ranking->best ? RANKING_BEST : ranking_stand(ranking->ratio[i]);
		if (rounds < needs && needs - rounds > ranking->needed)
			ranking->needed = (unsigned int)(needs - rounds);
	}
	return ret;
}

void ranking_free(struct ranking *ranking)
{
	free(ranking->standing);
	free(ranking->ratio);
	*ranking = (struct ranking){ .best = SIZE_MAX };
}

bool ranking_is_decided(const struct ranking *ranking)
{
	for (size_t i = 0; i < ranking->count; i++)
		if (ranking->standing[i] == RANKING_UNCLEAR)
			return false;
	return ranking->best != SIZE_MAX && !ranking->needed;
}
