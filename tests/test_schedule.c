/* Schedules: every chunk is handed out once, in the batches that the words promise. */
#include "tests/testing.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "bench/team/ledger.h"
#include "bench/team/schedule.h"
#include "bench/team/source_ledger.h"
#include "tests/hash_work.h"
#include "tests/worker_thread.h"

enum { TAKERS_MAX = 100, CHUNKS_TESTED = 3000 };

/* A ledger of chunks of one item each, of which it holds `count` from `first` on. */
struct dealt {
	struct hash_work *hash;
	struct ledger ledger;
	uint32_t times[CHUNKS_TESTED]; /* each chunk was handed out, from the first one on */
};

static void dealt_open(struct dealt *dealt, uint64_t first, uint64_t count)
{
	struct partition partition = { .items = first + count + 7,
				       .chunk_items = 1,
				       .chunks = first + count + 7 };

	memset(dealt, 0, sizeof(*dealt));
	dealt->hash = hash_work_new(partition.items, 3);
	assert_int_equal(ledger_open(&dealt->ledger, &dealt->hash->work, &partition,
				     batch_of(first, count)),
			 0);
}

static void dealt_close(struct dealt *dealt)
{
	ledger_close(&dealt->ledger);
	hash_free(&dealt->hash->work);
}

/* One batch: in bounds, not empty, and counted. Returns its chunks, 0 when none was left. */
static uint64_t take(struct dealt *dealt, const struct schedule_type *type, struct share *share)
{
	struct batch batch;

	if (!type->next(share, &batch))
		return 0;
	if (!batch_fits(&batch, dealt->ledger.batch.count))
		fail_msg("%s: %" PRIu64 " from %" PRIu64 " of %" PRIu64, type->name, batch.count,
			 batch.first, dealt->ledger.batch.count);
	for (uint64_t i = 0; i < batch.count; i++)
		dealt->times[batch_chunk(&batch, i)]++;
	return batch.count;
}

static void check_each_once(const struct dealt *dealt, const char *name, unsigned int takers)
{
	for (uint64_t i = 0; i < dealt->ledger.batch.count; i++)
		if (dealt->times[i] != 1)
			fail_msg("%s: chunk %" PRIu64 " of %" PRIu64
				 " was handed to %u takers %" PRIu32 " times",
				 name, i, dealt->ledger.batch.count, takers, dealt->times[i]);
}

/* Shares for takers of so many workers each, repeated as often as needed. */
static unsigned int deal_shares(struct share *shares, struct dealt *dealt, unsigned int takers,
				const unsigned int counts[4], bool chunked)
{
	unsigned int workers = 0;

	for (unsigned int i = 0; i < takers; i++) {
		shares[i] = (struct share){ .ledger = &dealt->ledger,
					    .worker = workers,
					    .count = counts[i % 4],
					    .chunked = chunked };
		workers += counts[i % 4];
	}
	for (unsigned int i = 0; i < takers; i++)
		shares[i].workers = workers;
	return workers;
}

static const uint64_t chunk_counts[] = {
	0, 1, 2, 3, 6, 7, 8, 9, 63, 64, 65, 100, 777, CHUNKS_TESTED
};
static const unsigned int taker_counts[] = { 1, 2, 3, 5, 7, 16, TAKERS_MAX };
static const unsigned int count_lists[][4] = {
	{ 1, 1, 1, 1 }, { 2, 2, 2, 2 }, { 3, 1, 2, 1 }, { 1, 7, 1, 7 }, { 64, 64, 64, 64 }
};

/* What a case of for_each_case() is: takers and their shares of an untouched ledger. */
struct deal {
	struct dealt *dealt;
	struct share *shares;
	unsigned int takers, workers;
	uint64_t seed;
};

static void for_each_case(bool chunked, void (*check)(struct deal *))
{
	static struct dealt dealt;
	struct share shares[TAKERS_MAX];
	struct deal deal = { .dealt = &dealt, .shares = shares, .seed = 17 };

	for (size_t g = 0; g < COUNT(chunk_counts); g++)
		for (size_t t = 0; t < COUNT(taker_counts); t++)
			for (size_t c = 0; c < COUNT(count_lists); c++) {
				dealt_open(&dealt, random_below(&deal.seed, 2) ? 1234 : 0,
					   chunk_counts[g]);
				deal.takers = taker_counts[t];
				deal.workers = deal_shares(shares, &dealt, deal.takers,
							   count_lists[c], chunked);
				check(&deal);
				dealt_close(&dealt);
			}
}

