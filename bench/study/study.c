/* From the rows of a scaling study to what can be said of them. */
#define _GNU_SOURCE
#include "study.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/stats/stats.h"

/* A rate so near to the best is as good. */
#define NEAR_BEST 0.05

/* Parameters that one series can have findings of. */
enum { FINDINGS_MAX = 8 };

static const struct contender *row_at(const struct study *study, const struct series *series,
				      size_t i)
{
	return &study->contest.rows[series->first + i];
}

static struct point point_of(const struct contender *row)
{
	const struct run *run = contender_run(row);

	return (struct point){ .n = row->concurrency,
			       .items = row->rounds[0].items,
			       .samples = run->samples,
			       .count = run->sample_count };
}

static bool is_measured(const struct contender *row)
{
	return !row->out && row->count && row->rounds[0].items > 0 && contender_run(row)->verified;
}

/*
 * The points of a series up to a concurrency; the baseline is that of one worker where the series
 * has none. malloc'd, NULL if there is no memory.
 */
static struct point *points_of(const struct study *study, const struct series *series,
			       unsigned int most, size_t *count)
{
	struct point *points = calloc(series->count + 1, sizeof(*points));
	bool one = false;

	*count = 0;
	for (size_t i = 0; points && i < series->count; i++) {
		const struct contender *row = row_at(study, series, i);

		if (!is_measured(row) || row->concurrency > most)
			continue;
		one = one || row->concurrency == 1;
		points[(*count)++] = point_of(row);
	}
	if (points && !one && is_measured(&study->contest.rows[0]))
		points[(*count)++] = point_of(&study->contest.rows[0]);
	return points;
}

static void add_finding(struct study *study, const struct series *series, const char *law,
			const char *parameter, int ret, struct estimate estimate, size_t needs)
{
	struct finding *finding = &study->findings[study->finding_count++];

	*finding =
		(struct finding){ .series = series,
				  .law = law,
				  .parameter = parameter,
				  .estimate = ret ? (struct estimate){ NAN, NAN, NAN } : estimate };
	if (ret)
		snprintf(finding->missing, sizeof(finding->missing), "needs %zu points, has %zu",
			 needs, series->fitted);
}

/* Returns 0, or -ENOMEM. */
static int fit_laws(struct study *study, struct series *series)
{
	struct serial_law serial = { 0 };
	struct usl usl = { 0 };
	struct point *points =
		points_of(study, series, study->cores ? study->cores : UINT32_MAX, &series->fitted);
	int fit, ret = 0;

	if (!points)
		return -ENOMEM;
	fit = (study->weak ? gustafson_fit : amdahl_fit)(&serial, points, series->fitted);
	ret = fit == -ENOMEM ? fit : ret;
	add_finding(study, series, study->weak ? "Gustafson" : "Amdahl", "serial fraction", fit,
		    serial.serial, 3);
	fit = usl_fit(&usl, points, series->fitted);
	ret = fit == -ENOMEM ? fit : ret;
	add_finding(study, series, "USL", "contention", fit, usl.contention, 4);
	if (!fit) {
		add_finding(study, series, "USL", "coherency", fit, usl.coherency, 4);
		add_finding(study, series, "USL", "peak at", fit, usl.peak, 4);
	}
	free(points);
	return ret;
}

/* Every point has a serial fraction of its own. */
static int fit_points(struct study *study, struct series *series)
{
	size_t count, at = 0;
	struct point *points = points_of(study, series, UINT32_MAX, &count);
	struct estimate *serial = calloc(count + 1, sizeof(*serial));
	int ret = points && serial ? karp_flatt(serial, points, count) : -ENOMEM;

	for (size_t i = 0; !ret && i < series->count; i++) {
		const struct contender *row = row_at(study, series, i);

		if (is_measured(row))
			contender_run(row)->karp_flatt = serial[at++];
	}
	free(points);
	free(serial);
	return ret == -EDOM ? 0 : ret;
}

