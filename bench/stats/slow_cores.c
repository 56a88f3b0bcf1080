/* Cores that lag behind their kind. */
#include "slow_cores.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "stats.h"

/* One core's rounds: a run of the sorted rates. */
struct core {
	const struct core_rate *rates;
	size_t rounds;
	double median;
};

struct cores {
	struct core_rate *rates; /* sorted by kind, core and rate */
	struct core *cores;      /* in this order */
	size_t count;
	double *scratch; /* as many as there are rates */
};

static int by_kind_core_and_rate(const void *a, const void *b)
{
	const struct core_rate *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->core != y->core)
		return x->core < y->core ? -1 : 1;
	return (x->rate > y->rate) - (x->rate < y->rate);
}

static void cores_free(struct cores *all)
{
	free(all->rates);
	free(all->cores);
	free(all->scratch);
}

static int cores_allocate(struct cores *all, size_t count)
{
	size_t room = count ? count : 1;

	*all = (struct cores){ .rates = malloc(room * sizeof(*all->rates)),
			       .cores = malloc(room * sizeof(*all->cores)),
			       .scratch = malloc(room * sizeof(*all->scratch)) };
	if (all->rates && all->cores && all->scratch)
		return 0;
	cores_free(all);
	return -ENOMEM;
}

static void cores_collect(struct cores *all, const struct core_rate *rates, size_t count)
{
	size_t rounds;

	for (size_t i = 0; i < count; i++)
		all->rates[i] = rates[i];
	qsort(all->rates, count, sizeof(*all->rates), by_kind_core_and_rate);
	for (size_t i = 0; i < count; i += rounds) {
		const struct core_rate *first = &all->rates[i];

		rounds = 1;
		while (i + rounds < count && first[rounds].core == first->core)
			rounds++;
		all->cores[all->count++] = (struct core){
			.rates = first,
			.rounds = rounds,
			.median = (first[(rounds - 1) / 2].rate + first[rounds / 2].rate) / 2,
		};
	}
}

/*
 * The robust deviation of one round of one core, relative to the core's median; NAN where no core
 * has two rounds. Few rounds lie too close to their own median: with an odd number one is the
 * median, and its 0 is left out; with an even number they are stretched, as in bootstrap().
 */
static double cores_noise(struct cores *all)
{
	size_t count = 0;

	for (size_t c = 0; c < all->count; c++) {
		const struct core *core = &all->cores[c];
		double m = (double)core->rounds;
		double stretch = core->rounds % 2 ? 1 : sqrt(m / (m - 1));

		for (size_t i = 0; i < core->rounds; i++) {
			if (core->rounds % 2 && i == core->rounds / 2)
				continue;
			all->scratch[count++] =
				fabs(core->rates[i].rate / core->median - 1) * stretch;
		}
	}
	return 1.4826 * stats_median(all->scratch, count);
}

/* The median of the cores from `first` on that are of its kind; *end is the next kind's first. */
static double slow_cores_median(size_t *end, struct cores *all, size_t first)
{
	size_t i = first;

	while (i < all->count && all->cores[i].rates->kind == all->cores[first].rates->kind) {
		all->scratch[i - first] = all->cores[i].median;
		i++;
	}
	*end = i;
	return stats_median(all->scratch, i - first);
}

int slow_cores(struct slow_core *out, const struct core_rate *rates, size_t count)
{
	struct cores all;
	double noise;
	size_t end;
	int named = 0, err = cores_allocate(&all, count);

	if (err)
		return err;
	cores_collect(&all, rates, count);
	noise = cores_noise(&all);
	for (size_t first = 0; first < all.count; first = end) {
		double of_kind = slow_cores_median(&end, &all, first);

		for (size_t i = first; i < end; i++) {
			const struct core *core = &all.cores[i];
			double below = 1 - core->median / of_kind;

			if (core->rounds > 1 && below > 0.03 && below > 3 * noise)
				out[named++] = (struct slow_core){
					.core = core->rates->core,
					.kind = core->rates->kind,
					.rate = core->median,
					.of_kind = of_kind,
				};
		}
	}
	cores_free(&all);
	return named;
}
