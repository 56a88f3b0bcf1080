/* Two results, row by row: ratio, interval, and whether it can be chance. */
#define _GNU_SOURCE
#include "regression.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/stats/stats.h"
#include "bench/base/say.h"

/* Ranks that differ as much as this by chance are called different once in twenty times. */
#define SIGNIFICANT 0.05

/* A row that both documents have. */
struct pair {
	const struct run *before, *after;
	struct estimate ratio; /* of the seconds an item takes, after over before */
	double p;
	const char *verdict;
};

struct comparison {
	const struct command *command;
	struct document before, after, document;
	struct pair *pairs;
	size_t count, unmatched, gone, failed; /* failed: in the second, and not in the first */
};

static bool ends_in_json(const char *name)
{
	size_t length = strlen(name);

	return length > 5 && !strcmp(name + length - 5, ".json");
}

bool is_file_comparison(const struct command *command)
{
	char **names = command->operands;

	return names[0] && names[1] && !names[2] && ends_in_json(names[0]) &&
	       ends_in_json(names[1]) && !strstr(names[0], "://") && !strstr(names[1], "://");
}

/* What nothing can be concluded from is refused, whoever wrote it. */
static int check_document(const struct document *document, const char *name)
{
	if (!*document->program)
		return say_fail(EINVAL, "%s does not say which program it is of", name);
	for (size_t i = 0; i < document->run_count; i++) {
		const struct run *run = &document->runs[i];

		if (!*run->strategy || !run->ranks || !run->workers || !run->inflight)
			return say_fail(EINVAL,
					"row %zu of %s lacks its strategy, or numbers of workers",
					i, name);
		if (run->sample_count && !isfinite(run->rate * run->median))
			return say_fail(EINVAL,
					"row %zu of %s has samples, but no rate or no median", i,
					name);
		for (size_t s = 0; s < run->sample_count; s++)
			if (!(run->samples[s] > 0))
				return say_fail(
					EINVAL,
					"sample %zu of row %zu of %s is no time: it must be "
					"a number above 0",
					s, i, name);
	}
	return 0;
}

static int read_document(struct document *document, const char *name)
{
	FILE *file = fopen(name, "re");
	char *text = NULL;
	size_t room = 0;
	ssize_t length;
	int ret;

	if (!file)
		return say_fail(EINVAL, "%s cannot be read: %s", name, strerror(errno));
	length = getdelim(&text, &room, '\0', file);
	if (ferror(file) || (length < 0 && !feof(file)))
		ret = say_fail(EINVAL, "%s cannot be read: %s", name, strerror(errno));
	else
		ret = json_read(document, length > 0 ? text : "", length > 0 ? (size_t)length : 0,
				name);
	if (!ret)
		ret = check_document(document, name);
	free(text);
	fclose(file);
	return ret;
}

/* Whether a figure is not the same in both; why says how. */
static bool differs(const char *key, const struct figures *one, const struct figures *other,
		    char why[256])
{
	const struct cell *a = figure_find(one, key), *b = figure_find(other, key);
	char room[2][CELL_SHOWN];
	const char *was = a ? cell_show(a, room[0]) : "unknown",
		   *is = b ? cell_show(b, room[1]) : "unknown";

	snprintf(why, 256, "%s was %.80s and is %.80s", key, was, is);
	return strcmp(was, is) != 0;
}

static bool job_differs(const struct figures *one, const struct figures *other, char why[256])
{
	for (size_t i = 0; i < one->count; i++)
		if (differs(one->list[i].key, one, other, why))
			return true;
	/* What the first does not know of. */
	for (size_t i = 0; i < other->count; i++)
		if (differs(other->list[i].key, one, other, why))
			return true;
	return false;
}

