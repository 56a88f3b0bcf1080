/* The rank test for a shift beyond a factor, and the correction for many tests. */
#include "tests/noise.h"

#include "bench/stats/shift_test.h"

/* Of a difference in either direction. */
static double two_sided(const double *a, size_t na, const double *b, size_t nb)
{
	return fmin(1, 2 * fmin(shift_test_p_larger(a, na, b, nb, 1),
				shift_test_p_larger(b, nb, a, na, 1)));
}

/* Two sets without ties in which the one of the first is the larger in u pairs. */
static double p_of_u(size_t na, size_t nb, size_t u)
{
	double a[100], b[100];

	for (size_t i = 0; i < nb; i++)
		b[i] = (double)i;
	for (size_t i = 0; i < na; i++) {
		size_t smaller = u < nb ? u : nb;

		a[i] = (double)smaller - 0.5 + (double)i / 1000;
		u -= smaller;
	}
	return two_sided(a, na, b, nb);
}

/* All arrangements are as likely: each is a set of ranks, one bit a rank. */
static void p_counts_all_arrangements(void **state)
{
	enum { MOST = 11 };

	(void)state;
	for (unsigned int count = 2; count <= MOST; count++) {
		double arrangements[MOST + 1][MOST * MOST] = { 0 };

		for (unsigned int set = 0; set < 1u << count; set++) {
			unsigned int na = 0, ranks = 0;

			for (unsigned int i = 0; i < count; i++) {
				na += set >> i & 1;
				ranks += (set >> i & 1) * (i + 1);
			}
			arrangements[na][ranks - na * (na + 1) / 2]++;
		}
		for (unsigned int na = 1; na < count; na++) {
			unsigned int most = na * (count - na);

			for (unsigned int u = 0; u <= most; u++) {
				double extreme = 0, all = 0, p = p_of_u(na, count - na, u);

				for (unsigned int v = 0; v <= most; v++) {
					bool far = abs(2 * (int)v - (int)most) >=
						   abs(2 * (int)u - (int)most);

					all += arrangements[na][v];
					extreme += far ? arrangements[na][v] : 0;
				}
				if (fabs(p - extreme / all) > 1e-12)
					fail_msg("U = %u of %u and %u: p = %g, not %g", u, na,
						 count - na, p, extreme / all);
			}
		}
	}
}

/* The usual table: the largest U that is significant at 5 %, two-sided. */
static void known_critical_values(void **state)
{
	static const size_t known[][3] = {
		{ 5, 5, 2 },    { 7, 7, 8 },    { 8, 8, 13 },    { 10, 10, 23 },
		{ 12, 12, 37 }, { 15, 15, 64 }, { 20, 20, 127 }, { 4, 10, 5 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		size_t na = known[i][0], nb = known[i][1], u = known[i][2];

		if (p_of_u(na, nb, u) > 0.05 || p_of_u(na, nb, u + 1) <= 0.05)
			fail_msg("%zu and %zu: p(%zu) = %g, p(%zu) = %g", na, nb, u,
				 p_of_u(na, nb, u), u + 1, p_of_u(na, nb, u + 1));
	}
}

static void known_rank_tests(void **state)
{
	/* Hollander and Wolfe, Nonparametric Statistical Methods, 1973, p. 69: one-sided 0.1272. */
	const double term[] = { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46 },
		     weeks[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	/* Student's sleep data, with ties: the exact permutation p of R's coin is 0.06582. */
	const double one[] = { 0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2 },
		     two[] = { 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4 };
	const double same[] = { 3, 3, 3, 3 };

	(void)state;
	assert_true(fabs(two_sided(term, 10, weeks, 5) - 2 * 0.1272) < 1e-4);
	assert_true(two_sided(term, 10, weeks, 5) == two_sided(weeks, 5, term, 10));
	assert_true(fabs(two_sided(one, 10, two, 10) - 0.06582) < 5e-6);
	assert_true(two_sided(one, 10, two, 10) == two_sided(two, 10, one, 10));
	assert_true(two_sided(same, 4, same, 3) == 1);
	assert_true(two_sided(same, 1, same, 1) == 1);
	assert_true(isnan(shift_test_p_larger(one, 0, two, 10, 1)));
	assert_true(isnan(shift_test_p_larger(one, 10, two, 0, 1)));
}

/* The exact distribution ends at 60 samples: the normal one goes on from there. */
static void many_samples_follow_few(void **state)
{
	(void)state;
	for (size_t u = 330; u <= 450; u += 10) {
		double exact = p_of_u(30, 30, u), next = p_of_u(30, 31, u + 15);

		/* 15 more pairs, half of them, leave the distance from the middle as it is. */
		if (fabs(exact - next) > 0.03)
			fail_msg("U = %zu: %g among 60 samples, %g among 61", u, exact, next);
	}
}

/* Under one distribution p is below 5 % in 5 % of the cases, and rarely more often. */
static void chance_is_rarely_significant(void **state)
{
	static const size_t counts[][2] = { { 10, 10 }, { 40, 30 } };
	enum { REPEATS = 1000 };
	uint64_t seed = 18;

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		int found = 0, truly = 0;

		for (int repeat = 0; repeat < REPEATS; repeat++) {
			double a[40], b[40];

			for (size_t k = 0; k < counts[i][0]; k++)
				a[k] = skewed(&seed);
			for (size_t k = 0; k < counts[i][1]; k++)
				b[k] = skewed(&seed);
			found += two_sided(a, counts[i][0], b, counts[i][1]) < 0.05;
			for (size_t k = 0; k < counts[i][1]; k++)
				b[k] *= 8;
			truly += two_sided(a, counts[i][0], b, counts[i][1]) < 0.05;
		}
		if (found < 0.03 * REPEATS || found > 0.065 * REPEATS || truly < 0.9 * REPEATS)
			fail_msg("%zu and %zu: %d of %d significant by chance, %d truly",
				 counts[i][0], counts[i][1], found, REPEATS, truly);
	}
}

/* What is larger by less than the factor is not called so. */
static void a_factor_is_taken_off(void **state)
{
	const double less[] = { 1.00, 1.01, 1.02, 1.03, 1.04 },
		     more[] = { 1.10, 1.11, 1.12, 1.13, 1.14 };

	(void)state;
	assert_true(fabs(shift_test_p_larger(more, 5, less, 5, 1) - 1 / 252.) < 1e-12);
	assert_true(fabs(shift_test_p_larger(more, 5, less, 5, 1.05) - 1 / 252.) < 1e-12);
	assert_true(shift_test_p_larger(more, 5, less, 5, 1.2) == 1);
	assert_true(fabs(shift_test_least_p(5) - 1 / 252.) < 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p_counts_all_arrangements),
		cmocka_unit_test(known_critical_values),
		cmocka_unit_test(known_rank_tests),
		cmocka_unit_test(many_samples_follow_few),
		cmocka_unit_test(chance_is_rarely_significant),
		cmocka_unit_test(a_factor_is_taken_off),
	};

	return RUN_TESTS(tests);
}