/* Takers come in any order, and again after the last chunk. */
static void take_all(struct deal *deal, const struct schedule_type *type)
{
	unsigned int left = deal->takers;
	bool over[TAKERS_MAX] = { false };

	while (left) {
		unsigned int taker = (unsigned int)random_below(&deal->seed, deal->takers);
		bool got = take(deal->dealt, type, &deal->shares[taker]) != 0;

		if (over[taker] && got)
			fail_msg("%s: taker %u got a batch after its last", type->name, taker);
		left -= !got && !over[taker];
		over[taker] = over[taker] || !got;
	}
	check_each_once(deal->dealt, type->name, deal->takers);
}

static void all_of_static(struct deal *deal)
{
	take_all(deal, &schedule_static);
}

static void all_of_dynamic(struct deal *deal)
{
	take_all(deal, &schedule_dynamic);
}

static void all_of_guided(struct deal *deal)
{
	take_all(deal, &schedule_guided);
}

static void each_chunk_is_handed_out_once(void **state)
{
	(void)state;
	for (int chunked = 0; chunked < 2; chunked++) {
		for_each_case(chunked, all_of_static);
		for_each_case(chunked, all_of_dynamic);
		for_each_case(chunked, all_of_guided);
	}
}

static void dynamic_is_one_chunk_in_order(struct deal *deal)
{
	uint64_t count = deal->dealt->ledger.batch.count;

	for (uint64_t i = 0; i < count; i++) {
		struct share *share = &deal->shares[random_below(&deal->seed, deal->takers)];

		assert_int_equal(take(deal->dealt, &schedule_dynamic, share), 1);
		assert_int_equal(deal->dealt->times[i], 1);
	}
	for (unsigned int i = 0; i < deal->takers; i++)
		assert_int_equal(take(deal->dealt, &schedule_dynamic, &deal->shares[i]), 0);
	assert_true(*deal->dealt->ledger.next <= count);
}

static void dynamic_hands_out_single_chunks(void **state)
{
	(void)state;
	for_each_case(false, dynamic_is_one_chunk_in_order);
}

/* A worker's part of its own block, rounded up: counts of workers differ between takers. */
static void blocks_are_equal(struct deal *deal)
{
	uint64_t count = deal->dealt->ledger.batch.count;

	for (unsigned int i = 0; i < deal->takers; i++) {
		struct share *share = &deal->shares[i];
		uint64_t block = 0, part, low = count * share->count / deal->workers;

		while ((part = take(deal->dealt, &schedule_static, share))) {
			assert_in_range(part, 1, (uint64_t)BATCH_MAX * share->count);
			block += part;
		}
		assert_in_range(block, low, low + 1);
	}
	check_each_once(deal->dealt, "static", deal->takers);
}

static void static_blocks_differ_by_one_at_most(void **state)
{
	(void)state;
	for_each_case(false, blocks_are_equal);
}

static void blocks_are_in_order(struct deal *deal)
{
	uint64_t done = 0;

	for (unsigned int i = 0; i < deal->takers; i++) {
		uint64_t part;

		while ((part = take(deal->dealt, &schedule_static, &deal->shares[i])))
			for (uint64_t k = 0; k < part; k++)
				assert_int_equal(deal->dealt->times[done++], 1);
	}
	assert_int_equal(done, deal->dealt->ledger.batch.count);
}

static void static_blocks_lie_in_the_order_of_workers(void **state)
{
	(void)state;
	for_each_case(false, blocks_are_in_order);
}

/* Chunk n is that of worker n modulo workers; a taker has those of all of its workers. */
static void chunks_go_round(struct deal *deal)
{
	struct dealt *dealt = deal->dealt;

	for (unsigned int i = 0; i < deal->takers; i++) {
		struct share *share = &deal->shares[i];
		unsigned int first = share->worker;

		memset(dealt->times, 0, sizeof(dealt->times));
		while (take(dealt, &schedule_static, share))
			;
		for (uint64_t chunk = 0; chunk < dealt->ledger.batch.count; chunk++) {
			uint64_t worker = chunk % deal->workers;
			bool its_own = worker >= first && worker < first + share->count;

			if (dealt->times[chunk] != its_own)
				fail_msg("taker %u has chunk %" PRIu64 " %" PRIu32 " times", i,
					 chunk, dealt->times[chunk]);
		}
	}
}

static void static_chunks_are_dealt_in_turn(void **state)
{
	(void)state;
	for_each_case(true, chunks_go_round);
}

/* For each worker that a batch is for: half of its part of the rest, BATCH_MAX at most. */
static void batches_shrink(struct deal *deal)
{
	uint64_t left = deal->dealt->ledger.batch.count, before = BATCH_MAX;

	while (left) {
		struct share *share = &deal->shares[random_below(&deal->seed, deal->takers)];
		uint64_t half = left / (2 * deal->workers),
			 each = half > BATCH_MAX ? BATCH_MAX
				: half           ? half
						 : 1,
			 ought = each * share->count < left ? each * share->count : left,
			 batch = take(deal->dealt, &schedule_guided, share);

		assert_int_equal(batch, ought);
		assert_true(each <= before);
		before = each;
		left -= batch;
	}
}

