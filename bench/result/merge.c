/* Results of separate jobs as one. */
#include "merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/base/say.h"
#include "bench/base/words.h"

/* Two results tell of one thing: a program, a command that measures, a job. */
static int merge_check(const struct result *into, const char *into_name, const struct result *from,
		       const char *from_name)
{
	const char *key = metrics_difference(&into->job, &from->job);
	char one[CELL_SHOWN], other[CELL_SHOWN];

	if (!record_text_equals(into->program, from->program))
		return say_fail(EINVAL, "%s is of %s, and %s of %s: they are no one study",
				into_name, into->program, from_name, from->program);
	if (!record_text_equals(into->command, from->command))
		return say_fail(EINVAL, "%s is of %s, and %s of %s: they are no one study",
				into_name, into->command, from_name, from->command);
	if (key)
		return say_fail(EINVAL, "not the same job: %s is %.80s in %s, and %.80s in %s", key,
				metrics_show(&into->job, key, one), into_name,
				metrics_show(&from->job, key, other), from_name);
	return 0;
}

/* Samples may be pooled of machines that are alike. */
static bool merge_hosts_alike(const struct result *one, const struct result *other)
{
	const struct host *a = one->hosts, *b = other->hosts;

	return one->host_count && other->host_count &&
	       record_text_equals(a->cpu_model, b->cpu_model) && a->cores == b->cores &&
	       a->allowed_cores == b->allowed_cores;
}

static bool merge_rows_alike(const struct row *one, const struct row *other)
{
	return row_is_like(one, other) && one->ranks == other->ranks &&
	       one->workers == other->workers && one->inflight == other->inflight &&
	       one->nodes == other->nodes && one->repeat == other->repeat &&
	       one->items == other->items && one->per_worker_count == other->per_worker_count;
}

/* Samples keep to their own rounds: those of different jobs were not taken side by side. */
static unsigned int merge_next_round(const struct result *result)
{
	unsigned int next = 0;

	for (size_t i = 0; i < result->row_count; i++)
		for (size_t k = 0; k < result->rows[i].sample_count; k++)
			if (result->rows[i].samples[k].round >= next)
				next = result->rows[i].samples[k].round + 1;
	return next;
}

/* No sample counts twice. */
static bool merge_has_sample(const struct row *row, const struct sample *sample)
{
	for (size_t i = 0; i < row->sample_count; i++)
		if (row->samples[i].seconds == sample->seconds &&
		    row->samples[i].startup_s == sample->startup_s)
			return true;
	return false;
}

static int merge_samples(struct row *into, struct row *from, const char *into_name,
			 const char *from_name)
{
	for (size_t i = 0; i < from->sample_count; i++)
		if (merge_has_sample(into, &from->samples[i]))
			return say_fail(
				EINVAL,
				"%s and %s have samples of %s in common: none may count twice",
				into_name, from_name, into->strategy);
	for (size_t i = 0; i < from->sample_count; i++) {
		struct sample *sample = row_add_sample(into);

		if (!sample)
			return -ENOMEM;
		*sample = from->samples[i];
		record_init(&sample_record, &from->samples[i]);
	}
	into->verified = into->verified && from->verified;
	return 0;
}

static struct row *merge_find_row(struct result *into, const struct row *row)
{
	for (size_t i = 0; i < into->row_count; i++)
		if (row_is_measured(&into->rows[i]) && merge_rows_alike(&into->rows[i], row))
			return &into->rows[i];
	return NULL;
}

/* A row that was measured takes the place of one that could not be. */
static struct row *merge_find_missing(struct result *into, const struct row *row)
{
	for (size_t i = 0; i < into->row_count; i++)
		if (into->rows[i].missing &&
		    record_text_equals(into->rows[i].strategy, row->strategy) &&
		    into->rows[i].workers == row->workers &&
		    into->rows[i].inflight == row->inflight &&
		    (!into->rows[i].nodes || !row->nodes || into->rows[i].nodes == row->nodes))
			return &into->rows[i];
	return NULL;
}

static int merge_rows(struct result *into, const char *into_name, struct result *from,
		      const char *from_name)
{
	bool alike = merge_hosts_alike(into, from);
	unsigned int round = merge_next_round(into);
	int ret = 0;

	for (size_t i = 0; !ret && i < from->row_count; i++) {
		struct row *row = &from->rows[i], *like;

		for (size_t k = 0; k < row->sample_count; k++)
			row->samples[k].round += round;
		like = alike && row_is_measured(row) ? merge_find_row(into, row) : NULL;
		if (like) {
			ret = merge_samples(like, row, into_name, from_name);
			continue;
		}
		like = merge_find_missing(into, row);
		if (row->missing && (like || merge_find_row(into, row)))
			continue;
		if (!like)
			like = result_add_row(into);
		else
			record_free(&row_record, like);
		if (!like)
			return -ENOMEM;
		*like = *row;
		record_init(&row_record, row);
	}
	return ret;
}

static int merge_warnings(struct result *into, struct result *from)
{
	size_t ours = words_count(into->warnings), theirs = words_count(from->warnings);

	if (array_reserve(&into->warnings, NULL, ours + theirs + 1))
		return -ENOMEM;
	into->warnings[ours] = NULL;
	for (size_t i = 0; i < theirs; i++) {
		bool known = false;

		for (size_t k = 0; k < ours; k++)
			known = known || !strcmp(into->warnings[k], from->warnings[i]);
		if (known)
			continue;
		if (record_set_text(&into->warnings[ours], from->warnings[i]))
			return -ENOMEM;
		into->warnings[++ours] = NULL;
	}
	return 0;
}

int merge_results(struct result *into, const char *into_name, struct result *from,
		  const char *from_name)
{
	int ret = merge_check(into, into_name, from, from_name);

	if (!ret)
		ret = merge_rows(into, into_name, from, from_name);
	if (!ret)
		ret = result_take_hosts(into, from);
	if (!ret)
		ret = merge_warnings(into, from);
	into->incomplete = into->incomplete || from->incomplete;
	result_free(from);
	return ret;
}
