/* S. Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scand. J. Statist. 6, 1979. */
#include "multiple_tests.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct adjusted_p {
	double p;
	size_t at;
};

static int multiple_tests_by_p(const void *a, const void *b)
{
	double x = ((const struct adjusted_p *)a)->p, y = ((const struct adjusted_p *)b)->p;

	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return (x > y) - (x < y);
}

int multiple_tests_adjust(double *p, size_t count)
{
	struct adjusted_p *order = malloc((count + 1) * sizeof(*order));
	double worst = 0;

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		order[i] = (struct adjusted_p){ p[i], i };
	qsort(order, count, sizeof(*order), multiple_tests_by_p);
	for (size_t i = 0; i < count; i++) {
		worst = fmax(worst, fmin(1, order[i].p * (double)(count - i)));
		p[order[i].at] = isnan(order[i].p) ? NAN : worst;
	}
	free(order);
	return 0;
}
