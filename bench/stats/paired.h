/* Two sets of samples that were taken side by side, round by round. */
#ifndef PAIRED_H
#define PAIRED_H

#include "stats.h"

/*
 * The median of a[i] / b[i], and an interval between order statistics that is looked at as often as
 * one likes: with probability of at least 1 - 2 alpha, alpha for each end, the true median is in
 * the intervals of the first pair, of the first two, of the first three, and so on, all of them. So
 * a measurement may go on until the interval says enough, which an interval for one count, looked
 * at again and again, does not allow. Whatever hits both of a pair alike cancels.
 *
 * An end is where the sign test stops a bet: one that a ratio is above it, with all odds over one
 * half weighted alike, would have won 1 / alpha (J. Ville, Etude critique de la notion de
 * collectif, 1939; H. Robbins, Statistical Methods Related to the Law of the Iterated Logarithm,
 * Annals of Mathematical Statistics 41, 1970).
 *
 * Samples are greater than 0; alpha is above 0 and at most one half. low and high are NAN with
 * fewer than paired_needs(alpha) pairs; all three without pairs, or memory.
 */
struct estimate paired_ratio(const double *a, const double *b, size_t count, double alpha);

/* Pairs without which there is no interval. */
size_t paired_needs(double alpha);

#endif
