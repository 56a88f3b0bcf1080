/* Whether a run is called disturbed, and by what. */
#include "tests/testing.h"

#include <math.h>

#include "bench/stats/disturbance.h"

static const struct disturbance_counters nothing = { .resolution_s = 0.01 };

static void expect(struct disturbance is, enum disturbance_kind kind, double share, int pu)
{
	if (is.kind != kind || fabs(is.share - share) > 1e-9 || is.pu != pu)
		fail_msg("kind %d, %g of PU %d instead of kind %d, %g of PU %d", is.kind, is.share,
			 is.pu, kind, share, pu);
}

static void a_quiet_run_is_not_disturbed(void **state)
{
	const struct disturbance_worker workers[] = { { 1, 0.9997, 0, true }, { 1, 1, 1, true } };

	(void)state;
	expect(disturbance_find(workers, 2, &nothing), DISTURBANCE_NONE, 0, -1);
	expect(disturbance_find(workers, 0, &nothing), DISTURBANCE_NONE, 0, -1);
}

static void the_worst_worker_is_named(void **state)
{
	const struct disturbance_worker workers[] = { { 1, 0.9, 0, true },
						      { 1, 0.59, 1, true },
						      { 1, 0.7, 2, true } };

	(void)state;
	expect(disturbance_find(workers, 3, &nothing), DISTURBANCE_OTHERS, 0.41, 1);
}

static void workers_that_share_by_plan_do_not_disturb(void **state)
{
	const struct disturbance_worker workers[] = { { 1, 0.5, 0, false }, { 1, 0.5, 0, false } };

	(void)state;
	expect(disturbance_find(workers, 2, &nothing), DISTURBANCE_NONE, 0, -1);
}

/* A share counts from 2 % on, a time from 50 us on: both are needed. */
static void the_threshold_is_what_the_header_says(void **state)
{
	const struct disturbance_worker below = { 1, 0.951, 0, true },
					above = { 1, 0.949, 0, true },
					brief = { 1e-3, 0.901e-3, 0, true };

	(void)state;
	expect(disturbance_find(&below, 1, &nothing), DISTURBANCE_NONE, 0, -1);
	expect(disturbance_find(&above, 1, &nothing), DISTURBANCE_OTHERS, 0.051, 0);
	expect(disturbance_find(&brief, 1, &nothing), DISTURBANCE_NONE, 0, -1);
}

static void counters_that_explain_it_name_the_cause(void **state)
{
	const struct disturbance_worker workers[] = { { 1, 0.6, 3, true }, { 1, 0.8, 4, true } };
	struct disturbance_counters counters = nothing;

	(void)state;
	counters.steal_s = 0.31;
	expect(disturbance_find(workers, 2, &counters), DISTURBANCE_STEAL, 0.4, 3);
	counters.steal_s = 0.29;
	expect(disturbance_find(workers, 2, &counters), DISTURBANCE_OTHERS, 0.4, 3);
	counters.throttled_s = 0.5;
	expect(disturbance_find(workers, 2, &counters), DISTURBANCE_THROTTLED, 0.4, 3);
}

/* A counter of ticks says nothing of less than a tick. */
static void steal_below_its_resolution_explains_nothing(void **state)
{
	const struct disturbance_worker worker = { 0.01, 0.001, 0, true };
	const struct disturbance_counters counters = { .steal_s = 0.009, .resolution_s = 0.01 };

	(void)state;
	expect(disturbance_find(&worker, 1, &counters), DISTURBANCE_OTHERS, 0.9, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quiet_run_is_not_disturbed),
		cmocka_unit_test(the_worst_worker_is_named),
		cmocka_unit_test(workers_that_share_by_plan_do_not_disturb),
		cmocka_unit_test(the_threshold_is_what_the_header_says),
		cmocka_unit_test(counters_that_explain_it_name_the_cause),
		cmocka_unit_test(steal_below_its_resolution_explains_nothing),
	};

	return RUN_TESTS(tests);
}
