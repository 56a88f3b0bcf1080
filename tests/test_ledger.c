/* The ledger: how a job is cut, what is counted as done, and which blocks it takes in. */
#include "tests/testing.h"

#include <string.h>

#include "bench/team/ledger.h"
#include "tests/hash_work.h"

/* Chunks follow each other without a gap, and only the last may be short. */
static void check_partition(const struct work *work, const struct partition *partition)
{
	uint64_t whole = partition->chunks ? (partition->chunks - 1) * partition->chunk_items : 0;

	assert_int_equal(partition->items, work->items);
	if (!work->items)
		assert_int_equal(partition->chunks, 0);
	else
		assert_in_range(work->items - whole, 1, partition->chunk_items);
}

static void cuts_within_the_bounds_of_the_work(void **state)
{
	static const uint64_t items[] = { 0,   1,    9,      10,       11,   99,
					  100, 101,  288,    319,      320,  321,
					  639, 1000, 999983, 1u << 30, 1e15, INT64_MAX };
	struct hash_work *hash = hash_work_new(1, 1);

	(void)state;
	for (size_t i = 0; i < COUNT(items); i++)
		for (unsigned int workers = 1; workers < 2000; workers = 2 * workers + 1) {
			struct partition partition;

			hash->work.items = items[i];
			partition = partition_job(&hash->work, workers, 0);
			/* A job of years has longer chunks, so that they can be counted. */
			if (items[i] / hash->work.chunk_max < CHUNKS_MAX)
				assert_in_range(partition.chunk_items, hash->work.chunk_min,
						hash->work.chunk_max);
			assert_true(partition.chunks <= CHUNKS_MAX);
			check_partition(&hash->work, &partition);
			if (partition.chunk_items > hash->work.chunk_min)
				assert_true(partition.chunks > workers);
		}
	hash_free(&hash->work);
}

static void cuts_by_the_chunk_that_was_given(void **state)
{
	static const uint64_t items[] = { 0, 1, 10, 99, 100, 101, 999983, INT64_MAX },
			      chunks[] = { 1, 2, 10, 99, 100, 101, 1000000, INT64_MAX };
	struct hash_work *hash = hash_work_new(1, 1);

	(void)state;
	for (size_t i = 0; i < COUNT(items); i++)
		for (size_t k = 0; k < COUNT(chunks); k++) {
			struct partition partition;

			hash->work.items = items[i];
			partition = partition_job(&hash->work, 3, chunks[k]);
			assert_int_equal(partition.chunk_items, chunks[k]);
			check_partition(&hash->work, &partition);
		}
	hash_free(&hash->work);
}

/* A job of 10 chunks, the last of 3 items, whose chunks have a number of slots that differs. */
struct job {
	struct hash_work *hash;
	struct partition partition;
	struct ledger ledger;
};

enum { JOB_ITEMS = 93, JOB_CHUNK = 10, JOB_CHUNKS = 10 };

static void job_open(struct job *job)
{
	job->hash = hash_work_new(JOB_ITEMS, 4);
	job->partition = partition_job(&job->hash->work, 1, JOB_CHUNK);
	assert_int_equal(job->partition.chunks, JOB_CHUNKS);
	assert_int_equal(ledger_open(&job->ledger, &job->hash->work, &job->partition,
				     batch_of(0, JOB_CHUNKS)),
			 0);
}

static void job_close(struct job *job)
{
	ledger_close(&job->ledger);
	hash_free(&job->hash->work);
}

/* What the ledger has is the job's result. */
static void job_is_whole(struct job *job)
{
	hash_reset(&job->hash->work);
	for (uint64_t i = 0; i < JOB_CHUNKS; i++) {
		struct chunk chunk;

		ledger_chunk(&job->ledger, i, &chunk);
		hash_collect(&job->hash->work, &chunk);
	}
	assert_int_equal(hash_verify(&job->hash->work), 0);
}

/* Does the chunks of a ledger, all but one of that number. */
static void do_chunks(struct job *job, struct ledger *ledger, unsigned int worker, uint64_t but)
{
	for (uint64_t i = 0; i < ledger->batch.count; i++) {
		struct chunk chunk;

		ledger_chunk(ledger, i, &chunk);
		if (chunk.index == but)
			continue;
		hash_fill(job->hash, &chunk);
		ledger_commit(ledger, i, worker);
	}
}

/* The slots of each chunk are as many as it has pages, and those of the next one come after them.
 */
