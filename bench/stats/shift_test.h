/* Whether one set of samples is larger than another by more than a factor. */
#ifndef SHIFT_TEST_H
#define SHIFT_TEST_H

#include <stddef.h>

/*
 * The probability that samples of which `a`, divided by factor, is no larger than `b` have ranks as
 * high as these: one-sided, of the sum of the midranks over all ways to choose na of na + nb (F.
 * Wilcoxon, Biometrics Bulletin 1, 1945; with ties, the permutation distribution of what was
 * measured). Exact up to 60 samples in all; beyond, the normal approximation with the ties'
 * variance and a continuity correction. NAN if a set is empty, or without memory.
 */
double shift_test_p_larger(const double *a, size_t na, const double *b, size_t nb, double factor);

/* The least p that two sets of so many can reach: all of one are larger than all of the other. */
double shift_test_least_p(size_t each);

#endif
