/* Whether two results are of the same thing, and which of their rows are. */
#include "regression_match.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/say.h"

/* What nothing can be concluded from is refused. */
static int regression_match_check_one(const struct result *result, const char *name)
{
	for (size_t i = 0; i < result->row_count; i++)
		if (result->rows[i].sample_count && !(result->rows[i].items > 0))
			return say_fail(EINVAL, "row %zu of %s has samples, but no items", i, name);
	return 0;
}

static const char *match_text(const char *text)
{
	return text ? text : "unknown";
}

/* The first fact of the job that is not the same in both, as a sentence in why. */
static bool match_job_differs(const struct metrics *one, const struct metrics *other, char why[512])
{
	const char *key = metrics_difference(one, other);
	char was[CELL_SHOWN], is[CELL_SHOWN];

	if (key)
		snprintf(why, 512, "%s was %.80s and is %.80s", key, metrics_show(one, key, was),
			 metrics_show(other, key, is));
	return key != NULL;
}

/* Hosts of one kind do the same work in the same time: their names do not matter. */
static bool match_kind_is_like(const struct host *one, const struct host *other)
{
	return record_text_equals(one->cpu_model, other->cpu_model) && one->cores == other->cores &&
	       one->allowed_cores == other->allowed_cores;
}

static bool match_is_among(const struct host *host, const struct result *result)
{
	for (size_t i = 0; i < result->host_count; i++)
		if (match_kind_is_like(&result->hosts[i], host))
			return true;
	return false;
}

static void match_put_host(const struct host *host, char text[160])
{
	snprintf(text, 160, "%.50s, %.60s, %u of %u cores", match_text(host->hostname),
		 match_text(host->cpu_model), host->allowed_cores, host->cores);
}

/* The first host of a kind that the other result has none of; NULL if there is none. */
static const struct host *regression_match_find_odd(const struct result *result,
						    const struct result *other)
{
	for (size_t i = 0; i < result->host_count; i++)
		if (!match_is_among(&result->hosts[i], other))
			return &result->hosts[i];
	return NULL;
}

static bool match_host_differs(const struct result *before, const struct result *after,
			       char why[512])
{
	const struct host *odd, *known;
	char one[160], other[160];

	if (!before->host_count || !after->host_count)
		return false;
	odd = regression_match_find_odd(after, before);
	known = before->hosts;
	if (!odd) {
		odd = regression_match_find_odd(before, after);
		known = after->hosts;
	}
	if (odd) {
		match_put_host(odd, one);
		match_put_host(known, other);
		snprintf(why, 512, "%s, is of a kind that the other result has not: %s", one,
			 other);
		return true;
	}
	/* Of one host the very cores are known to be others. */
	if (!record_text_equals(before->hosts->hostname, after->hosts->hostname) ||
	    record_text_equals(before->hosts->allowed_pus, after->hosts->allowed_pus))
		return false;
	snprintf(why, 512, "allowed_pus was %.80s and is %.80s",
		 match_text(before->hosts->allowed_pus), match_text(after->hosts->allowed_pus));
	return true;
}

bool regression_match_is_same_host(const struct result *before, const struct result *after)
{
	char why[512];

	return !match_host_differs(before, after, why) &&
	       (!before->host_count || !after->host_count ||
		record_text_equals(before->hosts->hostname, after->hosts->hostname));
}

/* Results of different things are compared only if that is wanted. */
static int regression_match_check_same(const struct result *before, const struct result *after,
				       const struct regression_request *request)
{
	const char *what = NULL;
	char why[512];

	if (strcmp(before->program, after->program))
		return say_fail(EINVAL, "results of %s and of %s cannot be compared",
				before->program, after->program);
	if (request->force)
		return 0;
	if (match_job_differs(&before->job, &after->job, why))
		what = "job";
	else if (match_host_differs(before, after, why))
		what = "host";
	return what ? say_fail(EINVAL, "not the same %s: %s; --force compares all the same", what,
			       why)
		    : 0;
}

/* Rows that were never measured may not know on how many hosts they would have been. */
static bool match_nodes_are_like(const struct row *one, const struct row *other)
{
	return !one->nodes || !other->nodes || one->nodes == other->nodes;
}

static bool match_is_like(const struct row *one, const struct row *other)
{
	return row_is_like(one, other) && one->ranks == other->ranks &&
	       one->workers == other->workers && one->inflight == other->inflight &&
	       match_nodes_are_like(one, other);
}

const struct row *regression_match_find(const struct result *result, const struct row *row)
{
	for (size_t i = 0; i < result->row_count; i++)
		if (result->rows[i].strategy && match_is_like(&result->rows[i], row))
			return &result->rows[i];
	return NULL;
}

int regression_match_check(const struct result *before, const struct result *after,
			   const struct regression_request *request)
{
	int ret = regression_match_check_one(before, request->before);

	if (!ret)
		ret = regression_match_check_one(after, request->after);
	return ret ? ret : regression_match_check_same(before, after, request);
}