static bool host_differs(const struct figures *one, const struct figures *other, char why[256])
{
	static const char *const keys[] = { "hostname", "cpu_model", "cores", "allowed_pus" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (differs(keys[i], one, other, why))
			return true;
	return false;
}

/* Results of different things are compared only if that is wanted. */
static int check_same(const struct comparison *comparison)
{
	const struct document *before = &comparison->before, *after = &comparison->after;
	const char *what = NULL;
	char why[256];

	if (strcmp(before->program, after->program))
		return say_fail(EINVAL, "results of %s and of %s cannot be compared",
				before->program, after->program);
	if (comparison->command->options.study.force)
		return 0;
	if (job_differs(&before->job, &after->job, why))
		what = "job";
	else if (host_differs(&before->host, &after->host, why))
		what = "host";
	return what ? say_fail(EINVAL, "not the same %s: %s; --force compares all the same", what,
			       why)
		    : 0;
}

static bool is_match(const struct run *one, const struct run *other)
{
	return !strcmp(one->strategy, other->strategy) && one->ranks == other->ranks &&
	       one->workers == other->workers && one->inflight == other->inflight &&
	       !strcmp(one->schedule, other->schedule) && !strcmp(one->places, other->places) &&
	       !strcmp(one->bind, other->bind);
}

static double items_of(const struct run *run)
{
	return run->rate * run->median;
}

/* The samples over a number, of items say: the jobs may differ. malloc'd, NULL if there is no
 * memory. */
static double *samples_over(const struct run *run, double items)
{
	double *samples = malloc(run->sample_count * sizeof(*samples));

	for (size_t i = 0; samples && i < run->sample_count; i++)
		samples[i] = run->samples[i] / items;
	return samples;
}

static const char *judge(const struct pair *pair, double tolerance)
{
	bool slower = pair->ratio.value > 1 + tolerance,
	     faster = pair->ratio.value < 1 / (1 + tolerance);

	if (!slower && !faster)
		return "same";
	if (!(pair->p < SIGNIFICANT))
		return "unclear";
	return slower ? "slower" : "faster";
}

static int add_pair(struct comparison *comparison, const struct run *before,
		    const struct run *after)
{
	bool items = items_of(before) > 0 && items_of(after) > 0;
	double *a = samples_over(after, items ? items_of(after) : 1),
	       *b = samples_over(before, items ? items_of(before) : 1);
	struct pair *pair = &comparison->pairs[comparison->count];
	int ret = a && b ? 0 : -ENOMEM;

	if (!ret) {
		*pair = (struct pair){
			.before = before,
			.after = after,
			.ratio = ratio_of_medians(a, after->sample_count, b, before->sample_count),
			.p = mann_whitney(a, after->sample_count, b, before->sample_count),
		};
		pair->verdict = judge(pair, comparison->command->options.study.tolerance);
		comparison->count++;
	}
	free(a);
	free(b);
	return ret;
}

/* The first row that is like another; NULL if there is none. */
static const struct run *find_like(const struct document *document, const struct run *run)
{
	for (size_t i = 0; i < document->run_count; i++)
		if (is_match(&document->runs[i], run))
			return &document->runs[i];
	return NULL;
}

/* What failed is no measurement of the job, however soon it did. */
static bool is_measured(const struct run *run)
{
	return run && run->sample_count && run->verified;
}

static int match(struct comparison *comparison)
{
	const struct document *before = &comparison->before, *after = &comparison->after;
	int ret = 0;

	comparison->pairs = calloc(after->run_count + 1, sizeof(*comparison->pairs));
	if (!comparison->pairs)
		return -ENOMEM;
	for (size_t i = 0; !ret && i < after->run_count; i++) {
		const struct run *run = &after->runs[i], *like = find_like(before, run);

		if (is_measured(like) && is_measured(run))
			ret = add_pair(comparison, like, run);
		else if (is_measured(like) && run->sample_count)
			comparison->failed++;
		else
			comparison->unmatched++;
	}
	for (size_t i = 0; i < before->run_count; i++)
		comparison->gone += !find_like(after, &before->runs[i]);
	if (!ret && !comparison->count && comparison->failed)
		ret = say_fail(EIO, "all rows of %s failed: nothing can be compared",
			       comparison->command->operands[1]);
	if (!ret && !comparison->count)
		ret = say_fail(EINVAL, "no row of %s has its like in %s: nothing can be compared",
			       comparison->command->operands[1], comparison->command->operands[0]);
	return ret;
}

static const struct column columns[] = {
	{ "strategy", NULL },
	{ NULL, "strategy" },
	{ NULL, "workers" },
	{ "ranks", NULL },
	{ "workers", NULL },
	{ "inflight", NULL },
	{ "schedule", NULL },
	{ "places", NULL },
	{ "bind", NULL },
	{ "old_s", "old" },
	{ "new_s", "new" },
	{ "ratio", "new/old" },
	{ "ci95", "95 % interval" },
	{ "ci95_low", NULL },
	{ "ci95_high", NULL },
	{ "p", "p" },
	{ "verdict", "verdict" },
};

static void row(const void *context, size_t number, struct cell *cells)
{
	const struct comparison *comparison = context;
	const struct pair *pair = &comparison->pairs[number];
	const struct run *run = pair->after;
	struct cell *at = cells;

	cell_text(at++, run->strategy);
	run_show_name(&comparison->after, run, at++);
	run_show_shape(run, at++);
	cell_number(at++, CELL_COUNT, run->ranks);
	cell_number(at++, CELL_COUNT, run->workers);
	cell_number(at++, CELL_COUNT, run->inflight);
	cell_text(at++, run->schedule);
	cell_text(at++, run->places);
	cell_text(at++, run->bind);
	cell_number(at++, CELL_SECONDS, pair->before->median);
	cell_number(at++, CELL_SECONDS, run->median);
	cell_number(at++, CELL_SHARE, pair->ratio.value);
	cell_range(at++, CELL_RANGE, pair->ratio.value, pair->ratio.low, pair->ratio.high);
	cell_number(at++, CELL_NUMBER, pair->ratio.low);
	cell_number(at++, CELL_NUMBER, pair->ratio.high);
	cell_number(at++, CELL_NUMBER, pair->p);
	cell_text(at++, pair->verdict);
}

static size_t count_of(const struct comparison *comparison, const char *verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->count; i++)
		count += !strcmp(comparison->pairs[i].verdict, verdict);
	return count;
}

