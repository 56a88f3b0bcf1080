/* Filling rows and summing them up. */
#define _GNU_SOURCE
#include "row.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sample *row_add_sample(struct row *row)
{
	return record_add(&sample_record, &row->samples, &row->sample_count);
}

static size_t row_undisturbed(const struct row *row)
{
	size_t count = 0;

	for (size_t i = 0; i < row->sample_count; i++)
		count += !row->samples[i].disturbed;
	return count;
}

size_t row_counted(const struct row *row)
{
	size_t undisturbed = row_undisturbed(row);

	return undisturbed ? undisturbed : row->sample_count;
}

const struct sample **row_samples(const struct row *row)
{
	bool all = !row_undisturbed(row);
	const struct sample **samples = calloc(row->sample_count + 1, sizeof(*samples));
	size_t count = 0;

	for (size_t i = 0; samples && i < row->sample_count; i++)
		if (all || !row->samples[i].disturbed)
			samples[count++] = &row->samples[i];
	return samples;
}

const struct sample *row_sample_of(const struct row *row, unsigned int round)
{
	for (size_t i = 0; i < row->sample_count; i++)
		if (row->samples[i].round == round && !row->samples[i].disturbed)
			return &row->samples[i];
	return NULL;
}

/* One number of each sample that counts. */
static double *row_numbers(const struct row *row, double (*of)(const struct sample *sample))
{
	const struct sample **samples = row_samples(row);
	size_t count = row_counted(row);
	double *numbers = samples ? malloc((count + 1) * sizeof(*numbers)) : NULL;

	for (size_t i = 0; numbers && i < count; i++)
		numbers[i] = of(samples[i]);
	free(samples);
	return numbers;
}

static double row_seconds_of(const struct sample *sample)
{
	return sample->seconds;
}

static double row_startup_of(const struct sample *sample)
{
	return sample->startup_s;
}

double *row_seconds(const struct row *row)
{
	return row_numbers(row, row_seconds_of);
}

double *row_startups(const struct row *row)
{
	return row_numbers(row, row_startup_of);
}

double *row_costs(const struct row *row)
{
	double *costs = row_seconds(row);
	size_t count = row_counted(row);

	for (size_t i = 0; costs && i < count; i++)
		costs[i] /= row->items;
	return costs;
}

double row_sample_running(const struct sample *sample)
{
	double cpu = 0, busy = 0;

	for (size_t i = 0; i < sample->worker_count; i++) {
		cpu += sample->workers[i].cpu_s;
		busy += sample->workers[i].busy_s;
	}
	return busy > 0 ? cpu / busy : NAN;
}

double row_sample_clock(const struct sample *sample)
{
	double clocks = 0, cpu = 0;

	for (size_t i = 0; i < sample->worker_count; i++) {
		clocks += sample->workers[i].cpu_s * sample->workers[i].clock_hz;
		cpu += sample->workers[i].cpu_s;
	}
	return cpu > 0 ? clocks / cpu : NAN;
}

bool row_has_clocks(const struct row *row)
{
	double *clocks = row_numbers(row, row_sample_clock);
	bool all = clocks != NULL;

	for (size_t i = 0; all && i < row_counted(row); i++)
		all = clocks[i] > 0;
	free(clocks);
	return all;
}

/* The clocks read beside the work may make the share pass 1. */
static double row_had_of(const struct sample *sample)
{
	double running = row_sample_running(sample);

	return isnan(running) ? 1 : fmin(running, 1);
}

double *row_clocks(const struct row *row, bool clocked)
{
	double *clocks = row_costs(row), *had = row_numbers(row, row_had_of),
	       *hz = row_numbers(row, row_sample_clock);

	for (size_t i = 0; clocks && had && hz && i < row_counted(row); i++)
		clocks[i] *= had[i] * (clocked ? hz[i] : 1);
	if (!had || !hz) {
		free(clocks);
		clocks = NULL;
	}
	free(had);
	free(hz);
	return clocks;
}

