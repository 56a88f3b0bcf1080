/* Facts under names of their own. */
#include "metrics.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"
#include "bench/stats/stats.h"

static void metric_clear(struct metric *metric)
{
	if (metric->value.kind == CELL_TEXT)
		free((char *)metric->value.text);
	if (metric->value.kind == CELL_LIST)
		free((double *)metric->value.list);
	metric->value = (struct cell){ .kind = CELL_NONE };
}

static struct metric *metric_of(const struct metrics *metrics, const char *key)
{
	for (size_t i = 0; i < metrics->count; i++)
		if (!strcmp(metrics->list[i].key, key))
			return &metrics->list[i];
	return NULL;
}

/* The metric of that key, empty; a new one if there is none; NULL without memory. */
static struct metric *metric_begin(struct metrics *metrics, const char *key)
{
	struct metric *metric = metric_of(metrics, key);
	char *copy;

	if (metric) {
		metric_clear(metric);
		return metric;
	}
	copy = strdup(key);
	if (!copy || array_reserve(&metrics->list, NULL, metrics->count + 1)) {
		free(copy);
		metrics->incomplete = true;
		return NULL;
	}
	metric = &metrics->list[metrics->count++];
	*metric = (struct metric){ .key = copy };
	return metric;
}

void metrics_set_text(struct metrics *metrics, const char *key, const char *text)
{
	struct metric *metric = metric_begin(metrics, key);
	char *copy = text ? strdup(text) : NULL;

	metrics->incomplete = metrics->incomplete || (text && !copy);
	if (metric)
		table_set_text(&metric->value, copy);
	else
		free(copy);
}

void metrics_set_number(struct metrics *metrics, const char *key, enum cell_kind kind,
			double number)
{
	struct metric *metric = metric_begin(metrics, key);

	if (metric)
		table_set_number(&metric->value, kind, number);
}

void metrics_set_list(struct metrics *metrics, const char *key, const double *list, size_t count)
{
	struct metric *metric = metric_begin(metrics, key);
	double *copy = malloc((count + !count) * sizeof(*copy));

	metrics->incomplete = metrics->incomplete || !copy;
	if (!metric || !copy) {
		free(copy);
		return;
	}
	if (count)
		memcpy(copy, list, count * sizeof(*copy));
	metric->value = (struct cell){ .kind = CELL_LIST, .list = copy, .count = count };
}

const struct cell *metrics_find(const struct metrics *metrics, const char *key)
{
	const struct metric *metric = metric_of(metrics, key);

	return metric ? &metric->value : NULL;
}

/* Whether a cell's number is what it tells. */
static bool metric_is_number(const struct cell *cell)
{
	return cell && cell->kind != CELL_NONE && cell->kind != CELL_TEXT &&
	       cell->kind != CELL_LIST;
}

double metrics_number(const struct metrics *metrics, const char *key)
{
	const struct cell *cell = metrics_find(metrics, key);

	return metric_is_number(cell) ? cell->number : NAN;
}

const char *metrics_show(const struct metrics *metrics, const char *key, char text[CELL_SHOWN])
{
	const struct cell *cell = metrics_find(metrics, key);

	return cell ? table_show_whole(cell, text) : "unknown";
}

void metrics_free(struct metrics *metrics)
{
	for (size_t i = 0; i < metrics->count; i++) {
		metric_clear(&metrics->list[i]);
		free(metrics->list[i].key);
	}
	free(metrics->list);
	*metrics = (struct metrics){ 0 };
}

static void metric_copy(struct metrics *to, const char *key, const struct cell *value)
{
	if (value->kind == CELL_TEXT || value->kind == CELL_NONE)
		metrics_set_text(to, key, value->kind == CELL_TEXT ? value->text : NULL);
	else if (value->kind == CELL_LIST)
		metrics_set_list(to, key, value->list, value->count);
	else
		metrics_set_number(to, key, value->kind, value->number);
}

int metrics_copy(struct metrics *to, const struct metrics *from)
{
	*to = (struct metrics){ .incomplete = from->incomplete };
	for (size_t i = 0; i < from->count; i++)
		metric_copy(to, from->list[i].key, &from->list[i].value);
	if (!to->incomplete)
		return 0;
	metrics_free(to);
	return -ENOMEM;
}

static bool metric_equals(const struct cell *one, const struct cell *other)
{
	if (!other || one->kind == CELL_NONE || other->kind == CELL_NONE)
		return other && one->kind == other->kind;
	if (one->kind == CELL_TEXT || other->kind == CELL_TEXT)
		return one->kind == other->kind && !strcmp(one->text, other->text);
	if (one->kind != CELL_LIST || other->kind != CELL_LIST)
		return one->kind != CELL_LIST && other->kind != CELL_LIST &&
		       one->number == other->number;
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (one->list[i] != other->list[i] &&
		    !(isnan(one->list[i]) && isnan(other->list[i])))
			return false;
	return true;
}

const char *metrics_difference(const struct metrics *one, const struct metrics *other)
{
	for (size_t i = 0; i < one->count; i++)
		if (!metric_equals(&one->list[i].value, metrics_find(other, one->list[i].key)))
			return one->list[i].key;
	for (size_t i = 0; i < other->count; i++)
		if (!metrics_find(one, other->list[i].key))
			return other->list[i].key;
	return NULL;
}

/* The median of one number of all sets: of position `at` in lists; scratch has room for all. */
static double metric_median(const struct metrics *const *sets, size_t count, const char *key,
			    size_t at, double *scratch)
{
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		const struct cell *cell = metrics_find(sets[i], key);
		double number = cell && cell->kind == CELL_LIST && at < cell->count ? cell->list[at]
				: metric_is_number(cell)                            ? cell->number
										    : NAN;

		if (!isnan(number))
			scratch[known++] = number;
	}
	return stats_median(scratch, known);
}

static bool metric_lists_match(const struct metrics *const *sets, size_t count,
			       const struct metric *metric)
{
	for (size_t i = 1; i < count; i++) {
		const struct cell *cell = metrics_find(sets[i], metric->key);

		if (!cell || cell->kind != CELL_LIST || cell->count != metric->value.count)
			return false;
	}
	return true;
}

/* A number that only later sets know takes its kind from them. */
static enum cell_kind metric_kind(const struct metrics *const *sets, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		const struct cell *cell = metrics_find(sets[i], key);

		if (cell && cell->kind != CELL_NONE)
			return cell->kind;
	}
	return CELL_NONE;
}

int metrics_medians(struct metrics *to, const struct metrics *const *sets, size_t count)
{
	double *scratch = malloc((count + 1) * sizeof(*scratch));

	*to = (struct metrics){ .incomplete = !scratch };
	for (size_t m = 0; scratch && count && m < sets[0]->count; m++) {
		const struct metric *metric = &sets[0]->list[m];
		enum cell_kind kind = metric_kind(sets, count, metric->key);
		double *list;

		metric_copy(to, metric->key, &metric->value);
		if (kind == CELL_LIST && metric_lists_match(sets, count, metric) &&
		    metrics_find(to, metric->key)) {
			list = (double *)metrics_find(to, metric->key)->list;
			for (size_t i = 0; i < metric->value.count; i++)
				list[i] = metric_median(sets, count, metric->key, i, scratch);
		} else if (kind != CELL_TEXT && kind != CELL_NONE && kind != CELL_LIST) {
			metrics_set_number(to, metric->key, kind,
					   metric_median(sets, count, metric->key, 0, scratch));
		}
	}
	free(scratch);
	if (!to->incomplete)
		return 0;
	metrics_free(to);
	return -ENOMEM;
}
