/* Pictures of a study, drawn by gnuplot: one script with the data in it. */
#define _GNU_SOURCE
#include "plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "bench/team/strategy.h"

/* What there is to see below the speedup. */
enum view { VIEW_FACTORS, VIEW_LATENCY, VIEW_RATE };

/* One point of one curve. */
struct spot {
	const struct run *run;
	unsigned int n;  /* workers, or what is in flight */
	unsigned int of; /* the number of its curve */
	char name[CELL_SHOWN];
};

struct plot {
	FILE *script;
	const struct document *document;
	struct spot *spots; /* by curve, and by n within it */
	size_t count;
	unsigned int curves, longest; /* how many, and the most points of one */
	unsigned int fewest, most;    /* n */
	size_t widest;                /* letters of the longest name */
	bool intervals;               /* any is known */
	enum view view;
	const char *axis; /* what n counts */
	double height;    /* pixels */
};

/* Pixels, from the top left corner. */
enum {
	WIDTH = 960,
	LEFT = 84, /* of frames: room for numbers and the name of the axis */
	RIGHT = WIDTH - 24,
	CURVES_TOP = 84,
	CURVES_HEIGHT = 340,
	BELOW = CURVES_TOP + CURVES_HEIGHT + 84,
	PANELS_TOP = BELOW + 84,
	PANEL_HEIGHT = 180,
	PANEL_STEP = PANEL_HEIGHT + 96,
	GUTTER = 76,
};

/* Beyond this ratio of the most to the fewest, equal steps are doublings. */
#define WIDE 16

/* So many numbers fit below a frame. */
#define TICS 16

/* So many bars leave no room for level numbers above them. */
#define CROWDED 10

/* And of so many only some have one. */
#define LABELS 20

/*
 * Okabe and Ito's colours, which the colour-blind tell apart (M. Okabe and K. Ito, Color Universal
 * Design, 2008), without the yellow, too light for a line. Marks and dashes differ as well, for
 * those who see or print in grey.
 */
static const struct pen {
	const char *colour, *dash;
	int mark;
} pens[] = {
	{ "#0072B2", "solid", 7 },         { "#D55E00", "(12,4)", 5 }, { "#009E73", "(4,3)", 9 },
	{ "#CC79A7", "(12,4,3,4)", 13 },   { "#000000", "(2,3)", 6 },  { "#E69F00", "(16,3)", 4 },
	{ "#56B4E9", "(8,3,2,3,2,3)", 8 }, { "#666666", "(6,6)", 12 },
};

static const struct pen *pen_of(unsigned int curve)
{
	return &pens[curve % (sizeof(pens) / sizeof(pens[0]))];
}

static bool is_drawn(const struct run *run)
{
	return !run->missing && run->speedup > 0 && strcmp(run->strategy, strategy_serial.name);
}

static int by_curve(const void *a, const void *b)
{
	const struct spot *one = a, *other = b;

	if (one->of != other->of)
		return one->of < other->of ? -1 : 1;
	return (one->n > other->n) - (one->n < other->n);
}

/* A curve for each name, in the order of the document. */
static void add_spot(struct plot *plot, const struct run *run)
{
	struct spot *spot = &plot->spots[plot->count];
	struct cell name = { 0 };
	size_t like = 0;

	*spot = (struct spot){ .run = run, .n = run->workers * run->inflight, .of = plot->curves };
	run_show_name(plot->document, run, &name);
	snprintf(spot->name, sizeof(spot->name), "%s", name.text);
	while (like < plot->count && strcmp(plot->spots[like].name, spot->name))
		like++;
	if (like < plot->count)
		spot->of = plot->spots[like].of;
	else
		plot->curves++;
	plot->count++;
	plot->intervals = plot->intervals || !isnan(run->low);
	plot->fewest = plot->count == 1 || spot->n < plot->fewest ? spot->n : plot->fewest;
	plot->most = spot->n > plot->most ? spot->n : plot->most;
	plot->widest = strlen(spot->name) > plot->widest ? strlen(spot->name) : plot->widest;
	if (run->inflight > 1)
		plot->axis = "workers x in flight";
	if (!isnan(run->factors.efficiency))
		plot->view = VIEW_FACTORS;
	else if (plot->view == VIEW_RATE && !isnan(figure_value(&run->figures, "latency_s.p50")))
		plot->view = VIEW_LATENCY;
}

