/* Which row is the best, as far as the rounds tell. */
#ifndef RANKING_H
#define RANKING_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/result/result.h"

/* What a row costs. */
enum ranking_cost {
	RANKING_RATE, /* seconds an item */
	RANKING_SOON, /* seconds, start-up included */
};

/* A difference of this share is not worth a word. */
#define RANKING_NEAR 0.05

/* How a row stands to the best one. */
enum ranking_standing {
	RANKING_BEST,
	RANKING_WORSE,   /* it costs more, beyond noise */
	RANKING_AS_GOOD, /* it costs at most RANKING_NEAR more, beyond noise */
	RANKING_UNCLEAR, /* the rounds do not tell */
	RANKING_OUT,     /* it was not measured, or not verified */
};

struct ranking {
	size_t best; /* number of the row of the least median cost; SIZE_MAX: there is none */
	enum ranking_standing *standing; /* of every row */
	struct estimate *ratio;          /* its cost over that of the best, paired by rounds */
	size_t count;
	/*
	 * Undisturbed rounds that are still missing before the best can be told from every other
	 * row at all; 0: there are enough.
	 */
	unsigned int needed;
	unsigned int disturbed; /* samples left out because something else had the CPUs */
};

/*
 * Compares every row with the best one, by the ratios of their costs in the same rounds: drift hits
 * both alike. Samples that were disturbed do not count. All comparisons hold together, however
 * often they are made while rounds are added, with 95 %: each gets its share of the 5 %
 * (paired_ratio()). The one of the least median was chosen for it, after the fact; it is as well
 * provided for: for a best row to be called worse, one of the others would have to beat it by
 * chance, at that share each.
 *
 * Returns 0 or -ENOMEM. Free it with ranking_free() in any case.
 */
int ranking_make(struct ranking *ranking, const struct result *result, enum ranking_cost cost);
/* The same with another row in the place of the best: for what is to be said of that one. */
int ranking_against(struct ranking *ranking, const struct result *result, enum ranking_cost cost,
		    size_t best);

void ranking_free(struct ranking *ranking);

/* Whether every row is told from the best, or as good. */
bool ranking_is_decided(const struct ranking *ranking);

#endif
