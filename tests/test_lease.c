/* Claims from leases: a rank's workers do what its first one fetches for them, and every finished
 * lease goes back whole. */
#include "tests/testing.h"

#include <string.h>

#include "bench/base/clock.h"
#include "bench/team/lease_size.h"
#include "bench/team/ledger.h"
#include "bench/team/source_lease.h"
#include "tests/hash_work.h"
#include "tests/worker_thread.h"

enum { RANKS_MAX = 3, WORKERS_MAX = 7 };

/* The job, as its leader has it. */
struct leader {
	pthread_mutex_t lock; /* it serves one rank at a time */
	struct hash_work *hash;
	struct partition partition;
	struct ledger ledger;
};

/* A rank, whose first worker asks the leader for leases and returns them. */
struct rank {
	struct leader *leader;
	struct lease_source *leases;
	const struct schedule_type *handed_out;
	struct share share;
	unsigned int
		calls_to_wait[LEASES]; /* a return is under way for so many calls; 0: none is */
	uint64_t seed;
	bool ended;
	int error; /* of its duty */
};

static void return_leases(struct rank *rank)
{
	const struct ledger *finished;
	unsigned int entry;

	for (entry = 0; entry < LEASES; entry++)
		if (rank->calls_to_wait[entry] && !--rank->calls_to_wait[entry])
			source_lease_put_back(rank->leases, entry);
	while ((finished = source_lease_take_out(rank->leases, &entry))) {
		int ret = ledger_take(&rank->leader->ledger, finished->block, finished->size, NULL,
				      NULL);

		if (ret || entry >= LEASES || rank->calls_to_wait[entry])
			rank->error = ret ? ret : -EIO;
		else
			rank->calls_to_wait[entry] = 1 + random_below(&rank->seed, 20);
	}
}

/* Asks the leader at most once a call, and sometimes gets no answer yet. */
static uint64_t duty(void *context)
{
	struct rank *rank = context;
	struct batch batch;

	pthread_mutex_lock(&rank->leader->lock);
	return_leases(rank);
	if (!rank->ended && random_below(&rank->seed, 4) && source_lease_wanted(rank->leases)) {
		if (rank->handed_out->next(&rank->share, &batch)) {
			int ret = source_lease_add(rank->leases, &rank->leader->hash->work,
						   &rank->leader->partition, &batch);

			rank->error = ret ? ret : rank->error;
		} else {
			rank->ended = true;
		}
		if (rank->error)
			rank->ended = true;
		if (rank->ended)
			source_lease_end(rank->leases);
	}
	pthread_mutex_unlock(&rank->leader->lock);
	return 0;
}

/* What is to be tried: ranks of so many workers, and how they share the job. */
struct trial {
	unsigned int counts[RANKS_MAX]; /* 0 where there is no such rank */
	struct schedule schedule;
	unsigned int inflight;
	uint64_t items;
};

static void leader_open(struct leader *leader, const struct trial *trial, unsigned int workers)
{
	*leader = (struct leader){ .lock = PTHREAD_MUTEX_INITIALIZER,
				   .hash = hash_work_new(trial->items, 37) };
	leader->partition =
		partition_job(&leader->hash->work, workers, trial->schedule.chunk_items);
	leader->hash->times = calloc(leader->partition.chunks + 1, sizeof(*leader->hash->times));
	assert_non_null(leader->hash->times);
	assert_int_equal(ledger_open(&leader->ledger, &leader->hash->work, &leader->partition,
				     batch_of(0, leader->partition.chunks)),
			 0);
}

static void leader_close(struct leader *leader)
{
	ledger_close(&leader->ledger);
	free(leader->hash->times);
	hash_free(&leader->hash->work);
}

