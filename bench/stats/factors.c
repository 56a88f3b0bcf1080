/* Efficiency, taken apart into what is known and the rest. */
#include "factors.h"

#include <math.h>
#include <stdlib.h>

#include "stats.h"

/* Over the rounds where the figure is known. */
static double factors_median(const struct round *rounds, size_t count,
			     double (*figure_of)(const struct round *round))
{
	double *figures = malloc((count + !count) * sizeof(*figures)), median;
	size_t known = 0;

	if (!figures)
		return NAN;
	for (size_t i = 0; i < count; i++) {
		double figure = figure_of(&rounds[i]);

		if (figure > 0 && isfinite(figure))
			figures[known++] = figure;
	}
	median = stats_median(figures, known);
	free(figures);
	return median;
}

static double factors_seconds(const struct round *round)
{
	return round->seconds;
}

static double factors_clock(const struct round *round)
{
	return round->clock;
}

static double factors_balance(const struct round *round)
{
	return round->useful_mean / round->useful_max;
}

static double factors_useful_share(const struct round *round)
{
	return round->useful_max / round->seconds;
}

/* Items a second and worker. */
static double factors_worker_rate(const struct round *rounds, size_t count)
{
	return rounds->items / rounds->workers / factors_median(rounds, count, factors_seconds);
}

static double factors_running(const struct round *round)
{
	return round->useful_mean < FACTORS_RUNNING_LEAST_S ? NAN : round->running;
}

/* A figure of the rounds over the same of the base; NAN where either is unknown. */
static double factors_ratio(const struct round *rounds, size_t count, const struct round *base,
			    size_t base_count, double (*figure_of)(const struct round *round))
{
	return factors_median(rounds, count, figure_of) /
	       factors_median(base, base_count, figure_of);
}

/* What is unknown takes nothing of the product. */
static double factors_taken(double factor)
{
	return isnan(factor) ? 1 : factor;
}

struct factors factors_of(const struct round *rounds, size_t count, const struct round *base,
			  size_t base_count)
{
	struct factors f = {
		.efficiency =
			factors_worker_rate(rounds, count) / factors_worker_rate(base, base_count),
		.clock = factors_ratio(rounds, count, base, base_count, factors_clock),
		.running = factors_ratio(rounds, count, base, base_count, factors_running),
		.balance = factors_median(rounds, count, factors_balance),
		.overhead = factors_ratio(rounds, count, base, base_count, factors_useful_share),
	};

	f.rest = f.efficiency /
		 (factors_taken(f.clock) * f.balance * factors_taken(f.running) * f.overhead);
	return f;
}