static void guided_batches_never_grow(void **state)
{
	(void)state;
	for_each_case(false, batches_shrink);
}

/* The workers of a rank divide its lease of a ledger. */
static void divide_lease(struct dealt *dealt, const struct schedule_type *type,
			 const struct share *rank, const struct batch *batch)
{
	static struct dealt lease;
	const unsigned int ones[4] = { 1, 1, 1, 1 };
	struct share shares[64];

	memset(lease.times, 0, batch->count * sizeof(lease.times[0]));
	assert_int_equal(ledger_open(&lease.ledger, &dealt->hash->work, &dealt->ledger.partition,
				     *batch),
			 0);
	deal_shares(shares, &lease, rank->count, ones, rank->chunked);
	for (unsigned int i = 0; i < rank->count; i++)
		while (take(&lease, type, &shares[i]))
			;
	for (uint64_t i = 0; i < batch->count; i++)
		dealt->times[batch_chunk(batch, i)] += lease.times[i];
	ledger_close(&lease.ledger);
}

/* Ranks get leases, and their workers divide each again, as the mpi strategy has it. */
static void check_leases(struct deal *deal, const struct schedule_type *type)
{
	for (unsigned int i = 0; i < deal->takers; i++) {
		struct share *rank = &deal->shares[i];
		struct batch batch;

		rank->lease_least = 3;
		rank->lease_most = 24;
		while (type->leases->next(rank, &batch)) {
			assert_true(batch_fits(&batch, deal->dealt->ledger.batch.count));
			divide_lease(deal->dealt, type, rank, &batch);
		}
	}
	check_each_once(deal->dealt, type->name, deal->takers);
}

static void leases_of_static(struct deal *deal)
{
	check_leases(deal, &schedule_static);
}

static void leases_of_dynamic(struct deal *deal)
{
	check_leases(deal, &schedule_dynamic);
}

static void leases_of_guided(struct deal *deal)
{
	check_leases(deal, &schedule_guided);
}

static void each_chunk_is_leased_once(void **state)
{
	(void)state;
	for_each_case(false, leases_of_static);
	for_each_case(true, leases_of_static);
	for_each_case(false, leases_of_dynamic);
	for_each_case(false, leases_of_guided);
}

/* Seven threads on one ledger; each chunk done once, and each worker's items its own. */
static void check_threads(const struct schedule_type *type, uint64_t chunk_items)
{
	enum { WORKERS = 7, ITEMS = 200003 };
	const struct source_users users = { .schedule = { type, chunk_items },
					    .count = WORKERS,
					    .total = WORKERS };
	struct hash_work *hash = hash_work_new(ITEMS, 1000);
	struct partition partition = partition_job(&hash->work, WORKERS, chunk_items);
	struct worker_thread threads[WORKERS];
	uint64_t items[WORKERS] = { 0 }, total = 0;
	struct ledger ledger;
	struct source *source;

	hash->times = calloc(partition.chunks, sizeof(*hash->times));
	assert_non_null(hash->times);
	assert_int_equal(
		ledger_open(&ledger, &hash->work, &partition, batch_of(0, partition.chunks)), 0);
	assert_int_equal(source_ledger_open(&source, &ledger, &users), 0);
	for (unsigned int i = 0; i < WORKERS; i++)
		threads[i] = (struct worker_thread){
			.source = source, .work = &hash->work, .worker = i, .inflight = 1 + i % 3
		};
	worker_threads_run(threads, WORKERS);
	for (uint64_t i = 0; i < partition.chunks; i++)
		assert_int_equal(hash->times[i], 1);
	assert_int_equal(ledger_tally(&ledger, items, WORKERS), 0);
	for (unsigned int i = 0; i < WORKERS; i++)
		total += items[i];
	assert_int_equal(total, ITEMS);
	assert_int_equal(ledger_done(&ledger), ITEMS);
	free(hash->times);
	source->close(source);
	ledger_close(&ledger);
	hash_free(&hash->work);
}

static void threads_claim_each_chunk_once(void **state)
{
	(void)state;
	for (size_t i = 0; schedule_types[i]; i++)
		for (int repeat = 0; repeat < 5; repeat++) {
			check_threads(schedule_types[i], 0);
			check_threads(schedule_types[i], 7);
		}
}

/* Two threads that meet at each of many small ledgers, so that they often want the last chunk at
 * the same time. */
struct meeting {
	_Atomic unsigned int round, done;
	struct ledger ledger;
	const struct schedule_type *type;
	_Atomic uint32_t times[4];
	_Atomic uint32_t wrong;
};

enum { ROUNDS = 20000, MEETING = 2 };