/* Every chunk was done once, and what was done has arrived. */
static void check_arrived(struct leader *leader, const struct trial *trial, unsigned int workers)
{
	uint64_t items[RANKS_MAX * WORKERS_MAX] = { 0 }, total = 0;

	assert_int_equal(ledger_tally(&leader->ledger, items, workers), 0);
	for (unsigned int i = 0; i < workers; i++)
		total += items[i];
	assert_int_equal(total, trial->items);
	hash_reset(&leader->hash->work);
	for (uint64_t i = 0; i < leader->partition.chunks; i++) {
		struct chunk chunk;

		if (leader->hash->times[i] != 1)
			fail_msg("chunk %" PRIu64 " was done %" PRIu32 " times", i,
				 leader->hash->times[i]);
		leader->hash->times[i] = 0;
		ledger_chunk(&leader->ledger, i, &chunk);
		hash_collect(&leader->hash->work, &chunk);
	}
	assert_int_equal(hash_verify(&leader->hash->work), 0);
}

static void begin_rank(struct rank *rank, unsigned int first, unsigned int count,
		       unsigned int workers, const struct trial *trial)
{
	/* As of many ranks, and of a leader that is away now and then. */
	struct lease_size size = lease_size_of(
		trial->schedule.type, &rank->leader->hash->work, &rank->leader->partition,
		&(struct lease_takers){ .ranks = 200, .workers = workers, .gap_ns = 3000000 });

	rank->share = (struct share){ .ledger = &rank->leader->ledger,
				      .worker = first,
				      .count = count,
				      .workers = workers,
				      .chunked = trial->schedule.chunk_items != 0,
				      .lease_least = size.least,
				      .lease_most = size.most };
	rank->ended = false;
	source_lease_begin(rank->leases);
}

static void run_once(struct rank *ranks, const struct trial *trial, unsigned int workers)
{
	struct worker_thread threads[RANKS_MAX * WORKERS_MAX];
	unsigned int count = 0;

	for (unsigned int r = 0; r < RANKS_MAX && trial->counts[r]; r++) {
		begin_rank(&ranks[r], count, trial->counts[r], workers, trial);
		for (unsigned int i = 0; i < trial->counts[r]; i++)
			threads[count++] = (struct worker_thread){
				.source = source_lease_source(ranks[r].leases),
				.work = &ranks[r].leader->hash->work,
				.worker = i,
				.inflight = trial->inflight,
			};
	}
	worker_threads_run(threads, count);
	for (unsigned int r = 0; r < RANKS_MAX && trial->counts[r]; r++) {
		unsigned int entry;

		return_leases(&ranks[r]);
		assert_int_equal(ranks[r].error, 0);
		assert_true(ranks[r].ended);
		assert_null(source_lease_take_out(ranks[r].leases, &entry));
		memset(ranks[r].calls_to_wait, 0, sizeof(ranks[r].calls_to_wait));
	}
}

static void try_it(const struct trial *trial)
{
	unsigned int workers = 0, first = 0;
	struct rank ranks[RANKS_MAX] = { 0 };
	struct leader leader;

	for (unsigned int r = 0; r < RANKS_MAX; r++)
		workers += trial->counts[r];
	leader_open(&leader, trial, workers);
	for (unsigned int r = 0; r < RANKS_MAX && trial->counts[r]; r++) {
		const struct source_users users = { .schedule = trial->schedule,
						    .first = first,
						    .count = trial->counts[r],
						    .total = workers,
						    .duty = { duty, &ranks[r] } };

		ranks[r] = (struct rank){ .leader = &leader,
					  .handed_out = trial->schedule.type->leases,
					  .seed = r };
		assert_int_equal(source_lease_open(&ranks[r].leases, &users), 0);
		first += trial->counts[r];
	}
	for (int run = 0; run < 3; run++) {
		ledger_reset(&leader.ledger);
		run_once(ranks, trial, workers);
		check_arrived(&leader, trial, workers);
	}
	for (unsigned int r = 0; r < RANKS_MAX && trial->counts[r]; r++) {
		struct source *source = source_lease_source(ranks[r].leases);

		source->close(source);
	}
	leader_close(&leader);
}