/* Returns 0, -ENODATA or -ENOMEM. */
static int gather(struct plot *plot)
{
	const struct document *document = plot->document;

	plot->spots = calloc(document->run_count + 1, sizeof(*plot->spots));
	if (!plot->spots)
		return -ENOMEM;
	for (size_t i = 0; i < document->run_count; i++)
		if (is_drawn(&document->runs[i]))
			add_spot(plot, &document->runs[i]);
	qsort(plot->spots, plot->count, sizeof(*plot->spots), by_curve);
	for (size_t i = 0, length = 0; i < plot->count; i++) {
		length = i && plot->spots[i].of == plot->spots[i - 1].of ? length + 1 : 1;
		plot->longest = length > plot->longest ? (unsigned int)length : plot->longest;
	}
	plot->height = plot->view == VIEW_RATE
			       ? BELOW + 36 + CURVES_HEIGHT + 70
			       : PANELS_TOP + (plot->curves + 1) / 2 * PANEL_STEP - 24;
	return plot->count ? 0 : -ENODATA;
}

/* A text as gnuplot reads it: without escapes, and in one line. */
static void put_text(FILE *script, const char *text)
{
	fputc('\'', script);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', script);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, script);
	}
	fputc('\'', script);
}

/* A line of text that belongs to no frame. It is drawn with the next plot. */
static void put_label(const struct plot *plot, double top, const char *font, const char *colour,
		      const char *text)
{
	fputs("set label ", plot->script);
	put_text(plot->script, text);
	fprintf(plot->script, " at screen %.5f, screen %.5f left font 'sans-serif%s' tc rgb '%s'\n",
		24.0 / WIDTH, 1 - top / plot->height, font, colour);
}

static void put_frame(const struct plot *plot, double left, double top, double right, double height)
{
	fprintf(plot->script,
		"set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
		"set tmargin at screen %.5f\nset bmargin at screen %.5f\n",
		left / WIDTH, right / WIDTH, 1 - top / plot->height,
		1 - (top + height) / plot->height);
}

static void put_heads(const struct plot *plot)
{
	static const char *const views[] = {
		[VIEW_FACTORS] = "Efficiency, and what took the rest of it",
		[VIEW_LATENCY] = "Latency",
		[VIEW_RATE] = "Rate",
	};
	const struct document *document = plot->document;
	const struct cell *host = figure_find(&document->host, "hostname"),
			  *cpu = figure_find(&document->host, "cpu_model"),
			  *scaling = figure_find(&document->job, "scaling");
	bool weak = scaling && scaling->kind == CELL_TEXT && !strcmp(scaling->text, "weak");
	char text[512];

	snprintf(text, sizeof(text), "Speedup of %s%s", document->program,
		 weak      ? ", weak scaling: a job that grows with the workers"
		 : scaling ? ", strong scaling: the same job at every point"
			   : "");
	put_label(plot, 30, ",17", "#000000", text);
	snprintf(text, sizeof(text), "%.64s%s%.128s, %.10s%s",
		 host && host->kind == CELL_TEXT ? host->text : "",
		 cpu && cpu->kind == CELL_TEXT ? ", " : "",
		 cpu && cpu->kind == CELL_TEXT ? cpu->text : "", document->started,
		 plot->intervals ? "; bars: 95 % intervals" : "");
	put_label(plot, 54, ",12", "#555555", text);
	put_label(plot, BELOW, ",17", "#000000", views[plot->view]);
}