static int row_settle_metrics(struct row *row)
{
	size_t count = row_counted(row);
	const struct sample **samples = row_samples(row);
	const struct metrics **sets = calloc(count, sizeof(*sets));
	int ret = samples && sets ? 0 : -ENOMEM;

	for (size_t i = 0; !ret && i < count; i++)
		sets[i] = &samples[i]->metrics;
	if (!ret) {
		metrics_free(&row->metrics);
		ret = metrics_medians(&row->metrics, sets, count);
	}
	free(samples);
	free(sets);
	return ret;
}

int row_summarise(struct row *row)
{
	size_t count = row_counted(row);
	double *seconds, *startups;
	struct summary summary;

	if (!count)
		return 0;
	seconds = row_seconds(row);
	startups = row_startups(row);
	if (!seconds || !startups) {
		free(seconds);
		free(startups);
		return -ENOMEM;
	}
	summary = stats_summarise(seconds, count);
	row->median = (struct estimate){ summary.median, summary.low, summary.high };
	row->rate = summary.median > 0 ? row->items / summary.median : NAN;
	row->startup_s = stats_median(startups, count);
	row->disturbed = (unsigned int)(row->sample_count - row_undisturbed(row));
	free(seconds);
	free(startups);
	return row_settle_metrics(row);
}

int row_leave_out(struct row *row, const char *why)
{
	record_free_list(&sample_record, &row->samples, &row->sample_count);
	record_free_list(&row_rank_record, &row->per_rank, &row->per_rank_count);
	record_free_list(&row_worker_record, &row->per_worker, &row->per_worker_count);
	metrics_free(&row->metrics);
	row->verified = false;
	row->disturbed = 0;
	row->median = row->speedup = row->karp_flatt = (struct estimate){ NAN, NAN, NAN };
	row->startup_s = row->rate = row->efficiency = NAN;
	row->factors = (struct row_factors){ NAN, NAN, NAN, NAN, NAN };
	return record_set_text(&row->missing, why);
}

bool row_is_measured(const struct row *row)
{
	return row->sample_count && row->verified && !row->missing;
}

bool row_is_like(const struct row *one, const struct row *other)
{
	return record_text_equals(one->strategy, other->strategy) &&
	       record_text_equals(one->schedule, other->schedule) &&
	       record_text_equals(one->places, other->places) &&
	       record_text_equals(one->bind, other->bind);
}

size_t row_count_losses(const struct row *row)
{
	size_t losses = 0;

	for (size_t i = 0; i < row->sample_count; i++)
		losses += metrics_number(&row->samples[i].metrics, "lost") > 0;
	return losses;
}

static int row_compare_hosts(const void *one, const void *other, void *context)
{
	const struct row_worker *workers = context;
	size_t a = *(const size_t *)one, b = *(const size_t *)other;
	const char *host = workers[a].host, *next = workers[b].host;
	int order = strcmp(host ? host : "", next ? next : "");

	return order ? order : (a > b) - (a < b);
}

size_t *row_hosts(const struct row *row, size_t *count)
{
	size_t all = row->per_worker_count;
	size_t *hosts = calloc(all + 1, sizeof(*hosts)), *order = calloc(all + 1, sizeof(*order));

	*count = 0;
	if (!hosts || !order) {
		free(hosts);
		free(order);
		return NULL;
	}
	for (size_t i = 0; i < all; i++)
		order[i] = i;
	qsort_r(order, all, sizeof(*order), row_compare_hosts, row->per_worker);
	/* First each worker's number is that of the first worker of its host. */
	for (size_t i = 0; i < all; i++) {
		const char *host = row->per_worker[order[i]].host;
		const char *before = i ? row->per_worker[order[i - 1]].host : NULL;

		hosts[order[i]] = i && !strcmp(host ? host : "", before ? before : "")
					  ? hosts[order[i - 1]]
					  : order[i];
	}
	for (size_t i = 0; i < all; i++)
		hosts[i] = hosts[i] == i ? (*count)++ : hosts[hosts[i]];
	free(order);
	return hosts;
}

unsigned int row_concurrency(const struct row *row, bool cpu_bound)
{
	return row->workers * (cpu_bound ? 1 : row->inflight);
}