static void chunks_follow_each_other(void **state)
{
	uint64_t at = 0, *free_slots;
	struct job job;

	(void)state;
	job_open(&job);
	free_slots = (uint64_t *)job.ledger.slots;
	for (uint64_t i = 0; i < JOB_CHUNKS; i++) {
		struct chunk chunk;

		ledger_chunk(&job.ledger, i, &chunk);
		assert_int_equal(chunk.index, i);
		assert_int_equal(chunk.begin, at);
		assert_in_range(chunk.end, chunk.begin + 1, chunk.begin + JOB_CHUNK);
		assert_true((uint64_t *)chunk.slots >= free_slots);
		at = chunk.end;
		free_slots = (uint64_t *)chunk.slots + (chunk.end - 1) / 4 - chunk.begin / 4 + 1;
	}
	assert_int_equal(at, JOB_ITEMS);
	assert_ptr_equal(free_slots, (unsigned char *)job.ledger.block + job.ledger.size);
	job_close(&job);
}

static void counts_what_is_done(void **state)
{
	static const uint64_t order[JOB_CHUNKS] = { 9, 0, 5, 1, 2, 8, 3, 4, 7, 6 };
	uint64_t done = 0;
	struct job job;

	(void)state;
	job_open(&job);
	for (int repeat = 0; repeat < 2; repeat++, done = 0) {
		assert_int_equal(ledger_done(&job.ledger), 0);
		for (size_t i = 0; i < JOB_CHUNKS; i++) {
			ledger_commit(&job.ledger, order[i], 0);
			done += order[i] == JOB_CHUNKS - 1 ? 3 : JOB_CHUNK;
			assert_int_equal(ledger_done(&job.ledger), done);
			ledger_commit(&job.ledger, order[i], 0);
			assert_int_equal(ledger_done(&job.ledger), done);
		}
		ledger_reset(&job.ledger);
	}
	job_close(&job);
}

static void tallies_by_worker_and_what_is_missing(void **state)
{
	uint64_t items[3] = { 0, 1000, 0 };
	struct job job;

	(void)state;
	job_open(&job);
	assert_int_equal(ledger_tally(&job.ledger, items, 3), JOB_CHUNKS);
	ledger_commit(&job.ledger, 0, 0);
	ledger_commit(&job.ledger, 1, 1);
	ledger_commit(&job.ledger, 5, 1);
	ledger_commit(&job.ledger, 9, 2);
	assert_int_equal(ledger_tally(&job.ledger, items, 3), JOB_CHUNKS - 4);
	assert_int_equal(items[0], 10);
	assert_int_equal(items[1], 1000 + 20);
	assert_int_equal(items[2], 3);
	/* A worker that is none of the team does not count. */
	ledger_commit(&job.ledger, 2, 3);
	assert_int_equal(ledger_tally(&job.ledger, items, 3), JOB_CHUNKS - 4);
	ledger_reset(&job.ledger);
	assert_int_equal(ledger_tally(&job.ledger, items, 3), JOB_CHUNKS);
	job_close(&job);
}

static void no_chunks_no_trouble(void **state)
{
	struct hash_work *hash = hash_work_new(0, 4);
	struct partition partition = partition_job(&hash->work, 7, 0);
	struct ledger ledger;

	(void)state;
	assert_int_equal(ledger_open(&ledger, &hash->work, &partition, batch_of(0, 0)), 0);
	assert_int_equal(ledger_done(&ledger), 0);
	assert_int_equal(ledger_tally(&ledger, NULL, 0), 0);
	ledger_close(&ledger);
	ledger_close(&ledger);
	hash_free(&hash->work);
}

static void lease_open(struct job *job, struct ledger *lease, uint64_t first, uint64_t count)
{
	assert_int_equal(
		ledger_open(lease, &job->hash->work, &job->partition, batch_of(first, count)), 0);
}

static void takes_in_leases(void **state)
{
	static const struct {
		uint64_t first, count;
	} leases[] = { { 4, 3 }, { 0, 1 }, { 7, 3 }, { 1, 3 } };
	uint64_t items[4] = { 0 };
	struct job job;

	(void)state;
	job_open(&job);
	for (unsigned int i = 0; i < COUNT(leases); i++) {
		struct ledger lease;

		lease_open(&job, &lease, leases[i].first, leases[i].count);
		do_chunks(&job, &lease, i, UINT64_MAX);
		assert_int_equal(ledger_take(&job.ledger, lease.block, lease.size, NULL, NULL), 0);
		ledger_close(&lease);
	}
	assert_int_equal(ledger_tally(&job.ledger, items, 4), 0);
	assert_int_equal(items[0], 30);
	assert_int_equal(items[1], 10);
	assert_int_equal(items[2], 23);
	assert_int_equal(items[3], 30);
	job_is_whole(&job);
	job_close(&job);
}