static int find_knee(struct study *study, struct series *series)
{
	const struct contender *base = &study->contest.rows[0];
	size_t count;
	struct point *points = points_of(study, series, UINT32_MAX, &count);

	if (!points)
		return -ENOMEM;
	series->break_even = NAN;
	series->knee = knee_find(points, count, NEAR_BEST);
	for (size_t i = 0; i < series->count; i++) {
		const struct contender *row = row_at(study, series, i);
		const struct run *run = contender_run(row);

		if (!is_measured(row))
			continue;
		if (!series->best || run->rate > series->best->rate)
			series->best = run;
		if (row->concurrency == series->knee.value)
			series->at_knee = run;
	}
	if (series->best && is_measured(base))
		series->break_even =
			break_even(series->best->startup, series->best->rate,
				   contender_run(base)->startup, contender_run(base)->rate);
	free(points);
	return 0;
}

/* Of a row whose workers have a core each: their rates, each over the middle one of its round. */
static size_t core_rates(struct core_rate *rates, const struct run *run)
{
	size_t workers = run->per_worker_count, count = 0;

	for (size_t i = 0; i < run->sample_count; i++) {
		const double *of_round = &run->worker_rates[i * workers];
		double middle = median_of(of_round, workers);

		for (size_t w = 0; w < workers; w++)
			if (run->per_worker[w].at.core >= 0 && run->per_worker[w].bound[0] &&
			    of_round[w] / middle > 0)
				rates[count++] = (struct core_rate){
					.core = (unsigned int)run->per_worker[w].at.core,
					.kind = run->per_worker[w].at.kind,
					.rate = of_round[w] / middle,
				};
	}
	return count;
}

static int find_slow_cores(struct study *study)
{
	const struct contest *contest = &study->contest;
	struct core_rate *rates;
	size_t room = 1, count = 0;

	for (size_t i = 0; i < contest->count; i++)
		room += contender_run(&contest->rows[i])->per_worker_count * contest->rows[i].count;
	rates = calloc(room, sizeof(*rates));
	study->slow = calloc(room, sizeof(*study->slow));
	for (size_t i = 0; rates && i < contest->count; i++) {
		const struct contender *row = &contest->rows[i];

		if (is_measured(row) && row->concurrency > 1 && row->concurrency <= study->cores)
			count += core_rates(rates + count, contender_run(row));
	}
	study->slow_count = rates && study->slow ? slow_cores(study->slow, rates, count) : -ENOMEM;
	free(rates);
	return study->slow_count < 0 ? study->slow_count : 0;
}

/* Where the efficiency went: of what is bound by the cores. */
static void take_apart(struct study *study)
{
	const struct contest *contest = &study->contest;
	const struct contender *base = &contest->rows[0];

	for (size_t i = 0; i < contest->count; i++) {
		const struct contender *row = &contest->rows[i];

		if (is_measured(row) && is_measured(base))
			contender_run(row)->factors =
				factors_of(row->rounds, row->count, base->rounds, base->count);
	}
}

int study_conclude(struct study *study)
{
	int ret = 0;

	study->findings = calloc(study->series_count * FINDINGS_MAX, sizeof(*study->findings));
	if (!study->findings)
		return -ENOMEM;
	if (study->cores)
		take_apart(study);
	for (size_t i = 0; !ret && i < study->series_count; i++) {
		ret = fit_laws(study, &study->series[i]);
		if (!ret && study->cores)
			ret = fit_points(study, &study->series[i]);
		if (!ret)
			ret = find_knee(study, &study->series[i]);
	}
	return ret || !study->cores ? ret : find_slow_cores(study);
}

void study_free(struct study *study)
{
	contest_close(&study->contest);
	free(study->series);
	free(study->findings);
	free(study->slow);
}

static const struct column law_columns[] = {
	{ "strategy", "strategy" },   { "law", "law" },
	{ "parameter", "parameter" }, { "value", "value" },
	{ "ci95", "95 % interval" },  { "missing", "why not" },
};

