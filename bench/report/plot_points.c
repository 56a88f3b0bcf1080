/* From rows to curves. */
#include "plot_points.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/result/columns.h"

static bool plot_points_has(const struct row *row)
{
	return !row->missing && row->speedup.value > 0 && strcmp(row->strategy, "serial");
}

static int plot_points_compare(const void *a, const void *b)
{
	const struct plot_point *one = a, *other = b;

	if (one->curve != other->curve)
		return one->curve < other->curve ? -1 : 1;
	return (one->n > other->n) - (one->n < other->n);
}

/* A curve for each name, in the order of the result. */
static void plot_point_add(struct plot *plot, const struct row *row)
{
	struct plot_point *point = &plot->points[plot->count];
	struct cell name = { 0 };
	size_t like = 0;

	*point = (struct plot_point){ .row = row,
				      .n = row->workers * row->inflight,
				      .curve = plot->curves };
	columns_name(&name, plot->result, row);
	snprintf(point->name, sizeof(point->name), "%s", name.text);
	while (like < plot->count && strcmp(plot->points[like].name, point->name))
		like++;
	if (like < plot->count)
		point->curve = plot->points[like].curve;
	else
		plot->curves++;
	plot->count++;
	plot->intervals = plot->intervals || !isnan(row->speedup.low);
	plot->fewest = plot->count == 1 || point->n < plot->fewest ? point->n : plot->fewest;
	plot->most = point->n > plot->most ? point->n : plot->most;
	plot->widest = strlen(point->name) > plot->widest ? strlen(point->name) : plot->widest;
	if (row->inflight > 1)
		plot->axis = "workers x in flight";
	if (!isnan(row->factors.rest))
		plot->panel = PANEL_FACTORS;
	else if (plot->panel == PANEL_RATE &&
		 !isnan(metrics_number(&row->metrics, "latency_s.p50")))
		plot->panel = PANEL_LATENCY;
}

int plot_points_gather(struct plot *plot)
{
	const struct result *result = plot->result;

	plot->points = calloc(result->row_count + 1, sizeof(*plot->points));
	if (!plot->points)
		return -ENOMEM;
	for (size_t i = 0; i < result->row_count; i++)
		if (plot_points_has(&result->rows[i]))
			plot_point_add(plot, &result->rows[i]);
	qsort(plot->points, plot->count, sizeof(*plot->points), plot_points_compare);
	for (size_t i = 0, length = 0; i < plot->count; i++) {
		length = i && plot->points[i].curve == plot->points[i - 1].curve ? length + 1 : 1;
		plot->longest = length > plot->longest ? (unsigned int)length : plot->longest;
	}
	return plot->count ? 0 : -ENODATA;
}

size_t plot_points_next_curve(const struct plot *plot, size_t from)
{
	size_t next = from;

	while (next < plot->count && plot->points[next].curve == plot->points[from].curve)
		next++;
	return next;
}

void plot_points_put_block(const struct plot *plot, const char *name, double scale,
			   void (*put)(const struct plot *plot, size_t point, double scale))
{
	fprintf(plot->script, "$%s << EOD\n", name);
	for (size_t i = 0; i < plot->count; i++) {
		if (i && plot->points[i].curve != plot->points[i - 1].curve)
			fputs("\n\n", plot->script);
		put(plot, i, scale);
		fputc('\n', plot->script);
	}
	fputs("EOD\n", plot->script);
}
