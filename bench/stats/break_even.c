/* Break-even sizes. */
#include "break_even.h"

#include <math.h>

double break_even(double startup, double rate, double base_startup, double base_rate)
{
	double later = startup - base_startup;
	double gain = 1 / base_rate - 1 / rate; /* seconds an item */

	if (isnan(later) || !(rate > 0) || !(base_rate > 0))
		return NAN;
	if (gain > 0)
		return fmax(0, later / gain);
	return gain == 0 && later < 0 ? 0 : INFINITY;
}

/* The jobs of a way and of its base. */
struct break_even_items {
	double way, base;
};

/* Of the medians of the start-ups and of the seconds of both. */
static void break_even_of_medians(double *result, const double *medians, const void *context)
{
	const struct break_even_items *items = context;

	*result = break_even(medians[0], items->way / medians[1], medians[2],
			     items->base / medians[3]);
}

struct estimate break_even_estimate(const struct startup_rate *way, const struct startup_rate *base)
{
	const struct point points[] = { { .samples = way->startups, .count = way->count },
					{ .samples = way->seconds, .count = way->count },
					{ .samples = base->startups, .count = base->count },
					{ .samples = base->seconds, .count = base->count } };
	const struct break_even_items items = { way->items, base->items };
	const struct statistic statistic = {
		.results = 1, .resamples = 1000, .of = break_even_of_medians, .context = &items
	};
	struct estimate estimate = { NAN, NAN, NAN };

	if (way->count && base->count)
		bootstrap(&estimate, &statistic, points, 4);
	return estimate;
}
