/* Many tests at once: p-values adjusted for their number. */
#ifndef MULTIPLE_TESTS_H
#define MULTIPLE_TESTS_H

#include <stddef.h>

/*
 * Adjusts count p-values in place for their number, step down (S. Holm, 1979): those below 0.05
 * afterwards are found with at most 5 % probability of any false one. NAN stays NAN, and counts.
 * Returns 0 or -ENOMEM.
 */
int multiple_tests_adjust(double *p, size_t count);

#endif