/* Every schedule, with and without CHUNK, over jobs of no chunk to some thousands. */
static void try_all(const unsigned int counts[RANKS_MAX], unsigned int inflight)
{
	static const uint64_t items[] = { 0, 1, 99, 1000, 20011 };
	static const uint64_t chunks[] = { 0, 7, 1000000 };

	for (size_t s = 0; schedule_types[s]; s++)
		for (size_t c = 0; c < COUNT(chunks); c++)
			for (size_t i = 0; i < COUNT(items); i++) {
				struct trial trial = { .schedule = { .type = schedule_types[s],
								     .chunk_items = chunks[c] },
						       .inflight = inflight,
						       .items = items[i] };

				memcpy(trial.counts, counts, sizeof(trial.counts));
				try_it(&trial);
			}
}

static void one_rank_of_one_worker(void **state)
{
	(void)state;
	try_all((const unsigned int[RANKS_MAX]){ 1 }, 1);
}

static void one_rank_of_two_workers(void **state)
{
	(void)state;
	try_all((const unsigned int[RANKS_MAX]){ 2 }, 1);
}

static void one_rank_of_seven_workers(void **state)
{
	(void)state;
	try_all((const unsigned int[RANKS_MAX]){ 7 }, 1);
}

static void three_ranks(void **state)
{
	(void)state;
	try_all((const unsigned int[RANKS_MAX]){ 2, 1, 3 }, 1);
}

static void several_chunks_in_flight(void **state)
{
	(void)state;
	try_all((const unsigned int[RANKS_MAX]){ 1 }, 5);
	try_all((const unsigned int[RANKS_MAX]){ 2, 2 }, 3);
}

/* One worker, whose test plays the leader step by step. */
struct alone {
	struct leader leader;
	struct lease_source *leases;
	struct claim *claim;
	unsigned int calls;
};

static uint64_t count_calls(void *context)
{
	((struct alone *)context)->calls++;
	return 0;
}

static void alone_begin(struct alone *alone)
{
	static const struct trial trial = {
		.items = 1000, .schedule = { .type = &schedule_dynamic, .chunk_items = 10 }
	};
	const struct source_users users = { .schedule = trial.schedule,
					    .first = 5,
					    .count = 1,
					    .total = 6,
					    .duty = { count_calls, alone } };
	struct source *source;

	alone->calls = 0;
	leader_open(&alone->leader, &trial, 1);
	assert_int_equal(source_lease_open(&alone->leases, &users), 0);
	source_lease_begin(alone->leases);
	source = source_lease_source(alone->leases);
	alone->claim = source->claim(source, 0);
}

static void alone_end(struct alone *alone)
{
	struct source *source = source_lease_source(alone->leases);

	source->close(source);
	leader_close(&alone->leader);
}

static void give(struct alone *alone, uint64_t first, uint64_t count)
{
	const struct batch batch = batch_of(first, count);

	assert_int_equal(source_lease_add(alone->leases, &alone->leader.hash->work,
					  &alone->leader.partition, &batch),
			 0);
}

static void expect_claim(struct alone *alone, struct chunk *chunk, uint64_t index)
{
	assert_int_equal(claim_next(alone->claim, chunk, false), 1);
	assert_int_equal(chunk->index, index);
	assert_int_equal(chunk->begin, 10 * index);
	assert_int_equal(chunk->end, 10 * index + 10);
}

static void nothing_yet_is_not_the_end(void **state)
{
	struct alone alone;
	struct chunk chunk;

	(void)state;
	alone_begin(&alone);
	assert_int_equal(claim_next(alone.claim, &chunk, false), -EAGAIN);
	assert_int_equal(alone.calls, 1);
	give(&alone, 7, 1);
	expect_claim(&alone, &chunk, 7);
	claim_commit(alone.claim, &chunk);
	assert_int_equal(claim_next(alone.claim, &chunk, false), -EAGAIN);
	source_lease_end(alone.leases);
	assert_int_equal(claim_next(alone.claim, &chunk, false), 0);
	assert_int_equal(claim_next(alone.claim, &chunk, true), 0);
	assert_int_equal(alone.calls, 5);
	alone_end(&alone);
}

