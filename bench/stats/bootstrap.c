/* The percentile bootstrap of figures that are made of medians. */
#include "bootstrap.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the resampling works on. */
struct resampler {
	double *samples;        /* of all points, one after another, each point's sorted */
	double *medians;        /* one a point */
	size_t *drawn;          /* how often each sample of a point was drawn */
	double *replicates;     /* of each result, one after another */
	unsigned short seed[3]; /* of erand48() */
};

static void resampler_free(struct resampler *r)
{
	free(r->samples);
	free(r->medians);
	free(r->drawn);
	free(r->replicates);
}

static int resampler_allocate(struct resampler *r, const struct statistic *statistic,
			      const struct point *points, size_t count)
{
	size_t all = 0, most = 0;

	for (size_t i = 0; i < count; i++) {
		all += points[i].count;
		most = points[i].count > most ? points[i].count : most;
	}
	*r = (struct resampler){ .seed = { 0x5eed, 0, 1 } };
	r->samples = malloc(all * sizeof(*r->samples));
	r->medians = calloc(count, sizeof(*r->medians));
	r->drawn = malloc(most * sizeof(*r->drawn));
	r->replicates = malloc(statistic->results * statistic->resamples * sizeof(*r->replicates));
	if (r->samples && r->medians && r->drawn && r->replicates)
		return 0;
	resampler_free(r);
	return -ENOMEM;
}

/* Sorts each point's samples, keeps their medians, and then stretches them. */
static void resampler_fill(struct resampler *r, const struct point *points, size_t count)
{
	double *samples = r->samples;

	for (size_t i = 0; i < count; samples += points[i++].count) {
		size_t m = points[i].count;
		double stretch = m > 1 ? sqrt((double)m / ((double)m - 1)) : 1, median;

		memcpy(samples, points[i].samples, m * sizeof(*samples));
		stats_sort(samples, m);
		median = r->medians[i] = stats_sorted_median(samples, m);
		for (size_t k = 0; k < m; k++)
			samples[k] = median * pow(samples[k] / median, stretch);
	}
}

/* The sample of this rank, counted from 0, among those that were drawn. */
static double resampler_rank(const double *sorted, const size_t *drawn, size_t rank)
{
	size_t k = 0;

	for (size_t seen = drawn[0]; seen <= rank; seen += drawn[k])
		k++;
	return sorted[k];
}

/* The median of as many draws as there are samples: counted, since that needs no sorting. */
static double resampler_median(struct resampler *r, const double *sorted, size_t count)
{
	memset(r->drawn, 0, count * sizeof(*r->drawn));
	for (size_t i = 0; i < count; i++)
		r->drawn[(size_t)(erand48(r->seed) * (double)count)]++;
	return (resampler_rank(sorted, r->drawn, (count - 1) / 2) +
		resampler_rank(sorted, r->drawn, count / 2)) /
	       2;
}

static void bootstrap_resample(struct resampler *r, const struct statistic *statistic,
			       const struct point *points, size_t count)
{
	double results[STATISTIC_RESULTS];

	for (size_t round = 0; round < statistic->resamples; round++) {
		const double *samples = r->samples;

		for (size_t i = 0; i < count; samples += points[i++].count)
			r->medians[i] = resampler_median(r, samples, points[i].count);
		statistic->of(results, r->medians, statistic->context);
		for (size_t k = 0; k < statistic->results; k++)
			r->replicates[k * statistic->resamples + round] = results[k];
	}
}

static void bootstrap_set_interval(struct estimate *estimate, double *replicates, size_t count)
{
	double last = (double)count - 1;

	stats_sort(replicates, count);
	estimate->low = replicates[(size_t)floor(0.025 * last)];
	estimate->high = replicates[(size_t)ceil(0.975 * last)];
}

int bootstrap(struct estimate *estimates, const struct statistic *statistic,
	      const struct point *points, size_t count)
{
	double results[STATISTIC_RESULTS];
	size_t fewest = points[0].count;
	struct resampler r;
	int err = resampler_allocate(&r, statistic, points, count);

	if (err)
		return err;
	resampler_fill(&r, points, count);
	statistic->of(results, r.medians, statistic->context);
	for (size_t k = 0; k < statistic->results; k++)
		estimates[k] = (struct estimate){ results[k], NAN, NAN };
	for (size_t i = 0; i < count; i++)
		fewest = points[i].count < fewest ? points[i].count : fewest;
	if (fewest >= BOOTSTRAP_NEEDS) {
		bootstrap_resample(&r, statistic, points, count);
		for (size_t k = 0; k < statistic->results; k++)
			bootstrap_set_interval(&estimates[k],
					       r.replicates + k * statistic->resamples,
					       statistic->resamples);
	}
	resampler_free(&r);
	return 0;
}