static void law_row(const void *context, size_t number, struct cell *cells)
{
	const struct finding *finding = &((const struct study *)context)->findings[number];
	const struct estimate *estimate = &finding->estimate;

	cell_text(&cells[0], finding->series->name);
	cell_text(&cells[1], finding->law);
	cell_text(&cells[2], finding->parameter);
	cell_number(&cells[3], CELL_NUMBER, estimate->value);
	cell_range(&cells[4], CELL_RANGE, estimate->value, estimate->low, estimate->high);
	cell_text(&cells[5], *finding->missing ? finding->missing : NULL);
}

static const struct column knee_columns[] = {
	{ "strategy", "strategy" }, { "knee", "knee" },      { "knee_ci95", "95 % interval" },
	{ "best_at", "best at" },   { "best_rate", "rate" }, { "break_even_items", "break-even" },
	{ NULL, "of one worker" },
};

static void knee_row(const void *context, size_t number, struct cell *cells)
{
	const struct study *study = context;
	const struct series *series = &study->series[number];
	double alone = contender_run(&study->contest.rows[0])->rate;

	cell_text(&cells[0], series->name);
	cell_number(&cells[1], CELL_COUNT, series->knee.value);
	cell_range(&cells[2], CELL_RANGE, series->knee.value, series->knee.low, series->knee.high);
	if (series->best) {
		cell_number(&cells[3], CELL_COUNT,
			    study->cores ? series->best->workers
					 : series->best->workers * series->best->inflight);
		cell_number(&cells[4], CELL_RATE, series->best->rate);
		cells[4].text = series->best->rate_unit;
	}
	cell_number(&cells[5], CELL_AMOUNT, series->break_even);
	if (isfinite(series->break_even) && series->break_even >= 1)
		cell_number(&cells[6], CELL_SECONDS, series->break_even / alone);
}

static const struct column slow_columns[] = {
	{ "core", "slow core" },
	{ "kind", "kind" },
	{ "of_kind", "of its kind" },
};

static void slow_row(const void *context, size_t number, struct cell *cells)
{
	const struct slow_core *slow = &((const struct study *)context)->slow[number];

	cell_number(&cells[0], CELL_COUNT, slow->core);
	if (slow->kind >= 0)
		cell_number(&cells[1], CELL_COUNT, slow->kind);
	cell_number(&cells[2], CELL_SHARE, slow->rate / slow->of_kind);
}

/* The factor that took most of the efficiency. */
static const char *worst_factor(const struct factors *factors, double *least)
{
	const struct {
		const char *name;
		double value;
	} all[] = { { "lower clocks", factors->clock },
		    { "imbalance", factors->balance },
		    { "overhead", factors->overhead },
		    { "what the workers share (the rest)", factors->rest } };
	const char *worst = NULL;

	*least = INFINITY;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].value < *least) {
			*least = all[i].value;
			worst = all[i].name;
		}
	return worst;
}

/* Loss of efficiency that is not worth a word. */
#define LITTLE 0.03

static void advise_shape(FILE *file, const struct study *study, const struct series *series)
{
	const struct run *knee = series->at_knee;
	const char *unit = study->cores ? "worker" : "in flight";
	char rate[CELL_SHOWN];
	const struct cell cell = { .kind = CELL_RATE,
				   .number = knee->rate,
				   .text = knee->rate_unit };

	fprintf(file, "Take %s with %.0f %s%s: %s", series->name, series->knee.value, unit,
		study->cores && series->knee.value > 1 ? "s" : "", cell_show(&cell, rate));
	if (!isnan(knee->speedup))
		fprintf(file, ", %.2f times serial", knee->speedup);
	if (series->best == knee)
		fputs(", the best of all.", file);
	else
		fprintf(file, ", within %.0f %% of the best.", 100 * NEAR_BEST);
}

/* Where there may be more to gain, and where it is lost. */
static void advise_limit(FILE *file, const struct study *study, const struct series *series)
{
	const struct contender *last = row_at(study, series, 0);
	const struct run *run = series->at_knee;
	double least;

	for (size_t i = 1; i < series->count; i++)
		if (row_at(study, series, i)->concurrency > last->concurrency)
			last = row_at(study, series, i);
	if (run == contender_run(last) && (!study->cores || last->concurrency < study->cores))
		fputs("\nThe rate still rises there: -c goes further.", file);
	if (!study->cores || !(run->efficiency < 1 - LITTLE))
		return;
	fprintf(file, "\nOf the %.0f %% of efficiency that are lost there, most went to %s.",
		100 * (1 - run->efficiency), worst_factor(&run->factors, &least));
}