/* Worker w of four has chunks w, w + 4, w + 8, and two of them make a rank. */
static void takes_in_turns(void **state)
{
	static const struct batch turns[] = {
		{ .first = 2, .count = 4, .run = 2, .stride = 4 },
		{ .first = 0, .count = 5, .run = 2, .stride = 4 },
		{ .first = 9, .count = 1, .run = 2, .stride = 4 },
	};
	uint64_t items[3] = { 0 };
	struct job job;

	(void)state;
	job_open(&job);
	for (unsigned int i = 0; i < COUNT(turns); i++) {
		struct ledger lease;

		assert_int_equal(ledger_open(&lease, &job.hash->work, &job.partition, turns[i]), 0);
		do_chunks(&job, &lease, i, UINT64_MAX);
		assert_int_equal(ledger_take(&job.ledger, lease.block, lease.size, NULL, NULL), 0);
		ledger_close(&lease);
	}
	assert_int_equal(ledger_tally(&job.ledger, items, 3), 0);
	assert_int_equal(items[0], 40);
	assert_int_equal(items[1], 50);
	assert_int_equal(items[2], 3);
	job_is_whole(&job);
	job_close(&job);
}

/* By its chunks, one after the other, none twice. */
static bool fits_by_chunks(const struct batch *batch, uint64_t chunks)
{
	bool seen[8] = { false };

	if (!batch->count || !batch->run)
		return false;
	for (uint64_t i = 0; i < batch->count; i++) {
		uint64_t chunk = batch_chunk(batch, i);

		if (chunk >= chunks || seen[chunk])
			return false;
		seen[chunk] = true;
	}
	return true;
}

static void batches_fit_as_their_chunks_do(void **state)
{
	const uint64_t huge[] = { UINT64_MAX, UINT64_MAX - 1, (uint64_t)1 << 63, 4 };
	struct batch batch;
	bool fits;

	(void)state;
	for (batch.first = 0; batch.first < 9; batch.first++)
		for (batch.count = 0; batch.count < 10; batch.count++)
			for (batch.run = 0; batch.run < 10; batch.run++)
				for (batch.stride = 0; batch.stride < 10; batch.stride++) {
					fits = batch_fits(&batch, 8);
					/* Runs that overlap are refused, though no chunk be
					 * twice in them. */
					if (batch.run > batch.stride && batch.count > batch.run)
						assert_false(fits);
					else
						assert_int_equal(fits, fits_by_chunks(&batch, 8));
				}
	for (size_t i = 0; i < 256; i++) {
		batch = (struct batch){ huge[i % 4], huge[i / 4 % 4], huge[i / 16 % 4],
					huge[i / 64] };
		assert_false(batch_fits(&batch, 4) && batch.first);
	}
}

static void takes_in_the_whole_job(void **state)
{
	struct job job, other;
	uint64_t items[1] = { 0 };

	(void)state;
	job_open(&job);
	job_open(&other);
	do_chunks(&other, &other.ledger, 0, UINT64_MAX);
	assert_int_equal(
		ledger_take(&job.ledger, other.ledger.block, other.ledger.size, NULL, NULL), 0);
	assert_int_equal(ledger_tally(&job.ledger, items, 1), 0);
	job_close(&other);
	job_close(&job);
}

/* Refused, with nothing of it counted. */
static void refused(struct job *job, const void *block, size_t length, const char *what)
{
	int ret = ledger_take(&job->ledger, block, length, NULL, NULL);
	uint64_t done = ledger_done(&job->ledger);

	if (ret != -EPROTO || done)
		fail_msg("%s: %d, and %" PRIu64 " items count", what, ret, done);
}

static void refuses_blocks_of_another_length(void **state)
{
	struct ledger lease;
	unsigned char *copy;
	struct job job;

	(void)state;
	job_open(&job);
	lease_open(&job, &lease, 2, 4);
	do_chunks(&job, &lease, 0, UINT64_MAX);
	copy = aligned_alloc(128, (lease.size + 8 + 127) / 128 * 128);
	assert_non_null(copy);
	memcpy(copy, lease.block, lease.size);
	for (size_t length = 0; length < lease.size; length++)
		refused(&job, copy, length, "truncated");
	for (size_t more = 1; more <= 8; more++)
		refused(&job, copy, lease.size + more, "too long");
	assert_int_equal(ledger_take(&job.ledger, copy, lease.size, NULL, NULL), 0);
	free(copy);
	ledger_close(&lease);
	job_close(&job);
}

