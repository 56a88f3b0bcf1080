/* Two sets of samples that were taken side by side. */
#include "paired.h"

#include <math.h>
#include <stdlib.h>

struct estimate paired_ratio(const double *a, const double *b, size_t count)
{
	struct estimate estimate = { NAN, NAN, NAN };
	double *ratios = malloc((count + 1) * sizeof(*ratios));
	struct summary summary;

	if (!ratios)
		return estimate;
	for (size_t i = 0; i < count; i++)
		ratios[i] = a[i] / b[i];
	if (count) {
		summary = stats_summarise(ratios, count);
		estimate = (struct estimate){ summary.median, summary.low, summary.high };
	}
	free(ratios);
	return estimate;
}