#define FRAME                                                                      \
	"set border 3 lc rgb '#888888'\nset tics out scale 0.5 tc rgb '#333333'\n" \
	"set xtics nomirror\nset ytics nomirror\n"

static void put_start(const struct plot *plot, enum plot_form form)
{
	if (form == PLOT_SVG)
		fprintf(plot->script,
			"set terminal svg size %d,%.0f fixed font 'sans-serif,12' "
			"background 'white' noenhanced\n",
			WIDTH, plot->height);
	else
		fprintf(plot->script,
			"set terminal pngcairo size %d,%.0f font 'sans-serif,12' fontscale 1.8 "
			"linewidth 2 pointscale 2 dashlength 2 background 'white' noenhanced\n",
			2 * WIDTH, 2 * plot->height);
	fputs("set encoding utf8\n"
	      "set multiplot\n" FRAME "set grid ytics lc rgb '#dddddd' lt 1\n"
	      "set errorbars 1.5\n"
	      "set datafile missing '?'\n",
	      plot->script);
	put_heads(plot);
}

/* The speedup that the median, or an end of its interval, amounts to. */
static double speedup_at(const struct run *run, double seconds)
{
	return run->speedup * run->median / seconds;
}

static double rate_at(const struct run *run, double seconds)
{
	return run->rate * run->median / seconds;
}

/* A figure of all curves against n. */
struct chart {
	const char *name, *axis;
	double (*at)(const struct run *run, double seconds);
	double scale; /* from its unit to the axis' */
	bool ideal;   /* it is n where nothing is lost */
};

static bool is_wide(const struct plot *plot)
{
	return plot->most > WIDE * plot->fewest;
}

/* What stands at the same n stands side by side, some pixels apart. */
static double beside(const struct plot *plot, const struct spot *spot)
{
	double place = spot->of - (plot->curves - 1) / 2.0, pixels = WIDTH - 2 * LEFT,
	       span = is_wide(plot) ? log2((double)plot->most / plot->fewest)
				    : plot->most - plot->fewest + 1,
	       step = place * fmin(8 * span / pixels, 0.3 / plot->curves);

	return is_wide(plot) ? spot->n * exp2(step) : spot->n + step;
}

/* Fills the data of one curve; least and most learn of what must be seen. */
static void put_curve(const struct plot *plot, const struct chart *chart, unsigned int curve,
		      double *least, double *most)
{
	fprintf(plot->script, "$%s%u << EOD\n", chart->name, curve);
	for (size_t i = 0; i < plot->count; i++) {
		const struct run *run = plot->spots[i].run;
		double value = chart->scale * chart->at(run, run->median),
		       low = chart->scale * chart->at(run, run->high),
		       high = chart->scale * chart->at(run, run->low);

		if (plot->spots[i].of != curve || !(value > 0 && isfinite(value)))
			continue;
		fprintf(plot->script, "%.8g %.8g", beside(plot, &plot->spots[i]), value);
		fprintf(plot->script, isnan(low) ? " ? ?\n" : " %.8g %.8g\n", low, high);
		*least = fmin(*least, fmin(value, low));
		*most = fmax(*most, fmax(value, high));
	}
	fputs("EOD\n", plot->script);
}

/* n, from the left to the right: what was measured, or some in equal steps. */
static void put_n_axis(const struct plot *plot)
{
	const char *between = "";

	fprintf(plot->script, "set xlabel '%s'\n", plot->axis);
	if (is_wide(plot)) {
		fprintf(plot->script,
			"set logscale x 2\nset format x '%%.0f'\nset xtics 2\n"
			"set xrange [%g:%g]\n",
			plot->fewest / 1.3, plot->most * 1.3);
		return;
	}
	fprintf(plot->script, "unset logscale x\nset xrange [%g:%g]\n", plot->fewest - 0.5,
		plot->most + 0.5);
	if (plot->most - plot->fewest > TICS) {
		fputs("set xtics autofreq\n", plot->script);
		return;
	}
	fputs("set xtics (", plot->script);
	for (size_t i = 0; i < plot->count; i++) {
		size_t j = 0;

		while (j < i && plot->spots[j].n != plot->spots[i].n)
			j++;
		if (j < i)
			continue;
		fprintf(plot->script, "%s%u", between, plot->spots[i].n);
		between = ", ";
	}
	fputs(")\n", plot->script);
}