static void a_lease_is_taken_out_when_all_of_it_is_done(void **state)
{
	struct chunk a, b, c;
	const struct ledger *out;
	struct alone alone;
	unsigned int entry;
	uint64_t items[6] = { 0 };

	(void)state;
	alone_begin(&alone);
	give(&alone, 3, 2);
	give(&alone, 20, 1);
	expect_claim(&alone, &a, 3);
	expect_claim(&alone, &b, 4);
	expect_claim(&alone, &c, 20);
	assert_null(source_lease_take_out(alone.leases, &entry));
	claim_commit(alone.claim, &c);
	claim_commit(alone.claim, &b);
	assert_null(source_lease_take_out(alone.leases, &entry));
	claim_commit(alone.claim, &a);
	out = source_lease_take_out(alone.leases, &entry);
	assert_non_null(out);
	assert_int_equal(entry, 0);
	assert_int_equal(out->batch.first, 3);
	assert_int_equal(out->batch.count, 2);
	/* It was done by the rank's first worker, the sixth of all. */
	assert_int_equal(ledger_tally(out, items, 6), 0);
	assert_int_equal(items[5], 20);
	out = source_lease_take_out(alone.leases, &entry);
	assert_non_null(out);
	assert_int_equal(entry, 1);
	assert_int_equal(out->batch.first, 20);
	assert_null(source_lease_take_out(alone.leases, &entry));
	alone_end(&alone);
}

static void do_one_lease(struct alone *alone, uint64_t first)
{
	struct chunk chunk;

	give(alone, first, 1);
	expect_claim(alone, &chunk, first);
	claim_commit(alone->claim, &chunk);
}

static void one_lease_in_reserve_is_enough(void **state)
{
	struct alone alone;
	struct chunk chunk;

	(void)state;
	alone_begin(&alone);
	assert_true(source_lease_wanted(alone.leases));
	give(&alone, 0, 1);
	assert_true(source_lease_wanted(alone.leases));
	give(&alone, 1, 1);
	assert_false(source_lease_wanted(alone.leases));
	expect_claim(&alone, &chunk, 0);
	assert_false(source_lease_wanted(alone.leases));
	claim_commit(alone.claim, &chunk);
	assert_true(source_lease_wanted(alone.leases));
	alone_end(&alone);
}

/* An entry is free again when its lease is back and every worker has gone past it. */
static void a_slot_is_not_used_before_it_is_free(void **state)
{
	const struct ledger *out[LEASES];
	unsigned int entries[LEASES];
	struct alone alone;
	struct chunk chunk;
	uint64_t next = 0;

	(void)state;
	alone_begin(&alone);
	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < LEASES; i++) {
			assert_true(source_lease_wanted(alone.leases));
			do_one_lease(&alone, next++);
			out[i] = source_lease_take_out(alone.leases, &entries[i]);
			assert_non_null(out[i]);
		}
		assert_int_equal(claim_next(alone.claim, &chunk, false), -EAGAIN);
		assert_false(source_lease_wanted(alone.leases));
		/* The youngest comes back first, which frees no entry for the next lease. */
		for (unsigned int i = LEASES; i-- > 0;) {
			assert_false(source_lease_wanted(alone.leases));
			assert_int_equal(out[i]->batch.count, 1);
			source_lease_put_back(alone.leases, entries[i]);
		}
		assert_true(source_lease_wanted(alone.leases));
	}
	alone_end(&alone);
}

/* The same with two workers: the claim of the second. */
static struct claim *alone_begin_two(struct alone *alone)
{
	const struct source_users users = { .schedule = { &schedule_dynamic, 10 },
					    .count = 2,
					    .total = 2,
					    .duty = { count_calls, alone } };
	struct source *source;