/* Blocks of a larger job, whose chunks this ledger has not, or not all. */
static void refuses_chunks_that_it_has_not(void **state)
{
	static const struct {
		uint64_t first, count;
	} leases[] = { { 10, 1 }, { 9, 2 }, { 0, 11 }, { 0, 20 }, { 15, 5 }, { 19, 1 } };
	struct job job, larger = { .hash = hash_work_new(200, 4) };

	(void)state;
	job_open(&job);
	larger.partition = partition_job(&larger.hash->work, 1, JOB_CHUNK);
	for (size_t i = 0; i < COUNT(leases); i++) {
		struct ledger lease;

		lease_open(&larger, &lease, leases[i].first, leases[i].count);
		do_chunks(&larger, &lease, 0, UINT64_MAX);
		refused(&job, lease.block, lease.size, "outside");
		ledger_close(&lease);
	}
	hash_free(&larger.hash->work);
	job_close(&job);
}

/* Only what holds all of the job takes in others' blocks. */
static void a_part_takes_nothing(void **state)
{
	struct job job;

	(void)state;
	job_open(&job);
	ledger_close(&job.ledger);
	lease_open(&job, &job.ledger, 3, 4);
	for (uint64_t first = 0; first < JOB_CHUNKS; first++)
		for (uint64_t count = 0; first + count <= JOB_CHUNKS; count++) {
			struct ledger lease;

			lease_open(&job, &lease, first, count);
			do_chunks(&job, &lease, 0, UINT64_MAX);
			refused(&job, lease.block, lease.size, "into a part");
			ledger_close(&lease);
		}
	job_close(&job);
}

/* Another job has other slots in the same chunks. */
static void refuses_cells_of_another_job(void **state)
{
	struct job job, foreign = { .hash = hash_work_new(JOB_ITEMS, 2) };
	struct ledger lease;

	(void)state;
	job_open(&job);
	foreign.partition = partition_job(&foreign.hash->work, 1, JOB_CHUNK);
	lease_open(&foreign, &lease, 2, 4);
	do_chunks(&foreign, &lease, 0, UINT64_MAX);
	refused(&job, lease.block, lease.size, "foreign");
	ledger_close(&lease);
	hash_free(&foreign.hash->work);
	job_close(&job);
}

/* A message arrives in memory that is aligned for nothing. */
static void takes_in_blocks_at_any_address(void **state)
{
	unsigned char *message;
	struct ledger lease;
	struct job job;

	(void)state;
	job_open(&job);
	lease_open(&job, &lease, 2, 4);
	do_chunks(&job, &lease, 0, UINT64_MAX);
	message = malloc(lease.size + 16);
	assert_non_null(message);
	for (size_t at = 0; at < 16; at++) {
		memcpy(message + at, lease.block, lease.size);
		assert_int_equal(ledger_take(&job.ledger, message + at, lease.size, NULL, NULL), 0);
	}
	free(message);
	ledger_close(&lease);
	job_close(&job);
}

static void refuses_a_lease_that_is_not_done(void **state)
{
	struct ledger lease;
	struct job job;

	(void)state;
	job_open(&job);
	for (uint64_t but = 2; but < 6; but++) {
		lease_open(&job, &lease, 2, 4);
		do_chunks(&job, &lease, 0, but);
		refused(&job, lease.block, lease.size, "not done");
		ledger_close(&lease);
	}
	job_close(&job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_within_the_bounds_of_the_work),
		cmocka_unit_test(cuts_by_the_chunk_that_was_given),
		cmocka_unit_test(chunks_follow_each_other),
		cmocka_unit_test(counts_what_is_done),
		cmocka_unit_test(tallies_by_worker_and_what_is_missing),
		cmocka_unit_test(no_chunks_no_trouble),
		cmocka_unit_test(takes_in_leases),
		cmocka_unit_test(takes_in_the_whole_job),
		cmocka_unit_test(refuses_blocks_of_another_length),
		cmocka_unit_test(refuses_chunks_that_it_has_not),
		cmocka_unit_test(takes_in_turns),
		cmocka_unit_test(batches_fit_as_their_chunks_do),
		cmocka_unit_test(a_part_takes_nothing),
		cmocka_unit_test(refuses_cells_of_another_job),
		cmocka_unit_test(takes_in_blocks_at_any_address),
		cmocka_unit_test(refuses_a_lease_that_is_not_done),
	};

	return RUN_TESTS(tests);
}