static void put_value_axis(const struct plot *plot, const struct chart *chart, double least,
			   double most)
{
	fprintf(plot->script, "set ylabel '%s' offset -0.5,0\nset format y '%%g'\n", chart->axis);
	if (chart->ideal && is_wide(plot))
		fprintf(plot->script, "set logscale y 2\nset ytics 2\nset yrange [%g:%g]\n",
			least / 1.2, most * 1.2);
	else
		fprintf(plot->script, "unset logscale y\nset ytics autofreq\nset yrange [0:%g]\n",
			most * 1.06);
}

static void put_chart(const struct plot *plot, const struct chart *chart, double top)
{
	double least = INFINITY, most = 0, letters = fmin((double)plot->widest, 36);

	for (unsigned int c = 0; c < plot->curves; c++)
		put_curve(plot, chart, c, &least, &most);
	if (chart->ideal) {
		fprintf(plot->script, "$ideal << EOD\n%u %u\n%u %u\nEOD\n", plot->fewest,
			plot->fewest, plot->most, plot->most);
		least = fmin(least, plot->fewest);
		most = fmax(most, plot->most);
	}
	put_frame(plot, LEFT, top, RIGHT - 70 - 7 * fmax(letters, 8), CURVES_HEIGHT);
	put_n_axis(plot);
	put_value_axis(plot, chart, least, most);
	fputs("set key outside right top Left reverse samplen 3.5 spacing 1.4\nplot ",
	      plot->script);
	if (chart->ideal)
		fputs("$ideal using 1:2 with lines lc rgb '#999999' lw 1.5 dt (3,3) title "
		      "'ideal', ",
		      plot->script);
	for (size_t i = 0; i < plot->count; i++) {
		const struct spot *spot = &plot->spots[i];
		const struct pen *pen = pen_of(spot->of);

		if (i && spot->of == spot[-1].of)
			continue;
		fprintf(plot->script,
			"%s$%s%u using 1:2:3:4 with yerrorbars lc rgb '%s' lw 1.5 pt 0 notitle, "
			"$%s%u using 1:2 with linespoints lc rgb '%s' lw 2 dt %s pt %d ps 0.9 "
			"title ",
			i ? ", " : "", chart->name, spot->of, pen->colour, chart->name, spot->of,
			pen->colour, pen->dash, pen->mark);
		put_text(plot->script, spot->name);
	}
	fputs("\nunset label\n", plot->script);
}

/* The frame of one curve's own panel, two in a row. */
static void put_panel(const struct plot *plot, unsigned int curve, const char *name,
		      const char *axis)
{
	double half = (RIGHT - LEFT - GUTTER) / 2.0, left = curve % 2 ? LEFT + half + GUTTER : LEFT,
	       top = PANELS_TOP + curve / 2 * PANEL_STEP;

	put_frame(plot, left, top, plot->curves == 1 ? RIGHT : left + half, PANEL_HEIGHT);
	fputs("set title ", plot->script);
	put_text(plot->script, name);
	fprintf(plot->script,
		" font 'sans-serif,13' offset 0,-0.4\nset ylabel '%s' offset -0.5,0\n",
		curve % 2 ? "" : axis);
}

/* How gnuplot draws one of the things that all panels show, and what it is. */
struct part {
	const char *style, *title;
};

