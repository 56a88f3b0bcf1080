/* Sizes of leases: by ranks, by CHUNK, and by how long the leader is away. */
#include "tests/testing.h"

#include "bench/team/lease_size.h"

static const struct work work = { .items = UINT64_C(1) << 44,
				  .chunk_min = 1000,
				  .chunk_max = 100000 };

static struct lease_size size_of(const struct schedule_type *type, uint64_t chunk_items,
				 unsigned int ranks, uint64_t gap_ns)
{
	const struct partition partition = { .items = work.items,
					     .chunk_items = chunk_items,
					     .chunks = work.items / chunk_items };

	return lease_size_of(type, &work, &partition,
			     &(struct lease_takers){ ranks, ranks, gap_ns });
}

static void few_ranks_have_batches_of_eight(void **state)
{
	(void)state;
	for (unsigned int ranks = 1; ranks < 128; ranks++) {
		assert_int_equal(size_of(&schedule_dynamic, 100000, ranks, 0).least, 1);
		assert_int_equal(size_of(&schedule_dynamic, 100000, ranks, 0).most, BATCH_MAX);
		assert_int_equal(size_of(&schedule_guided, 100000, ranks, 0).most, BATCH_MAX);
	}
}

/* At 11 us a lease and a millisecond a chunk, all ranks' smallest leases leave the leader time. */
static void leases_grow_with_ranks(void **state)
{
	(void)state;
	for (unsigned int ranks = 128; ranks <= 8192; ranks *= 2) {
		struct lease_size size = size_of(&schedule_dynamic, 100000, ranks, 0);

		assert_true(ranks * 0.011 < size.least);
		assert_int_equal(size.most, BATCH_MAX * size.least);
	}
}

static void a_lease_lasts_until_the_leader_is_back(void **state)
{
	(void)state;
	assert_int_equal(size_of(&schedule_dynamic, 100000, 3, 95000000).least, 95);
	assert_int_equal(size_of(&schedule_dynamic, 100000, 3, 95000000).most, 760);
	assert_int_equal(size_of(&schedule_dynamic, 100000, 3, 999999).least, 1);
}

/* As many items, but no more chunks than a message should carry, and always one. */
static void smaller_chunks_are_more_of_them(void **state)
{
	(void)state;
	assert_int_equal(size_of(&schedule_dynamic, 10000, 3, 0).most, 80);
	assert_int_equal(size_of(&schedule_dynamic, 10, 3, 0).most, 1024);
	assert_int_equal(size_of(&schedule_dynamic, 400000, 3, 0).most, 2);
	assert_int_equal(size_of(&schedule_dynamic, 100000000, 3, 0).most, 1);
	assert_int_equal(size_of(&schedule_static, 100000, 3, 0).most, 1024);
	assert_int_equal(size_of(&schedule_static, 400000, 4096, 0).most, 256);
	assert_int_equal(size_of(&schedule_static, 1000000000, 3, 0).most, 1);
}

/* A job of few chunks is not gone with the first leases. */
static void no_lease_is_more_than_a_sixteenth(void **state)
{
	const struct partition partition = { .items = 32 * 4096 * 1000,
					     .chunk_items = 1000,
					     .chunks = 32 * 4096 };

	(void)state;
	assert_int_equal(lease_size_of(&schedule_dynamic, &work, &partition,
				       &(struct lease_takers){ 4096, 4096, 1000000000 })
				 .least,
			 2);
}

static void who_serves_has_a_smaller_share(void **state)
{
	const struct partition partition = { .items = work.items,
					     .chunk_items = 100000,
					     .chunks = work.items / 100000 };
	double before = 0;

	(void)state;
	for (unsigned int ranks = 2; ranks < 1 << 24; ranks *= 2) {
		double serving = lease_size_serving(&work, &partition,
						    &(struct lease_takers){ ranks, ranks, 0 });

		assert_true(serving >= before && serving <= 1);
		before = serving;
		if (ranks == 2)
			assert_true(serving < 0.001);
		if (ranks == 4096)
			assert_true(serving > 0.044 && serving < 0.2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_ranks_have_batches_of_eight),
		cmocka_unit_test(leases_grow_with_ranks),
		cmocka_unit_test(a_lease_lasts_until_the_leader_is_back),
		cmocka_unit_test(smaller_chunks_are_more_of_them),
		cmocka_unit_test(no_lease_is_more_than_a_sixteenth),
		cmocka_unit_test(who_serves_has_a_smaller_share),
	};

	return RUN_TESTS(tests);
}
