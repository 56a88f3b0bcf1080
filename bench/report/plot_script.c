/* The facts and numbers of a study, for the scripts of gnuplot that draw them. */
#include "plot_script.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/result/columns.h"
#include "asset.h"

/* What there is to see below the speedup. */
enum plot_panel { PANEL_FACTORS, PANEL_LATENCY, PANEL_RATE };

/* One point of one curve. */
struct plot_point {
	const struct row *row;
	unsigned int n;     /* workers, or what is in flight */
	unsigned int curve; /* its number */
	char name[CELL_SHOWN];
};

struct plot {
	FILE *script;
	const struct result *result;
	struct plot_point *points; /* by curve, and by n within it */
	size_t count;
	unsigned int curves, longest; /* how many, and the most points of one */
	unsigned int fewest, most;    /* n */
	size_t widest;                /* letters of the longest name */
	bool intervals;               /* any is known */
	enum plot_panel panel;
	const char *axis; /* what n counts */
};

/* Of so many bars only some have a number. */
#define PLOT_LABELS 20

static bool plot_has(const struct row *row)
{
	return !row->missing && row->speedup.value > 0 && strcmp(row->strategy, "serial");
}

static int plot_compare(const void *a, const void *b)
{
	const struct plot_point *one = a, *other = b;

	if (one->curve != other->curve)
		return one->curve < other->curve ? -1 : 1;
	return (one->n > other->n) - (one->n < other->n);
}

/* A curve for each name, in the order of the result. */
static void plot_add(struct plot *plot, const struct row *row)
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

/* Returns 0, -ENODATA or -ENOMEM. */
static int plot_gather(struct plot *plot)
{
	const struct result *result = plot->result;

	plot->points = calloc(result->row_count + 1, sizeof(*plot->points));
	if (!plot->points)
		return -ENOMEM;
	for (size_t i = 0; i < result->row_count; i++)
		if (plot_has(&result->rows[i]))
			plot_add(plot, &result->rows[i]);
	qsort(plot->points, plot->count, sizeof(*plot->points), plot_compare);
	for (size_t i = 0, length = 0; i < plot->count; i++) {
		length = i && plot->points[i].curve == plot->points[i - 1].curve ? length + 1 : 1;
		plot->longest = length > plot->longest ? (unsigned int)length : plot->longest;
	}
	return plot->count ? 0 : -ENODATA;
}

/* The next curve's first point; plot->count after the last. from: a point of the one before. */
static size_t plot_next_curve(const struct plot *plot, size_t from)
{
	size_t next = from;

	while (next < plot->count && plot->points[next].curve == plot->points[from].curve)
		next++;
	return next;
}

/* Without escapes: gnuplot has none within single quotes. */
void plot_script_set(FILE *script, const char *name, const char *text)
{
	fprintf(script, "%s = '", name);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', script);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, script);
	}
	fputs("'\n", script);
}

void plot_script_set_form(FILE *script, enum plot_form form)
{
	plot_script_set(script, "form", form == PLOT_SVG ? "svg" : "png");
}

/* " 1.5", or a mark for what is not known. */
static void plot_put_number(const struct plot *plot, double number)
{
	fprintf(plot->script, isfinite(number) ? " %.8g" : " ?", number);
}

static void plot_put_headings(const struct plot *plot)
{
	static const char *const headings[] = {
		[PANEL_FACTORS] = "Efficiency, and what took the rest of it",
		[PANEL_LATENCY] = "Latency",
		[PANEL_RATE] = "Rate",
	};
	const struct result *result = plot->result;
	const char *host = result->host_count ? result->hosts[0].hostname : NULL,
		   *cpu = result->host_count ? result->hosts[0].cpu_model : NULL;
	const struct cell *scaling = metrics_find(&result->job, "scaling");
	bool weak = scaling && scaling->kind == CELL_TEXT && !strcmp(scaling->text, "weak");
	char text[512];

	snprintf(text, sizeof(text), "Speedup of %s%s", result->program,
		 weak      ? ", weak scaling: a job that grows with the workers"
		 : scaling ? ", strong scaling: the same job at every point"
			   : "");
	plot_script_set(plot->script, "title", text);
	snprintf(text, sizeof(text), "%.64s%s%.128s, %.10s%s", host ? host : "", cpu ? ", " : "",
		 cpu ? cpu : "", result->started, plot->intervals ? "; bars: 95 % intervals" : "");
	plot_script_set(plot->script, "subtitle", text);
	plot_script_set(plot->script, "heading", headings[plot->panel]);
}