static void advise_size(FILE *file, const struct study *study, const struct series *series)
{
	const struct run *base = contender_run(&study->contest.rows[0]);
	const struct cell size = { .kind = CELL_AMOUNT, .number = series->break_even };
	char alone[CELL_SHOWN], amount[CELL_SHOWN];

	if (isinf(series->break_even)) {
		fprintf(file, "\nStart-up included, it beats serial at no size of the job.");
		return;
	}
	/* From the first item on, that is. */
	if (isnan(series->break_even) || series->break_even < 1)
		return;
	show_seconds(alone, series->break_even / base->rate);
	fprintf(file, "\nStart-up included, it beats serial above %s%.*ss, %s of one worker.",
		cell_show(&size, amount), (int)strcspn(base->rate_unit, "/"), base->rate_unit,
		alone);
}

/* What the program itself has to say of it. */
static void advise_more(FILE *file, const struct study *study, const struct series *series)
{
	const struct program *program = study->contest.command->program;
	char *remark = program->remark ? program->remark(series->at_knee) : NULL;

	if (remark)
		fprintf(file, "\n%s", remark);
	free(remark);
}

/* Whatever needs no team is to be preferred to what is hardly better. Returns whether that is so.
 */
static bool advise_serial(FILE *file, const struct study *study, const struct series *best)
{
	const struct contender *base = &study->contest.rows[0];
	const struct run *run = contender_run(base);
	const struct cell cell = { .kind = CELL_RATE, .number = run->rate, .text = run->rate_unit };
	char rate[CELL_SHOWN];

	if (!is_measured(base) || (best && best->best->rate * (1 - NEAR_BEST) > run->rate))
		return false;
	fprintf(file, "Take serial: %s, and nothing here is more than %.0f %% faster.",
		cell_show(&cell, rate), 100 * NEAR_BEST);
	return true;
}

static const struct series *best_series(const struct study *study)
{
	const struct series *best = NULL;

	for (size_t i = 0; i < study->series_count; i++) {
		const struct series *series = &study->series[i];

		if (series->best && (!best || series->best->rate > best->best->rate))
			best = series;
	}
	return best;
}

static char *advise(const struct study *study)
{
	const struct series *best = best_series(study);
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return NULL;
	if (!advise_serial(file, study, best) && best) {
		advise_shape(file, study, best);
		advise_limit(file, study, best);
		advise_size(file, study, best);
		advise_more(file, study, best);
	}
	for (int i = 0; i < study->slow_count; i++)
		fprintf(file, "%sCore %u is slow: %.0f %% below the cores of its kind.",
			ftell(file) ? "\n" : "", study->slow[i].core,
			100 * (1 - study->slow[i].rate / study->slow[i].of_kind));
	if (!fclose(file) && *text)
		return text;
	free(text);
	return NULL;
}

static void add_table(struct document *document, struct table table)
{
	document->tables[document->table_count++] = table;
}

void study_tell(const struct study *study, struct document *document)
{
	if (study->cores)
		add_table(document, factors_table(document));
	else
		add_table(document, figures_table(document));
	add_table(document, (struct table){ .group = "models",
					    .key = "laws",
					    COLUMNS(law_columns),
					    .row_count = study->finding_count,
					    .row = law_row,
					    .context = study });
	add_table(document, (struct table){ .group = "models",
					    .key = "knees",
					    COLUMNS(knee_columns),
					    .row_count = study->series_count,
					    .row = knee_row,
					    .context = study });
	add_table(document, (struct table){ .group = "models",
					    .key = "slow_cores",
					    COLUMNS(slow_columns),
					    .row_count = (size_t)study->slow_count,
					    .row = slow_row,
					    .context = study });
	document->advice = advise(study);
}
