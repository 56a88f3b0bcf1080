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
 * both alike. Samples that were disturbed do not count. Claiming one best row against all others
 * needs no correction for their number, for each of them has to be told apart (R. L. Berger,
 * Multiparameter Hypothesis Testing and Acceptance Sampling, Technometrics 24, 1982).
 *
 * Returns 0 or -ENOMEM. Free it with ranking_free() in any case.
 */
int ranking_make(struct ranking *ranking, const struct result *result, enum ranking_cost cost);
void ranking_free(struct ranking *ranking);

/* Whether every row is told from the best, or as good. */
bool ranking_is_decided(const struct ranking *ranking);

/*
 * The cost of one row over that of another, in the rounds that both have undisturbed; without an
 * interval if there are fewer than six, NAN if there are none. *rounds: how many there are.
 */
int ranking_compare(struct estimate *ratio, size_t *rounds, const struct row *row,
		    const struct row *other, enum ranking_cost cost);

#endif