/* One legend for all panels: a plot with nothing else in it, as wide as the picture. */
static void put_legend(const struct plot *plot, const char *with, const struct part *parts,
		       size_t count)
{
	put_frame(plot, LEFT - 24, BELOW + 12, WIDTH, 24);
	fputs("unset border\nunset tics\nunset xlabel\nunset ylabel\nunset logscale\n"
	      "set xrange [0:1]\nset yrange [0:1]\n"
	      "set key inside left top horizontal Left reverse samplen 2 width -2.5\nplot ",
	      plot->script);
	for (size_t i = 0; i < count; i++)
		fprintf(plot->script, "%sNaN with %s %s title '%s'", i ? ", " : "", with,
			parts[i].style, parts[i].title);
	fputs("\nunset key\n" FRAME, plot->script);
}

/*
 * What each factor took of full efficiency: shares of 1 - E in proportion to the logarithms, for
 * the factors multiply. One above 1 took nothing.
 */
static void take_apart(double losses[4], const struct run *run)
{
	const double factors[] = { run->factors.clock, run->factors.balance, run->factors.overhead,
				   run->factors.rest };
	double lost = fmax(1 - run->efficiency, 0), sum = 0;

	for (int i = 0; i < 4; i++) {
		losses[i] = factors[i] > 0 ? fmax(-log(factors[i]), 0) : 0;
		sum += losses[i];
	}
	for (int i = 0; i < 4; i++)
		losses[i] = sum > 0 ? losses[i] / sum * lost : i == 3 ? lost : 0;
}

/* The bars of one curve: their height, what they are made of, and what is said below and above. */
static size_t put_bars(const struct plot *plot, unsigned int curve)
{
	size_t count = 0, step = 1 + (plot->longest - 1) / LABELS;

	fprintf(plot->script, "$bars%u << EOD\n", curve);
	for (size_t i = 0; i < plot->count; i++) {
		const struct run *run = plot->spots[i].run;
		double losses[4];

		if (plot->spots[i].of != curve || isnan(run->efficiency))
			continue;
		take_apart(losses, run);
		fprintf(plot->script, "%.5g %.5g %.5g %.5g %.5g %.5g", fmax(run->efficiency, 1),
			run->efficiency, losses[0], losses[1], losses[2], losses[3]);
		if (count++ % step)
			fputs(" \"\" \"\"\n", plot->script);
		else
			fprintf(plot->script, " \"%u\" \"%.2f\"\n", plot->spots[i].n,
				run->efficiency);
	}
	fputs("EOD\n", plot->script);
	return count;
}

static const struct part stack[] = {
	{ "lc rgb '#0072B2' fs solid 1 border lc rgb '#0072B2'", "efficiency" },
	{ "lc rgb '#E69F00' fs pattern 2 border lc rgb '#E69F00'", "lost to clock" },
	{ "lc rgb '#009E73' fs pattern 4 border lc rgb '#009E73'", "lost to balance" },
	{ "lc rgb '#D55E00' fs pattern 5 border lc rgb '#D55E00'", "lost to overhead" },
	{ "lc rgb '#666666' fs pattern 1 border lc rgb '#666666'", "lost to the rest" },
};
enum { STACK = sizeof(stack) / sizeof(stack[0]) };

static void put_stack(const struct plot *plot, unsigned int curve)
{
	size_t count = put_bars(plot, curve);
	double room = fmax((double)count, plot->curves == 1 ? 12 : 6);

	fprintf(plot->script,
		"set xrange [%g:%g]\nplot 1 with lines lc rgb '#999999' dt (3,3) notitle, ",
		((double)count - 1 - room) / 2, ((double)count - 1 + room) / 2);
	for (size_t i = 0; i < STACK; i++)
		fprintf(plot->script, "$bars%u using %zu:xtic(7) with histograms %s notitle, ",
			curve, i + 2, stack[i].style);
	fprintf(plot->script,
		"$bars%u using 0:1:8 with labels %s font 'sans-serif,10' tc "
		"rgb '#333333' notitle\n",
		curve,
		plot->longest > CROWDED ? "rotate left offset 0,0.6" : "center offset 0,0.6");
}

