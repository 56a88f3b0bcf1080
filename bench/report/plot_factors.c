/* How tall each part of a bar is. */
#include "plot_factors.h"

#include <math.h>
#include <string.h>

#include "asset.h"

/* Of so many bars only some have a number. */
#define PLOT_LABELS 20

/* Factors that take of the efficiency, in the order of factors.gp. */
enum { FACTORS = 5 };

/*
 * What each factor took of full efficiency: shares of 1 - E in proportion to the logarithms, for
 * the factors multiply. One above 1 took nothing.
 */
static void plot_factors_take_apart(double losses[FACTORS], const struct row *row)
{
	const double factors[FACTORS] = { row->factors.clock, row->factors.balance,
					  row->factors.running, row->factors.overhead,
					  row->factors.rest };
	double lost = fmax(1 - row->efficiency, 0), sum = 0;

	for (int i = 0; i < FACTORS; i++) {
		losses[i] = factors[i] > 0 ? fmax(-log(factors[i]), 0) : 0;
		sum += losses[i];
	}
	for (int i = 0; i < FACTORS; i++)
		losses[i] = sum > 0 ? losses[i] / sum * lost : i == FACTORS - 1 ? lost : 0;
}

/* Of one bar: its height, what it is made of, and what is said below and above. */
static void plot_factors_put_bar(const struct plot *plot, size_t point, double step)
{
	const struct row *row = plot->points[point].row;
	double losses[FACTORS];
	size_t place = 0;

	while (place < point && plot->points[point - place - 1].curve == plot->points[point].curve)
		place++;
	plot_factors_take_apart(losses, row);
	fprintf(plot->script, "%.5g %.5g", fmax(row->efficiency, 1), row->efficiency);
	for (int k = 0; k < FACTORS; k++)
		fprintf(plot->script, " %.5g", losses[k]);
	if (place % (size_t)step)
		fputs(" \"\" \"\"", plot->script);
	else
		fprintf(plot->script, " \"%u\" \"%.2f\"", plot->points[point].n, row->efficiency);
}

void plot_factors_put(const struct plot *plot)
{
	double highest = 1;

	fprintf(plot->script, "array bars[%u]\n", plot->curves);
	for (size_t i = 0; i < plot->count; i++)
		highest = fmax(highest, plot->points[i].row->efficiency);
	for (size_t i = 0, next; i < plot->count; i = next) {
		next = plot_points_next_curve(plot, i);
		fprintf(plot->script, "bars[%u] = %zu\n", plot->points[i].curve + 1, next - i);
	}
	fprintf(plot->script, "highest = %g\n", highest);
	plot_points_put_block(plot, "bars", 1 + (plot->longest - 1) / PLOT_LABELS,
			      plot_factors_put_bar);
	fputs(asset_factors_gp, plot->script);
}