static void take_what_is_there(struct meeting *meeting, unsigned int worker)
{
	struct share share = {
		.ledger = &meeting->ledger, .worker = worker, .count = 1, .workers = MEETING
	};
	struct batch batch;

	while (meeting->type->next(&share, &batch))
		for (uint64_t i = 0; i < batch.count; i++)
			if (batch_chunk(&batch, i) < meeting->ledger.batch.count)
				meeting->times[batch_chunk(&batch, i)]++;
			else
				meeting->wrong++;
}

static void *meet(void *context)
{
	struct meeting *meeting = context;

	for (unsigned int round = 1; round <= ROUNDS; round++) {
		for (unsigned int spins = 0; meeting->round < round; spins++)
			if (spins > 1000)
				sched_yield();
		take_what_is_there(meeting, 1);
		meeting->done = round;
	}
	return NULL;
}

static void check_meeting(struct meeting *meeting, const struct schedule_type *type)
{
	pthread_t other;

	meeting->type = type;
	meeting->round = meeting->done = meeting->wrong = 0;
	assert_int_equal(pthread_create(&other, NULL, meet, meeting), 0);
	for (unsigned int round = 1; round <= ROUNDS; round++) {
		ledger_reset(&meeting->ledger);
		for (uint64_t i = 0; i < meeting->ledger.batch.count; i++)
			meeting->times[i] = 0;
		meeting->round = round;
		take_what_is_there(meeting, 0);
		for (unsigned int spins = 0; meeting->done < round; spins++)
			if (spins > 1000)
				sched_yield();
		for (uint64_t i = 0; i < meeting->ledger.batch.count; i++)
			meeting->wrong += meeting->times[i] != 1;
	}
	assert_int_equal(pthread_join(other, NULL), 0);
	assert_int_equal(meeting->wrong, 0);
}

static void threads_race_for_the_last_chunk(void **state)
{
	struct hash_work *hash = hash_work_new(3, 1);
	struct partition partition = { .items = 3, .chunk_items = 1, .chunks = 3 };
	static struct meeting meeting;

	(void)state;
	assert_int_equal(ledger_open(&meeting.ledger, &hash->work, &partition, batch_of(0, 3)), 0);
	for (size_t i = 0; schedule_types[i]; i++)
		check_meeting(&meeting, schedule_types[i]);
	ledger_close(&meeting.ledger);
	hash_free(&hash->work);
}

static void parses_schedules(void **state)
{
	static const struct {
		const char *text;
		const struct schedule_type *type;
		uint64_t chunk_items;
	} known[] = {
		{ "static", &schedule_static, 0 },
		{ "dynamic", &schedule_dynamic, 0 },
		{ "guided", &schedule_guided, 0 },
		{ "static,1", &schedule_static, 1 },
		{ "dynamic,1000000", &schedule_dynamic, 1000000 },
		{ "guided,9223372036854775807", &schedule_guided, INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct schedule schedule = { 0 };

		assert_int_equal(schedule_parse(&schedule, known[i].text), 0);
		assert_ptr_equal(schedule.type, known[i].type);
		assert_int_equal(schedule.chunk_items, known[i].chunk_items);
	}
}

static void refuses_what_is_no_schedule(void **state)
{
	static const char *const texts[] = {
		"",
		",",
		",5",
		"auto",
		"runtime",
		"stati",
		"statics",
		"Static",
		" static",
		"static ",
		"dynamic,",
		"dynamic,0",
		"dynamic,-1",
		"dynamic,+1",
		"dynamic, 1",
		"dynamic,1 ",
		"dynamic,x",
		"dynamic,1x",
		"dynamic,1,2",
		"guided,1.5",
		"static 5",
		"static:5",
		"guided,0x10",
		"dynamic,9223372036854775808",
		"dynamic,18446744073709551615",
		"dynamic,18446744073709551616",
		"dynamic,99999999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct schedule schedule;
		int ret = schedule_parse(&schedule, texts[i]);

		if (ret != -EINVAL)
			fail_msg("'%s' gave %d", texts[i], ret);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_schedules),
		cmocka_unit_test(refuses_what_is_no_schedule),
		cmocka_unit_test(each_chunk_is_handed_out_once),
		cmocka_unit_test(dynamic_hands_out_single_chunks),
		cmocka_unit_test(static_blocks_differ_by_one_at_most),
		cmocka_unit_test(static_blocks_lie_in_the_order_of_workers),
		cmocka_unit_test(static_chunks_are_dealt_in_turn),
		cmocka_unit_test(guided_batches_never_grow),
		cmocka_unit_test(each_chunk_is_leased_once),
		cmocka_unit_test(threads_claim_each_chunk_once),
		cmocka_unit_test(threads_race_for_the_last_chunk),
	};

	return RUN_TESTS(tests);
}