/* Puts the panels of all curves. */
static void put_panels(const struct plot *plot, const char *axis,
		       void (*fill)(const struct plot *plot, unsigned int curve))
{
	for (size_t i = 0; i < plot->count; i++) {
		const struct spot *spot = &plot->spots[i];

		if (i && spot->of == spot[-1].of)
			continue;
		put_panel(plot, spot->of, spot->name, axis);
		fill(plot, spot->of);
	}
}

static void put_stacks(const struct plot *plot)
{
	double most = 1;

	put_legend(plot, "boxes", stack, STACK);
	for (size_t i = 0; i < plot->count; i++)
		most = fmax(most, plot->spots[i].run->efficiency);
	fprintf(plot->script,
		"set style histogram rowstacked\nset boxwidth 0.7\n"
		"set xlabel '%s'\nset xtics autofreq scale 0\nset format y '%%.2f'\n"
		"set ytics 0, 0.25, %g\nset yrange [0:%g]\n",
		plot->axis, floor(4 * most) / 4, most * (plot->longest > CROWDED ? 1.25 : 1.15));
	put_panels(plot, "efficiency", put_stack);
}

static const char *const latencies[] = { "latency_s.p50", "latency_s.p95", "latency_s.p99" };
static const struct part quantiles[] = {
	{ "lc rgb '#0072B2' lw 2 dt solid pt 7 ps 0.8", "p50: 1 in 2 took longer" },
	{ "lc rgb '#D55E00' lw 2 dt (12,4) pt 9 ps 0.8", "p95: 1 in 20 took longer" },
	{ "lc rgb '#000000' lw 2 dt (4,3) pt 4 ps 0.8", "p99: 1 in 100 took longer" },
};
enum { QUANTILES = sizeof(quantiles) / sizeof(quantiles[0]) };

static double latency_ms(const struct spot *spot, size_t quantile)
{
	return 1e3 * figure_value(&spot->run->figures, latencies[quantile]);
}

static void put_latency(const struct plot *plot, unsigned int curve)
{
	fprintf(plot->script, "$latency%u << EOD\n", curve);
	for (size_t i = 0; i < plot->count; i++) {
		if (plot->spots[i].of != curve)
			continue;
		fprintf(plot->script, "%u", plot->spots[i].n);
		for (size_t q = 0; q < QUANTILES; q++) {
			double value = latency_ms(&plot->spots[i], q);

			fprintf(plot->script, value > 0 ? " %.6g" : " ?", value);
		}
		fputc('\n', plot->script);
	}
	fputs("EOD\nplot ", plot->script);
	for (size_t q = 0; q < QUANTILES; q++)
		fprintf(plot->script, "%s$latency%u using 1:%zu with linespoints %s", q ? ", " : "",
			curve, q + 2, quantiles[q].style);
	fputc('\n', plot->script);
}

static void put_latencies(const struct plot *plot)
{
	double least = INFINITY, most = 0;

	put_legend(plot, "linespoints", quantiles, QUANTILES);
	for (size_t i = 0; i < plot->count; i++)
		for (size_t q = 0; q < QUANTILES; q++) {
			double value = latency_ms(&plot->spots[i], q);

			least = value > 0 ? fmin(least, value) : least;
			most = fmax(most, value);
		}
	put_n_axis(plot);
	fprintf(plot->script,
		"set format y '%%g'\nset logscale y 10\nset ytics autofreq\n"
		"set yrange [%g:%g]\n",
		least / 1.5, most * 1.5);
	put_panels(plot, "latency [ms]", put_latency);
}

