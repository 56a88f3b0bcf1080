/* Cores that lag behind those of their kind. */
#include "core_check.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/stats/slow_cores.h"
#include "bench/stats/stats.h"

static double core_check_rate(const struct worker_sample *worker)
{
	return worker->cpu_s > 0 ? (double)worker->items / worker->cpu_s : NAN;
}

/* The rates of one sample's workers, each over the middle one. Returns how many, or -ENOMEM. */
static int core_check_sample(struct core_rate *rates, const struct row *row,
			     const struct sample *sample)
{
	double *of_sample = malloc((sample->worker_count + 1) * sizeof(*of_sample)), middle;
	size_t known = 0;
	int count = 0;

	if (!of_sample)
		return -ENOMEM;
	for (size_t i = 0; i < sample->worker_count; i++)
		if (core_check_rate(&sample->workers[i]) > 0)
			of_sample[known++] = core_check_rate(&sample->workers[i]);
	middle = stats_median(of_sample, known);
	free(of_sample);
	for (size_t i = 0; i < sample->worker_count && i < row->per_worker_count; i++) {
		const struct row_worker *at = &row->per_worker[i];
		double rate = core_check_rate(&sample->workers[i]) / middle;

		if (at->core >= 0 && at->bound && !sample->workers[i].bound_after && rate > 0)
			rates[count++] = (struct core_rate){ .core = (unsigned int)at->core,
							     .kind = at->kind,
							     .rate = rate };
	}
	return count;
}

/* Whether the workers of a row have a core each, of one machine. */
static bool core_check_counts(const struct result *result, const struct row *row)
{
	return row_is_measured(row) && result->host_count == 1 && row->workers > 1 &&
	       row->workers <= result->hosts[0].allowed_cores;
}

static int core_check_gather(struct core_rate *rates, size_t *count, const struct result *result)
{
	for (size_t i = 0; i < result->row_count; i++) {
		const struct row *row = &result->rows[i];

		for (size_t k = 0; core_check_counts(result, row) && k < row->sample_count; k++) {
			int added =
				row->samples[k].disturbed
					? 0
					: core_check_sample(rates + *count, row, &row->samples[k]);

			if (added < 0)
				return added;
			*count += (size_t)added;
		}
	}
	return 0;
}

static int core_check_keep(struct result *result, const struct slow_core *slow, int count)
{
	for (int i = 0; i < count; i++) {
		struct slow_core_finding *finding = record_add(
			&slow_core_finding_record, &result->slow_cores, &result->slow_core_count);

		if (!finding || record_set_text(&finding->host, result->hosts[0].hostname))
			return -ENOMEM;
		finding->core = (int)slow[i].core;
		finding->kind = slow[i].kind;
		finding->of_kind = slow[i].rate / slow[i].of_kind;
	}
	return 0;
}

int core_check(struct result *result)
{
	size_t room = 1, count = 0;
	struct core_rate *rates;
	struct slow_core *slow;
	int ret;

	for (size_t i = 0; i < result->row_count; i++)
		room += result->rows[i].sample_count * result->rows[i].per_worker_count;
	rates = calloc(room, sizeof(*rates));
	slow = calloc(room, sizeof(*slow));
	ret = rates && slow ? core_check_gather(rates, &count, result) : -ENOMEM;
	if (!ret)
		ret = slow_cores(slow, rates, count);
	if (ret > 0)
		ret = core_check_keep(result, slow, ret);
	free(rates);
	free(slow);
	return ret;
}
