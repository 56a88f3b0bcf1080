/* Outliers, robustly: the median and its deviation do not follow them. */
#include "outliers.h"

#include "stats.h"

/* How much slower is worth a word, and how many deviations are beyond chance. */
#define OUTLIER_SHARE      0.2
#define OUTLIER_DEVIATIONS 4

size_t outliers_low(bool *out, const double *values, size_t count)
{
	double median = stats_median(values, count), deviation = stats_deviation(values, count);
	size_t marked = 0;

	for (size_t i = 0; i < count; i++) {
		double below = median - values[i];

		out[i] = count >= 3 && below > OUTLIER_SHARE * median &&
			 below > OUTLIER_DEVIATIONS * deviation;
		marked += out[i];
	}
	return marked;
}
