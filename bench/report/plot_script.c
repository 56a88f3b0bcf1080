/* The facts and numbers of a study, for the scripts of gnuplot that draw them. */
#include "plot_script.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "asset.h"
#include "plot_factors.h"
#include "plot_points.h"

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
	for (size_t i = 0; i < plot->count; i = plot_points_next_curve(plot, i)) {
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
	plot_points_put_block(plot, "chart", 1, plot_put_speedup);
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
	plot_points_put_block(plot, "chart", scale, plot_put_rate);
	plot_put_chart(plot, axis, "below + 36", false, 0, highest * scale);
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
	plot_points_put_block(plot, "latency", 1e3, plot_put_latency);
	fprintf(plot->script, "lowest = %g\nhighest = %g\n", 1e3 * lowest, 1e3 * highest);
	fputs(asset_latency_gp, plot->script);
}

int plot_script_write(FILE *script, const struct result *result, enum plot_form form)
{
	struct plot plot = {
		.script = script, .result = result, .panel = PANEL_RATE, .axis = "workers"
	};
	int ret = plot_points_gather(&plot);

	if (ret)
		goto out;
	plot_put_facts(&plot, form);
	fputs(asset_frame_gp, script);
	plot_put_speedups(&plot);
	if (plot.panel == PANEL_FACTORS)
		plot_factors_put(&plot);
	else if (plot.panel == PANEL_LATENCY)
		plot_put_latencies(&plot);
	else
		plot_put_rates(&plot);
	fputs("unset multiplot\n", script);
out:
	free(plot.points);
	return ret;
}