/* What frame.gp is told. */
static void plot_put_facts(const struct plot *plot, enum plot_form form)
{
	static const char *const panels[] = { "factors", "latency", "rate" };
	const char *between = "";

	plot_script_set_form(plot->script, form);
	plot_script_set(plot->script, "panel", panels[plot->panel]);
	plot_script_set(plot->script, "axis", plot->axis);
	plot_put_headings(plot);
	fprintf(plot->script,
		"curves = %u\nwidest = %zu\nlongest = %u\nfewest = %u\nmost = %u\narray name[%u]\n",
		plot->curves, plot->widest, plot->longest, plot->fewest, plot->most, plot->curves);
	for (size_t i = 0; i < plot->count; i = plot_next_curve(plot, i)) {
		char name[32];

		snprintf(name, sizeof(name), "name[%u]", plot->points[i].curve + 1);
		plot_script_set(plot->script, name, plot->points[i].name);
	}
	fputs("numbers = '", plot->script);
	for (size_t i = 0; i < plot->count; i++) {
		size_t like = 0;

		while (like < i && plot->points[like].n != plot->points[i].n)
			like++;
		if (like < i)
			continue;
		fprintf(plot->script, "%s%u", between, plot->points[i].n);
		between = ", ";
	}
	fputs("'\n", plot->script);
}

