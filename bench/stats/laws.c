/* Linear fits with parameters that are not negative, one row a law. */
#include "laws.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TERMS 3

/* A law, written such that what is observed is a sum of parameters times terms in n. */
struct law {
	size_t terms, results;
	size_t fewest; /* points that it takes */
	void (*terms_at)(double *terms, double n);
	double (*observed)(const struct point *point, double seconds);
	void (*derive)(double *results, const double *parameters);
};

/* The normal equations of a relative least squares fit: every y is 1, every term one of y. */
struct equations {
	size_t terms;
	double products[TERMS][TERMS], targets[TERMS];
};

static void equations_add(struct equations *e, const double *terms, double y)
{
	for (size_t i = 0; i < e->terms; i++) {
		e->targets[i] += terms[i] / y;
		for (size_t k = 0; k < e->terms; k++)
			e->products[i][k] += terms[i] / y * (terms[k] / y);
	}
}

/*
 * The least squares with the parameters in `set` (a bit each), the others 0. The matrix is
 * symmetric and positive definite, which needs no pivoting. False if the terms are not independent.
 */
static bool equations_solve(double *parameters, const struct equations *e, unsigned int set)
{
	double left[TERMS][TERMS];

	memcpy(left, e->products, sizeof(left));
	memcpy(parameters, e->targets, e->terms * sizeof(*parameters));
	for (size_t i = 0; i < e->terms; i++) {
		if (!(set >> i & 1)) {
			parameters[i] = 0;
			continue;
		}
		if (left[i][i] <= 1e-13 * e->products[i][i])
			return false;
		for (size_t row = 0; row < e->terms; row++) {
			double factor = left[row][i] / left[i][i];

			if (row == i || !(set >> row & 1))
				continue;
			for (size_t k = 0; k < e->terms; k++)
				left[row][k] -= factor * left[i][k];
			parameters[row] -= factor * parameters[i];
		}
	}
	for (size_t i = 0; i < e->terms; i++)
		parameters[i] /= set >> i & 1 ? left[i][i] : 1;
	return true;
}

/* By how much the parameters lower the sum of the squares from what it is with none. */
static double equations_gain(const struct equations *e, const double *parameters)
{
	double gain = 0;

	for (size_t i = 0; i < e->terms; i++)
		gain += parameters[i] * e->targets[i];
	return gain;
}

/*
 * The best fit without a negative parameter: the best of all sets that has none. There are at most
 * seven. A larger set must be better by more than rounding is, or else a parameter that is 0 would
 * come out as 1e-18, and a peak as a billion workers instead of none.
 */
static void equations_fit(double *parameters, const struct equations *e)
{
	static const unsigned int smallest_first[] = { 1, 2, 4, 3, 5, 6, 7 };
	double best = 0;

	memset(parameters, 0, TERMS * sizeof(*parameters));
	for (size_t s = 0; s < sizeof(smallest_first) / sizeof(*smallest_first); s++) {
		double tried[TERMS] = { 0 };
		bool allowed = !(smallest_first[s] >> e->terms) &&
			       equations_solve(tried, e, smallest_first[s]);

		for (size_t i = 0; i < e->terms; i++)
			allowed = allowed && tried[i] >= 0;
		if (allowed && equations_gain(e, tried) > best + 1e-12) {
			best = equations_gain(e, tried);
			memcpy(parameters, tried, sizeof(tried));
		}
	}
}

struct fit {
	const struct law *law;
	const struct point *points;
	size_t count;
};

/* The parameters for the medians as they are. */
static void fit_parameters(double *parameters, const struct fit *fit, const double *medians)
{
	struct equations equations = { .terms = fit->law->terms };
	double terms[TERMS];

	for (size_t i = 0; i < fit->count; i++) {
		fit->law->terms_at(terms, fit->points[i].n);
		equations_add(&equations, terms, fit->law->observed(&fit->points[i], medians[i]));
	}
	equations_fit(parameters, &equations);
}

/* A statistic of the points' medians: the law's results. */
static void fit_medians(double *results, const double *medians, const void *context)
{
	const struct fit *fit = context;
	double parameters[TERMS];

	fit_parameters(parameters, fit, medians);
	fit->law->derive(results, parameters);
}

/* The standard error of a point's median, as a share of it; 0 of one sample. */
static double laws_point_error(const struct point *point, double median)
{
	return 1.2533 * stats_deviation(point->samples, point->count) / median /
	       sqrt((double)point->count);
}

/* Returns 0 or -ENOMEM. */
static int fit_judge(struct misfit *misfit, const struct fit *fit)
{
	double *medians = malloc((fit->count + 1) * sizeof(*medians)), parameters[TERMS];

	if (!medians)
		return -ENOMEM;
	for (size_t i = 0; i < fit->count; i++)
		medians[i] = stats_median(fit->points[i].samples, fit->points[i].count);
	fit_parameters(parameters, fit, medians);
	*misfit = (struct misfit){ .fits = true };
	for (size_t i = 0; i < fit->count; i++) {
		double terms[TERMS], fitted = 0, off;

		fit->law->terms_at(terms, fit->points[i].n);
		for (size_t k = 0; k < fit->law->terms; k++)
			fitted += parameters[k] * terms[k];
		off = fabs(fitted / fit->law->observed(&fit->points[i], medians[i]) - 1);
		misfit->residual = fmax(misfit->residual, off);
		if (off > 0.05 && off > 3 * laws_point_error(&fit->points[i], medians[i]))
			misfit->fits = false;
	}
	free(medians);
	return 0;
}