/* In the unit that the highest rate is read in. */
static void put_rates(const struct plot *plot)
{
	static const char *const prefixes[] = { "", "k", "M", "G", "T" };
	char axis[64];
	struct chart rate = { .name = "rate", .axis = axis, .at = rate_at, .scale = 1 };
	double most = 0;
	int prefix = 0;

	for (size_t i = 0; i < plot->count; i++)
		most = fmax(most, plot->spots[i].run->rate);
	for (; most * rate.scale >= 1000 && prefix < 4; prefix++)
		rate.scale /= 1000;
	snprintf(axis, sizeof(axis), "%s%s", prefixes[prefix], plot->spots[0].run->rate_unit);
	put_chart(plot, &rate, BELOW + 36);
}

static void put_script(const struct plot *plot, enum plot_form form)
{
	const struct chart speedup = {
		.name = "speedup",
		.axis = "speedup over serial",
		.at = speedup_at,
		.scale = 1,
		.ideal = true,
	};

	put_start(plot, form);
	put_chart(plot, &speedup, CURVES_TOP);
	if (plot->view == VIEW_FACTORS)
		put_stacks(plot);
	else if (plot->view == VIEW_LATENCY)
		put_latencies(plot);
	else
		put_rates(plot);
	fputs("unset multiplot\n", plot->script);
}

/* Runs gnuplot with that script. Returns as plot_draw() does. */
static int run_gnuplot(struct output *picture, int script)
{
	char *const words[] = { (char *)"gnuplot", (char *)"--default-settings", NULL };
	struct output messages;
	int ret = capture_program(words, NULL, script, 0, picture, &messages);

	if (ret < 0 && ret != -ENOENT)
		say_fail(-ret, "gnuplot cannot be run: %s", strerror(-ret));
	if (ret > 0 || (!ret && !picture->length))
		ret = say_fail(EIO, "gnuplot drew nothing, and ended with code %d: %s", ret,
			       messages.text ? messages.text : "it said nothing");
	free(messages.text);
	return ret;
}

/* The script of a plot, open at its begin. Returns its descriptor, or -errno. */
static int open_script(struct plot *plot, enum plot_form form)
{
	int script = memfd_create("script", MFD_CLOEXEC), error;

	if (script < 0)
		return -errno;
	plot->script = fdopen(dup(script), "w");
	if (plot->script) {
		put_script(plot, form);
		if (!fclose(plot->script) && !lseek(script, 0, SEEK_SET))
			return script;
	}
	error = errno;
	close(script);
	return -error;
}

int plot_draw(struct output *picture, const struct document *document, enum plot_form form)
{
	struct plot plot = { .document = document, .view = VIEW_RATE, .axis = "workers" };
	int ret = gather(&plot), script;

	*picture = (struct output){ 0 };
	if (ret == -ENODATA)
		goto out;
	script = ret ? ret : open_script(&plot, form);
	if (script < 0) {
		ret = say_fail(-script, "gnuplot has no script: %s", strerror(-script));
		goto out;
	}
	ret = run_gnuplot(picture, script);
	close(script);
out:
	free(plot.spots);
	return ret;
}

static int write_picture(FILE *file, const struct document *document, enum plot_form form)
{
	struct output picture;
	int ret = plot_draw(&picture, document, form);

	if (ret == -ENOENT)
		ret = say_fail(ENOTSUP, "%s", PLOT_NEEDS);
	else if (ret == -ENODATA)
		ret = say_fail(ENODATA,
			       "there is nothing to plot: no speedup over serial was measured");
	else if (!ret)
		fwrite(picture.text, 1, picture.length, file);
	free(picture.text);
	return ret;
}

static int write_svg(FILE *file, const struct document *document)
{
	return write_picture(file, document, PLOT_SVG);
}

static int write_png(FILE *file, const struct document *document)
{
	return write_picture(file, document, PLOT_PNG);
}

const struct format format_svg = { .option = "plot", .write = write_svg };
const struct format format_png = { .option = "plot", .write = write_png };