static char *conclude(const struct comparison *comparison)
{
	size_t slower = count_of(comparison, "slower"), faster = count_of(comparison, "faster"),
	       unclear = count_of(comparison, "unclear");
	double percent = 100 * comparison->command->options.study.tolerance;
	char rest[96] = "", gone[96] = "", more[96] = "", *text;

	if (unclear)
		snprintf(rest, sizeof(rest),
			 "; %zu may be, with too few or too noisy samples to tell", unclear);
	if (comparison->gone)
		snprintf(gone, sizeof(gone), " %zu row%s of the first %s not in the second.",
			 comparison->gone, comparison->gone > 1 ? "s" : "",
			 comparison->gone > 1 ? "are" : "is");
	if (comparison->unmatched)
		snprintf(more, sizeof(more), " %zu row%s had no like and %s not compared.",
			 comparison->unmatched, comparison->unmatched > 1 ? "s" : "",
			 comparison->unmatched > 1 ? "were" : "was");
	if (asprintf(&text, "Of %zu row%s, %zu slower and %zu faster by more than %g %%%s.%s%s",
		     comparison->count, comparison->count > 1 ? "s" : "", slower, faster, percent,
		     rest, gone, more) < 0)
		return NULL;
	return text;
}

static int report(struct comparison *comparison)
{
	struct command *command = (struct command *)comparison->command;
	struct document *document = &comparison->document;
	struct placement *placement;
	size_t slower = count_of(comparison, "slower");
	int ret = placement_open(&placement, &command->options.place);

	if (ret)
		return ret;
	document_begin(document, command->program->name, command->verb->name, command->argv,
		       placement);
	document->tables[0] = (struct table){
		.key = "comparison",
		COLUMNS(columns),
		.row_count = comparison->count,
		.row = row,
		.context = comparison,
	};
	document->table_count = 1;
	document->confined[0] = '\0';
	document->job = comparison->after.job;
	document->advice = conclude(comparison);
	ret = outputs_write(command, document, format_text.write);
	document_free(document);
	placement_close(placement);
	if (!ret && slower)
		ret = say_fail(EIO, "%zu of %zu rows became slower", slower, comparison->count);
	if (comparison->failed && (!ret || slower))
		ret = say_fail(EIO, "%zu row%s of %s failed, and %s not compared",
			       comparison->failed, comparison->failed > 1 ? "s" : "",
			       command->operands[1], comparison->failed > 1 ? "were" : "was");
	return ret;
}

int compare_files(struct command *command)
{
	struct comparison comparison = { .command = command };
	int ret = outputs_check(command);

	if (!ret)
		ret = read_document(&comparison.before, command->operands[0]);
	if (!ret)
		ret = read_document(&comparison.after, command->operands[1]);
	if (!ret)
		ret = check_same(&comparison);
	if (!ret)
		ret = match(&comparison);
	if (!ret)
		ret = report(&comparison);
	document_free(&comparison.before);
	document_free(&comparison.after);
	free(comparison.pairs);
	return ret;
}