static int law_fit(struct estimate results[STATISTIC_RESULTS], struct misfit *misfit,
		   const struct law *law, const struct point *points, size_t count)
{
	const struct fit fit = { law, points, count };
	const struct statistic statistic = {
		.results = law->results, .resamples = 1000, .of = fit_medians, .context = &fit
	};
	int err;

	if (count < law->fewest)
		return -EDOM;
	err = bootstrap(results, &statistic, points, count);
	return err ? err : fit_judge(misfit, &fit);
}

static int serial_law_fit(struct serial_law *law, const struct law *of, const struct point *points,
			  size_t count)
{
	struct estimate results[STATISTIC_RESULTS];
	struct misfit misfit;
	int err = law_fit(results, &misfit, of, points, count);

	if (!err)
		*law = (struct serial_law){ .serial = results[0],
					    .alone = results[1],
					    .misfit = misfit };
	return err;
}

static double law_seconds_per_item(const struct point *point, double seconds)
{
	return seconds / point->items;
}

static double law_items_per_second(const struct point *point, double seconds)
{
	return point->items / seconds;
}

static double law_worker_seconds_per_item(const struct point *point, double seconds)
{
	return point->n * seconds / point->items;
}

static void law_amdahl_terms(double *terms, double n)
{
	terms[0] = 1;
	terms[1] = 1 / n;
}

static void law_amdahl_derive(double *results, const double *parameters)
{
	results[0] = parameters[0] / (parameters[0] + parameters[1]);
	results[1] = 1 / (parameters[0] + parameters[1]);
}

int laws_amdahl(struct serial_law *law, const struct point *points, size_t count)
{
	static const struct law amdahl = { .terms = 2,
					   .results = 2,
					   .fewest = LAWS_SERIAL_NEEDS,
					   .terms_at = law_amdahl_terms,
					   .observed = law_seconds_per_item,
					   .derive = law_amdahl_derive };

	return serial_law_fit(law, &amdahl, points, count);
}

static void law_gustafson_terms(double *terms, double n)
{
	terms[0] = 1;
	terms[1] = n;
}

static void law_gustafson_derive(double *results, const double *parameters)
{
	results[0] = parameters[0] / (parameters[0] + parameters[1]);
	results[1] = parameters[0] + parameters[1];
}

int laws_gustafson(struct serial_law *law, const struct point *points, size_t count)
{
	static const struct law gustafson = { .terms = 2,
					      .results = 2,
					      .fewest = LAWS_SERIAL_NEEDS,
					      .terms_at = law_gustafson_terms,
					      .observed = law_items_per_second,
					      .derive = law_gustafson_derive };

	return serial_law_fit(law, &gustafson, points, count);
}

static void law_usl_terms(double *terms, double n)
{
	terms[0] = 1;
	terms[1] = n - 1;
	terms[2] = n * (n - 1);
}

/* The parameters are 1/L, a/L and b/L. */
static void law_usl_derive(double *results, const double *parameters)
{
	double one = parameters[0], contention = parameters[1], coherency = parameters[2];

	results[0] = one > 0 ? contention / one : INFINITY;
	results[1] = one > 0 ? coherency / one : INFINITY;
	if (contention > one)
		results[2] = 1;
	else if (coherency > 0)
		results[2] = fmax(1, sqrt((one - contention) / coherency));
	else
		results[2] = INFINITY;
	results[3] = one > 0 ? 1 / one : INFINITY;
}

int laws_usl(struct usl *law, const struct point *points, size_t count)
{
	static const struct law usl = { .terms = 3,
					.results = 4,
					.fewest = LAWS_USL_NEEDS,
					.terms_at = law_usl_terms,
					.observed = law_worker_seconds_per_item,
					.derive = law_usl_derive };
	struct estimate results[STATISTIC_RESULTS];
	struct misfit misfit;
	double last = 0;
	int err = law_fit(results, &misfit, &usl, points, count);

	for (size_t i = 0; i < count; i++)
		last = fmax(last, points[i].n);
	if (!err)
		*law = (struct usl){ .contention = results[0],
				     .coherency = results[1],
				     .peak = results[2],
				     .alone = results[3],
				     .misfit = misfit,
				     .extrapolated = results[2].value > last };
	return err;
}

/* Of two points, the first of them at n = 1. */
static void laws_serial_of_pair(double *result, const double *medians, const void *context)
{
	const struct point *pair = context;
	double n = pair[1].n;
	double slowdown = law_seconds_per_item(&pair[1], medians[1]) /
			  law_seconds_per_item(&pair[0], medians[0]);

	*result = (slowdown - 1 / n) / (1 - 1 / n);
}

int laws_karp_flatt(struct estimate *serial, const struct point *points, size_t count)
{
	size_t one = 0;

	while (one < count && points[one].n != 1)
		one++;
	if (one == count || count < 2)
		return -EDOM;
	for (size_t i = 0; i < count; i++) {
		const struct point pair[] = { points[one], points[i] };
		const struct statistic statistic = {
			.results = 1, .resamples = 1000, .of = laws_serial_of_pair, .context = pair
		};
		int err = 0;

		serial[i] = (struct estimate){ NAN, NAN, NAN };
		if (i != one)
			err = bootstrap(&serial[i], &statistic, pair, 2);
		if (err)
			return err;
	}
	return 0;
}
