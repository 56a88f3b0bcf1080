/* Filling rows and summing them up. */
#include "row.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct sample *row_add_sample(struct row *row)
{
	return record_add(&sample_record, &row->samples, &row->sample_count);
}

double *row_seconds(const struct row *row)
{
	double *seconds = malloc((row->sample_count + 1) * sizeof(*seconds));

	for (size_t i = 0; seconds && i < row->sample_count; i++)
		seconds[i] = row->samples[i].seconds;
	return seconds;
}

static int row_settle_metrics(struct row *row)
{
	const struct metrics **sets = calloc(row->sample_count, sizeof(*sets));
	int ret;

	if (!sets)
		return -ENOMEM;
	for (size_t i = 0; i < row->sample_count; i++)
		sets[i] = &row->samples[i].metrics;
	metrics_free(&row->metrics);
	ret = metrics_medians(&row->metrics, sets, row->sample_count);
	free(sets);
	return ret;
}

int row_summarise(struct row *row)
{
	double *numbers = row_seconds(row);
	struct summary summary;

	if (!numbers)
		return -ENOMEM;
	if (!row->sample_count) {
		free(numbers);
		return 0;
	}
	summary = stats_summarise(numbers, row->sample_count);
	row->median = (struct estimate){ summary.median, summary.low, summary.high };
	row->rate = summary.median > 0 ? row->items / summary.median : NAN;
	row->disturbed = 0;
	for (size_t i = 0; i < row->sample_count; i++) {
		numbers[i] = row->samples[i].startup_s;
		row->disturbed += row->samples[i].disturbed;
	}
	row->startup_s = stats_median(numbers, row->sample_count);
	free(numbers);
	return row_settle_metrics(row);
}

int row_leave_out(struct row *row, const char *why)
{
	record_free_list(&sample_record, &row->samples, &row->sample_count);
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

unsigned int row_concurrency(const struct row *row, bool cpu_bound)
{
	return row->workers * (cpu_bound ? 1 : row->inflight);
}