	alone_begin(alone);
	source = source_lease_source(alone->leases);
	source->close(source);
	assert_int_equal(source_lease_open(&alone->leases, &users), 0);
	source_lease_begin(alone->leases);
	source = source_lease_source(alone->leases);
	alone->claim = source->claim(source, 0);
	return source->claim(source, 1);
}

static void a_slot_waits_for_workers_that_lag_behind(void **state)
{
	struct alone alone;
	struct claim *lagging;
	struct chunk chunk;
	unsigned int entry;

	(void)state;
	lagging = alone_begin_two(&alone);
	for (unsigned int i = 0; i < LEASES; i++) {
		do_one_lease(&alone, i);
		assert_non_null(source_lease_take_out(alone.leases, &entry));
		source_lease_put_back(alone.leases, entry);
	}
	assert_int_equal(claim_next(alone.claim, &chunk, false), -EAGAIN);
	assert_false(source_lease_wanted(alone.leases));
	assert_int_equal(claim_next(lagging, &chunk, false), -EAGAIN);
	assert_true(source_lease_wanted(alone.leases));
	alone_end(&alone);
}

/* It has the duty: without it the leader hears nothing of a rank that is at work. */
static void the_first_worker_stays_while_others_work(void **state)
{
	struct alone alone;
	struct claim *other;
	struct chunk chunk;

	(void)state;
	other = alone_begin_two(&alone);
	give(&alone, 0, 1);
	source_lease_end(alone.leases);
	assert_int_equal(claim_next(other, &chunk, false), 1);
	assert_int_equal(claim_next(alone.claim, &chunk, false), -EAGAIN);
	claim_commit(other, &chunk);
	assert_int_equal(claim_next(other, &chunk, true), 0);
	assert_int_equal(claim_next(alone.claim, &chunk, true), 0);
	alone_end(&alone);
}

/* A duty that has no lease to give, and after a while says so. */
struct late_end {
	struct lease_source *leases;
	uint64_t at_ns;
};

static uint64_t end_late(void *context)
{
	const struct late_end *end = context;

	if (clock_ns() >= end->at_ns)
		source_lease_end(end->leases);
	return 0;
}

static void time_spent_waiting_is_told(void **state)
{
	struct late_end end = { 0 };
	const struct source_users users = { .schedule = { &schedule_dynamic, 0 },
					    .count = 1,
					    .total = 1,
					    .duty = { end_late, &end } };
	uint64_t began = clock_ns(), elapsed;
	struct source *source;
	struct claim *claim;
	struct chunk chunk;

	(void)state;
	assert_int_equal(source_lease_open(&end.leases, &users), 0);
	source_lease_begin(end.leases);
	source = source_lease_source(end.leases);
	claim = source->claim(source, 0);
	end.at_ns = began + 20000000;
	assert_int_equal(claim_next(claim, &chunk, true), 0);
	elapsed = clock_ns() - began;
	assert_in_range(claim->claims_ns, 19000000, elapsed);
	assert_in_range(elapsed, 20000000, UINT64_MAX);
	/* What it spun and yielded is told as well, and is no more. */
	assert_in_range(claim->claims_cpu_ns, 1, elapsed);
	source->close(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_yet_is_not_the_end),
		cmocka_unit_test(a_lease_is_taken_out_when_all_of_it_is_done),
		cmocka_unit_test(one_lease_in_reserve_is_enough),
		cmocka_unit_test(a_slot_is_not_used_before_it_is_free),
		cmocka_unit_test(a_slot_waits_for_workers_that_lag_behind),
		cmocka_unit_test(the_first_worker_stays_while_others_work),
		cmocka_unit_test(time_spent_waiting_is_told),
		cmocka_unit_test(one_rank_of_one_worker),
		cmocka_unit_test(one_rank_of_two_workers),
		cmocka_unit_test(one_rank_of_seven_workers),
		cmocka_unit_test(three_ranks),
		cmocka_unit_test(several_chunks_in_flight),
	};

	return RUN_TESTS(tests);
}
