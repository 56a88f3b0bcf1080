/* The knee of a curve. */
#include "knee.h"

#include <math.h>

struct curve {
	const struct point *points;
	size_t count;
	double tolerance;
};

static void knee_of_medians(double *result, const double *medians, const void *context)
{
	const struct curve *curve = context;
	double best = 0, fewest = INFINITY;

	for (size_t i = 0; i < curve->count; i++)
		best = fmax(best, curve->points[i].items / medians[i]);
	for (size_t i = 0; i < curve->count; i++) {
		if (curve->points[i].items / medians[i] >= (1 - curve->tolerance) * best)
			fewest = fmin(fewest, curve->points[i].n);
	}
	*result = fewest;
}

struct estimate knee_find(const struct point *points, size_t count, double tolerance)
{
	const struct curve curve = { points, count, tolerance };
	const struct statistic statistic = {
		.results = 1, .resamples = 1000, .of = knee_of_medians, .context = &curve
	};
	struct estimate estimate = { NAN, NAN, NAN };

	if (count)
		bootstrap(&estimate, &statistic, points, count);
	return estimate;
}
