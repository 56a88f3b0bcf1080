/* What the scaling of a job obeys: the laws' parameters, from measured points, with intervals. */
#ifndef LAWS_H
#define LAWS_H

#include <stdbool.h>
#include <stddef.h>

#include "bootstrap.h"

/*
 * Points may be in any order; their n must differ. The time of a point is the median of its
 * samples. The fits are least squares of relative errors (weights 1 / y^2), for the noise of a time
 * grows with the time. The intervals are those of bootstrap() with 1000 resamples: they tell how
 * sure a parameter is if the law holds, not whether it does.
 *
 * Each fit returns 0; -EDOM with nothing filled if there are too few points; -ENOMEM.
 */

/*
 * Whether a law holds for the points that it was fitted to. A point contradicts it if the law is
 * off there by more than 5 %, and by more than three standard errors of the point's median (1.2533
 * robust deviations over the root of the count of samples). Parameters of a law that does not fit
 * mean nothing, however narrow their intervals are.
 */
struct misfit {
	double residual; /* the largest share that the law is off by, over the points; 0 or more */
	bool fits;
};

/* Points without which there is no fit. */
enum { LAWS_SERIAL_NEEDS = 3, LAWS_USL_NEEDS = 4 };

/* A job of a part that one worker does alone, and a part that all do together. */
struct serial_law {
	struct estimate serial; /* fraction s of the time that is serial, 0 to 1 */
	struct estimate alone;  /* rate of one worker, in items a second */
	struct misfit misfit;
};

/*
 * Strong scaling, the same job for all n: T(n) = T(1) (s + (1 - s) / n), s a fraction of T(1)
 * (G. M. Amdahl, Validity of the Single Processor Approach, AFIPS 30, 1967). The times are taken
 * per item. Needs LAWS_SERIAL_NEEDS points. No n workers are more than 1 / s times faster than one.
 */
int laws_amdahl(struct serial_law *law, const struct point *points, size_t count);

/*
 * Weak scaling, a job that grows with n: X(n) = X(1) (s + (1 - s) n) in items a second, s a
 * fraction of the time that each of the runs takes (J. L. Gustafson, Reevaluating Amdahl's Law,
 * CACM 31, 1988). Needs LAWS_SERIAL_NEEDS points.
 */
int laws_gustafson(struct serial_law *law, const struct point *points, size_t count);

/* See laws_usl(). */
struct usl {
	struct estimate contention; /* a, 0 or more: queueing for what is shared */
	struct estimate coherency;  /* b, 0 or more: exchange between every two */
	struct estimate peak;       /* n of the highest rate, at least 1; INFINITY where it never
				       falls again, which may be but an end of the interval */
	struct estimate alone;      /* L, rate of one worker, in items a second */
	struct misfit misfit;
	bool extrapolated; /* the peak lies beyond all points: no sample tells of it */
};

/*
 * The Universal Scalability Law, X(n) = L n / (1 + a (n - 1) + b n (n - 1)) in items a second, with
 * its highest rate at n = sqrt((1 - a) / b) (N. J. Gunther, Guerrilla Capacity Planning, 2007, ch.
 * 4 to 6). Needs LAWS_USL_NEEDS points. Without a point at n = 1 the fit can find no bound for the
 * rate of one worker: contention, coherency and alone are then INFINITY.
 */
int laws_usl(struct usl *law, const struct point *points, size_t count);

/*
 * The serial fraction that alone would explain each point, (1/S - 1/n) / (1 - 1/n), where S is the
 * point's rate over that of the point at n = 1 (A. H. Karp and H. P. Flatt, Measuring Parallel
 * Processor Performance, CACM 33, 1990). One that grows with n is overhead that grows, not a serial
 * part. One below 0 says that n workers were more than n times faster than one: more cache in all,
 * a slow first point, or noise.
 *
 * Fills one estimate for each point, in the points' order; NAN for that at n = 1. Returns 0; -EDOM
 * with nothing filled without a point at n = 1 and another; -ENOMEM.
 */
int laws_karp_flatt(struct estimate *serial, const struct point *points, size_t count);

#endif