/* Puts the lines of a block of data, of all curves: two empty lines between curves. */
static void plot_put_block(const struct plot *plot, const char *name, double scale,
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

static void plot_put_estimate(const struct plot *plot, size_t point, double value, double low,
			      double high)
{
	fprintf(plot->script, "%u", plot->points[point].n);
	plot_put_number(plot, value);
	plot_put_number(plot, isnan(high) ? NAN : low);
	plot_put_number(plot, isnan(low) ? NAN : high);
}

static void plot_put_speedup(const struct plot *plot, size_t point, double scale)
{
	const struct estimate *speedup = &plot->points[point].row->speedup;

	plot_put_estimate(plot, point, scale * speedup->value, scale * speedup->low,
			  scale * speedup->high);
}

static void plot_put_rate(const struct plot *plot, size_t point, double scale)
{
	const struct row *row = plot->points[point].row;

	plot_put_estimate(plot, point, scale * row->rate, scale * row->items / row->median.high,
			  scale * row->items / row->median.low);
}

/* What curves.gp is told. ideal: the value is n where nothing is lost. */
static void plot_put_chart(const struct plot *plot, const char *axis, const char *top, bool ideal,
			   double lowest, double highest)
{
	plot_script_set(plot->script, "chart_axis", axis);
	fprintf(plot->script, "chart_top = %s\nideal = %d\nlowest = %g\nhighest = %g\n", top, ideal,
		lowest, highest);
	fputs(asset_curves_gp, plot->script);
}

static void plot_put_speedups(const struct plot *plot)
{
	double lowest = plot->fewest, highest = plot->most;

	for (size_t i = 0; i < plot->count; i++) {
		const struct estimate *speedup = &plot->points[i].row->speedup;

		lowest = fmin(lowest, fmin(speedup->value, speedup->low));
		highest = fmax(highest, fmax(speedup->value, speedup->high));
	}
	plot_put_block(plot, "chart", 1, plot_put_speedup);
	fprintf(plot->script, "$ideal << EOD\n%u %u\n%u %u\nEOD\n", plot->fewest, plot->fewest,
		plot->most, plot->most);
	plot_put_chart(plot, "speedup over serial", "curves_top", true, lowest, highest);
}

/* In the unit that the highest rate is read in. */
static void plot_put_rates(const struct plot *plot)
{
	static const char *const prefixes[] = { "", "k", "M", "G", "T" };
	double highest = 0, scale = 1;
	int prefix = 0;
	char axis[64];

	for (size_t i = 0; i < plot->count; i++) {
		const struct row *row = plot->points[i].row;

		highest = fmax(highest, fmax(row->rate, row->items / row->median.low));
	}
	for (; highest * scale >= 1000 && prefix < 4; prefix++)
		scale /= 1000;
	snprintf(axis, sizeof(axis), "%s%.32s", prefixes[prefix], plot->points[0].row->rate_unit);
	plot_put_block(plot, "chart", scale, plot_put_rate);
	plot_put_chart(plot, axis, "below + 36", false, 0, highest * scale);
}

/* Factors that take of the efficiency, in the order of factors.gp. */
enum { PLOT_LOSSES = 5 };

/*
 * What each factor took of full efficiency: shares of 1 - E in proportion to the logarithms, for
 * the factors multiply. One above 1 took nothing.
 */
static void plot_take_apart(double losses[PLOT_LOSSES], const struct row *row)
{
	const double factors[PLOT_LOSSES] = { row->factors.clock, row->factors.balance,
					      row->factors.running, row->factors.overhead,
					      row->factors.rest };
	double lost = fmax(1 - row->efficiency, 0), sum = 0;

	for (int i = 0; i < PLOT_LOSSES; i++) {
		losses[i] = factors[i] > 0 ? fmax(-log(factors[i]), 0) : 0;
		sum += losses[i];
	}
	for (int i = 0; i < PLOT_LOSSES; i++)
		losses[i] = sum > 0 ? losses[i] / sum * lost : i == PLOT_LOSSES - 1 ? lost : 0;
}

/* Of one bar: its height, what it is made of, and what is said below and above. */
static void plot_put_bar(const struct plot *plot, size_t point, double step)
{
	const struct row *row = plot->points[point].row;
	double losses[PLOT_LOSSES];
	size_t place = 0;

	while (place < point && plot->points[point - place - 1].curve == plot->points[point].curve)
		place++;
	plot_take_apart(losses, row);
	fprintf(plot->script, "%.5g %.5g", fmax(row->efficiency, 1), row->efficiency);
	for (int k = 0; k < PLOT_LOSSES; k++)
		fprintf(plot->script, " %.5g", losses[k]);
	if (place % (size_t)step)
		fputs(" \"\" \"\"", plot->script);
	else
		fprintf(plot->script, " \"%u\" \"%.2f\"", plot->points[point].n, row->efficiency);
}

static void plot_put_factors(const struct plot *plot)
{
	double highest = 1;

	fprintf(plot->script, "array bars[%u]\n", plot->curves);
	for (size_t i = 0; i < plot->count; i++)
		highest = fmax(highest, plot->points[i].row->efficiency);
	for (size_t i = 0, next; i < plot->count; i = next) {
		next = plot_next_curve(plot, i);
		fprintf(plot->script, "bars[%u] = %zu\n", plot->points[i].curve + 1, next - i);
	}
	fprintf(plot->script, "highest = %g\n", highest);
	plot_put_block(plot, "bars", 1 + (plot->longest - 1) / PLOT_LABELS, plot_put_bar);
	fputs(asset_factors_gp, plot->script);
}

enum { PLOT_QUANTILES = 3 };

static double plot_latency(const struct plot_point *point, int quantile)
{
	static const char *const keys[PLOT_QUANTILES] = { "latency_s.p50", "latency_s.p95",
							  "latency_s.p99" };

	return metrics_number(&point->row->metrics, keys[quantile]);
}

static void plot_put_latency(const struct plot *plot, size_t point, double scale)
{
	fprintf(plot->script, "%u", plot->points[point].n);
	for (int k = 0; k < PLOT_QUANTILES; k++)
		plot_put_number(plot, scale * plot_latency(&plot->points[point], k));
}

static void plot_put_latencies(const struct plot *plot)
{
	double lowest = NAN, highest = NAN;

	for (size_t i = 0; i < plot->count; i++)
		for (int k = 0; k < PLOT_QUANTILES; k++) {
			lowest = fmin(lowest, plot_latency(&plot->points[i], k));
			highest = fmax(highest, plot_latency(&plot->points[i], k));
		}
	plot_put_block(plot, "latency", 1e3, plot_put_latency);
	fprintf(plot->script, "lowest = %g\nhighest = %g\n", 1e3 * lowest, 1e3 * highest);
	fputs(asset_latency_gp, plot->script);
}

int plot_script_write(FILE *script, const struct result *result, enum plot_form form)
{
	struct plot plot = {
		.script = script, .result = result, .panel = PANEL_RATE, .axis = "workers"
	};
	int ret = plot_gather(&plot);

	if (ret)
		goto out;
	plot_put_facts(&plot, form);
	fputs(asset_frame_gp, script);
	plot_put_speedups(&plot);
	if (plot.panel == PANEL_FACTORS)
		plot_put_factors(&plot);
	else if (plot.panel == PANEL_LATENCY)
		plot_put_latencies(&plot);
	else
		plot_put_rates(&plot);
	fputs("unset multiplot\n", script);
out:
	free(plot.points);
	return ret;
}
