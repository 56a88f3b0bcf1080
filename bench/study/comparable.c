/* Whether two results are of the same thing, and which of their rows are. */
#include "comparable.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/say.h"

/* What nothing can be concluded from is refused, whoever wrote it. */
static int comparable_check_one(const struct result *result, const char *name)
{
	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		if (!row->strategy || !*row->strategy || !row->ranks || !row->workers ||
		    !row->inflight)
			return say_fail(EINVAL,
					"row %zu of %s lacks its strategy, or numbers of workers",
					i, name);
		if (row->sample_count && !(row->items > 0))
			return say_fail(EINVAL, "row %zu of %s has samples, but no items", i, name);
		for (size_t s = 0; s < row->sample_count; s++)
			if (!(row->samples[s].seconds > 0) || isinf(row->samples[s].seconds))
				return say_fail(
					EINVAL,
					"sample %zu of row %zu of %s is no time: it must be "
					"a number above 0",
					s, i, name);
	}
	return 0;
}

static const char *comparable_text(const char *text)
{
	return text ? text : "unknown";
}

static const char *comparable_shown(const struct metrics *metrics, const char *key,
				    char room[CELL_SHOWN])
{
	const struct cell *cell = metrics_find(metrics, key);

	return cell ? table_show_whole(cell, room) : "unknown";
}

/* The first fact of the job that is not the same in both, as a sentence in why. */
static bool comparable_job_differs(const struct metrics *one, const struct metrics *other,
				   char why[256])
{
	const char *key = metrics_difference(one, other);
	char was[CELL_SHOWN], is[CELL_SHOWN];

	if (key)
		snprintf(why, 256, "%s was %.80s and is %.80s", key,
			 comparable_shown(one, key, was), comparable_shown(other, key, is));
	return key != NULL;
}

static bool comparable_host_differs(const struct result *before, const struct result *after,
				    char why[256])
{
	const struct host *a = before->hosts, *b = after->hosts;

	if (!before->host_count || !after->host_count)
		return false;
	if (strcmp(comparable_text(a->hostname), comparable_text(b->hostname)))
		snprintf(why, 256, "hostname was %.80s and is %.80s", a->hostname, b->hostname);
	else if (strcmp(comparable_text(a->cpu_model), comparable_text(b->cpu_model)))
		snprintf(why, 256, "cpu_model was %.80s and is %.80s",
			 comparable_text(a->cpu_model), comparable_text(b->cpu_model));
	else if (strcmp(comparable_text(a->allowed_pus), comparable_text(b->allowed_pus)))
		snprintf(why, 256, "allowed_pus was %.80s and is %.80s",
			 comparable_text(a->allowed_pus), comparable_text(b->allowed_pus));
	else
		return false;
	return true;
}

bool comparable_is_same_host(const struct result *before, const struct result *after)
{
	char why[256];

	return !comparable_host_differs(before, after, why);
}

/* Results of different things are compared only if that is wanted. */
static int comparable_check_same(const struct result *before, const struct result *after,
				 const struct regression_request *request)
{
	const char *what = NULL;
	char why[256];

	if (strcmp(before->program, after->program))
		return say_fail(EINVAL, "results of %s and of %s cannot be compared",
				before->program, after->program);
	if (request->force)
		return 0;
	if (comparable_job_differs(&before->job, &after->job, why))
		what = "job";
	else if (comparable_host_differs(before, after, why))
		what = "host";
	return what ? say_fail(EINVAL, "not the same %s: %s; --force compares all the same", what,
			       why)
		    : 0;
}

/* Rows that were never measured may not know on how many hosts they would have been. */
static bool comparable_nodes_are_like(const struct row *one, const struct row *other)
{
	return !one->nodes || !other->nodes || one->nodes == other->nodes;
}

static bool comparable_is_like(const struct row *one, const struct row *other)
{
	return !strcmp(one->strategy, other->strategy) && one->ranks == other->ranks &&
	       one->workers == other->workers && one->inflight == other->inflight &&
	       comparable_nodes_are_like(one, other) &&
	       !strcmp(comparable_text(one->schedule), comparable_text(other->schedule)) &&
	       !strcmp(comparable_text(one->places), comparable_text(other->places)) &&
	       !strcmp(comparable_text(one->bind), comparable_text(other->bind));
}

const struct row *comparable_find(const struct result *result, const struct row *row)
{
	for (size_t i = 0; i < result->row_count; i++)
		if (result->rows[i].strategy && comparable_is_like(&result->rows[i], row))
			return &result->rows[i];
	return NULL;
}

int comparable_check(const struct result *before, const struct result *after,
		     const struct regression_request *request)
{
	int ret = comparable_check_one(before, request->before);

	if (!ret)
		ret = comparable_check_one(after, request->after);
	return ret ? ret : comparable_check_same(before, after, request);
}
