/* Whether what was measured round by round moved meanwhile. */
#ifndef DRIFT_H
#define DRIFT_H

#include <stddef.h>

/*
 * The probability that rounds in any order would follow each other as smoothly as these: the sum of
 * the squared steps between the ranks of successive samples, over all rows (R. Bartels, The Rank
 * Version of von Neumann's Ratio Test for Randomness, JASA 77, 1982), among those of 1000 other
 * orders of the rounds. What hits all rows of a round alike counts once, for a round stays whole.
 *
 * samples: of each row in turn, one a round, in their order. NAN with fewer than DRIFT_NEEDS
 * rounds, of which too few orders can be told apart; without rows, or without memory. The random
 * numbers are the same in every call.
 */
double drift_p(const double *samples, size_t rows, size_t rounds);

enum { DRIFT_NEEDS = 4 };

#endif
