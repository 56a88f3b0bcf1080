/* Schedules and the ledger that they hand out: every grain once, in the portions that the words
 * promise. */
#include "tests/testing.h"

#include <string.h>

#include "bench/team/ledger.h"
#include "bench/team/schedule.h"
#include "bench/team/source.h"
#include "tests/hash_work.h"
#include "tests/worker_thread.h"

enum { TAKERS_MAX = 100, GRAINS_TESTED = 3000 };

/* A ledger of grains of one item each, of which it holds `count` from `first` on. */
struct dealt {
	struct hash_work *hash;
	struct ledger ledger;
	uint32_t times[GRAINS_TESTED]; /* each grain was handed out, from the first one on */
};

static struct hash_work *new_hash(uint64_t items, uint64_t page)
{
	struct hash_work *hash = hash_work_new(items, page);

	assert_non_null(hash);
	return hash;
}

static void dealt_open(struct dealt *dealt, uint64_t first, uint64_t count)
{
	struct cut cut = { .items = first + count + 7,
			   .grain_items = 1,
			   .grains = first + count + 7 };

	memset(dealt, 0, sizeof(*dealt));
	dealt->hash = new_hash(cut.items, 3);
	assert_int_equal(ledger_open(&dealt->ledger, &dealt->hash->work, &cut, first, count), 0);
}

static void dealt_close(struct dealt *dealt)
{
	ledger_close(&dealt->ledger);
	hash_free(&dealt->hash->work);
}

/* One portion: in bounds, not empty, and counted. Returns its grains, 0 when none was left. */
static uint64_t take(struct dealt *dealt, const struct schedule_type *type, struct share *share)
{
	uint64_t first = dealt->ledger.first, count = dealt->ledger.count, begin = 0, end = 0;

	if (!type->next(share, &begin, &end))
		return 0;
	if (begin < first || end > first + count || begin >= end)
		fail_msg("%s: %" PRIu64 " ... %" PRIu64 " of %" PRIu64 " from %" PRIu64, type->name,
			 begin, end, count, first);
	for (uint64_t grain = begin; grain < end; grain++)
		dealt->times[grain - first]++;
	return end - begin;
}

static void check_each_once(const struct dealt *dealt, const char *name, unsigned int takers)
{
	for (uint64_t i = 0; i < dealt->ledger.count; i++)
		if (dealt->times[i] != 1)
			fail_msg("%s: grain %" PRIu64 " of %" PRIu64
				 " was handed to %u takers %" PRIu32 " times",
				 name, i, dealt->ledger.count, takers, dealt->times[i]);
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

static const uint64_t grain_counts[] = {
	0, 1, 2, 3, 6, 7, 8, 9, 63, 64, 65, 100, 777, GRAINS_TESTED
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

	for (size_t g = 0; g < COUNT(grain_counts); g++)
		for (size_t t = 0; t < COUNT(taker_counts); t++)
			for (size_t c = 0; c < COUNT(count_lists); c++) {
				dealt_open(&dealt, random_below(&deal.seed, 2) ? 1234 : 0,
					   grain_counts[g]);
				deal.takers = taker_counts[t];
				deal.workers = deal_shares(shares, &dealt, deal.takers,
							   count_lists[c], chunked);
				check(&deal);
				dealt_close(&dealt);
			}
}

/* Takers come in any order, and again after the last grain. */
static void take_all(struct deal *deal, const struct schedule_type *type)
{
	unsigned int left = deal->takers;
	bool over[TAKERS_MAX] = { false };

	while (left) {
		unsigned int taker = (unsigned int)random_below(&deal->seed, deal->takers);
		bool got = take(deal->dealt, type, &deal->shares[taker]) != 0;

		if (over[taker] && got)
			fail_msg("%s: taker %u got a portion after its last", type->name, taker);
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

static void each_grain_is_handed_out_once(void **state)
{
	(void)state;
	for (int chunked = 0; chunked < 2; chunked++) {
		for_each_case(chunked, all_of_static);
		for_each_case(chunked, all_of_dynamic);
		for_each_case(chunked, all_of_guided);
	}
}

static void dynamic_is_one_grain_in_order(struct deal *deal)
{
	uint64_t count = deal->dealt->ledger.count;

	for (uint64_t i = 0; i < count; i++) {
		struct share *share = &deal->shares[random_below(&deal->seed, deal->takers)];

		assert_int_equal(take(deal->dealt, &schedule_dynamic, share), 1);
		assert_int_equal(deal->dealt->times[i], 1);
	}
	for (unsigned int i = 0; i < deal->takers; i++)
		assert_int_equal(take(deal->dealt, &schedule_dynamic, &deal->shares[i]), 0);
	assert_true(*deal->dealt->ledger.next <= deal->dealt->ledger.first + count);
}

static void dynamic_hands_out_single_grains(void **state)
{
	(void)state;
	for_each_case(false, dynamic_is_one_grain_in_order);
}

/* A worker's part of its own block, rounded up: counts of workers differ between takers. */
static void blocks_are_equal(struct deal *deal)
{
	uint64_t count = deal->dealt->ledger.count;

	for (unsigned int i = 0; i < deal->takers; i++) {
		struct share *share = &deal->shares[i];
		uint64_t block = 0, part, low = count * share->count / deal->workers;

		while ((part = take(deal->dealt, &schedule_static, share))) {
			assert_in_range(part, 1, (uint64_t)PORTION_MAX * share->count);
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
	assert_int_equal(done, deal->dealt->ledger.count);
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
		for (uint64_t grain = 0; grain < dealt->ledger.count; grain++) {
			uint64_t worker = grain % deal->workers;
			bool its_own = worker >= first && worker < first + share->count;

			if (dealt->times[grain] != its_own)
				fail_msg("taker %u has chunk %" PRIu64 " %" PRIu32 " times", i,
					 grain, dealt->times[grain]);
		}
	}
}

static void static_chunks_are_dealt_in_turn(void **state)
{
	(void)state;
	for_each_case(true, chunks_go_round);
}

/* For each worker that a portion is for: half of its part of the rest, PORTION_MAX at most. */
static void portions_shrink(struct deal *deal)
{
	uint64_t left = deal->dealt->ledger.count, before = PORTION_MAX;

	while (left) {
		struct share *share = &deal->shares[random_below(&deal->seed, deal->takers)];
		uint64_t half = left / (2 * deal->workers),
			 each = half > PORTION_MAX ? PORTION_MAX
				: half             ? half
						   : 1,
			 ought = each * share->count < left ? each * share->count : left,
			 portion = take(deal->dealt, &schedule_guided, share);

		assert_int_equal(portion, ought);
		assert_true(each <= before);
		before = each;
		left -= portion;
	}
}

static void guided_portions_never_grow(void **state)
{
	(void)state;
	for_each_case(false, portions_shrink);
}

/* The workers of a rank divide its lease of a ledger. */
static void divide_lease(struct dealt *dealt, const struct schedule_type *type,
			 unsigned int workers, uint64_t begin, uint64_t end)
{
	static struct dealt lease;
	const unsigned int ones[4] = { 1, 1, 1, 1 };
	struct share shares[64];
	uint64_t at = begin - dealt->ledger.first;

	memset(lease.times, 0, (end - begin) * sizeof(lease.times[0]));
	assert_int_equal(ledger_open(&lease.ledger, &dealt->hash->work, &dealt->ledger.cut, begin,
				     end - begin),
			 0);
	deal_shares(shares, &lease, workers, ones, false);
	for (unsigned int i = 0; i < workers; i++)
		while (take(&lease, type, &shares[i]))
			;
	for (uint64_t i = 0; i < end - begin; i++)
		dealt->times[at + i] += lease.times[i];
	ledger_close(&lease.ledger);
}

/* Ranks get leases, and their workers divide each again, as the mpi strategy has it. */
static void check_leases(struct deal *deal, const struct schedule_type *type)
{
	for (unsigned int i = 0; i < deal->takers; i++) {
		struct share *rank = &deal->shares[i];
		uint64_t begin, end;

		while (type->leases->next(rank, &begin, &end))
			divide_lease(deal->dealt, type, rank->count, begin, end);
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

static void each_grain_is_leased_once(void **state)
{
	(void)state;
	for_each_case(false, leases_of_static);
	for_each_case(true, leases_of_static);
	for_each_case(false, leases_of_dynamic);
	for_each_case(false, leases_of_guided);
}

/* Seven threads on one ledger; each grain done once, and each worker's items its own. */
static void check_threads(const struct schedule_type *type, uint64_t chunk)
{
	enum { WORKERS = 7, ITEMS = 200003 };
	const struct schedule schedule = { .type = type, .chunk = chunk };
	struct hash_work *hash = new_hash(ITEMS, 1000);
	struct cut cut = cut_job(&hash->work, WORKERS, chunk);
	struct worker_thread threads[WORKERS];
	uint64_t items[WORKERS] = { 0 }, total = 0;
	struct ledger ledger;
	struct source *source;

	hash->times = calloc(cut.grains, sizeof(*hash->times));
	assert_non_null(hash->times);
	assert_int_equal(ledger_open(&ledger, &hash->work, &cut, 0, cut.grains), 0);
	assert_int_equal(source_ledger_open(&source, &ledger, &schedule, 0, WORKERS, WORKERS,
					    (struct duty){ 0 }),
			 0);
	for (unsigned int i = 0; i < WORKERS; i++)
		threads[i] = (struct worker_thread){
			.source = source, .work = &hash->work, .worker = i, .inflight = 1 + i % 3
		};
	worker_threads_run(threads, WORKERS);
	for (uint64_t i = 0; i < cut.grains; i++)
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

static void threads_claim_each_grain_once(void **state)
{
	(void)state;
	for (size_t i = 0; schedule_types[i]; i++)
		for (int repeat = 0; repeat < 5; repeat++) {
			check_threads(schedule_types[i], 0);
			check_threads(schedule_types[i], 7);
		}
}

static void parses_schedules(void **state)
{
	static const struct {
		const char *text;
		const struct schedule_type *type;
		uint64_t chunk;
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
		assert_int_equal(schedule.chunk, known[i].chunk);
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

/* Grains follow each other without a gap, and only the last may be short. */
static void check_cut(const struct work *work, const struct cut *cut)
{
	uint64_t whole = cut->grains ? (cut->grains - 1) * cut->grain_items : 0;

	assert_int_equal(cut->items, work->items);
	if (!work->items)
		assert_int_equal(cut->grains, 0);
	else
		assert_in_range(work->items - whole, 1, cut->grain_items);
}

static void cuts_within_the_bounds_of_the_work(void **state)
{
	static const uint64_t items[] = { 0,   1,      9,        10,   11,       99,
					  100, 101,    319,      320,  321,      1000,
					  639, 999983, 1u << 30, 1e15, INT64_MAX };
	struct hash_work *hash = new_hash(1, 1);

	(void)state;
	for (size_t i = 0; i < COUNT(items); i++)
		for (unsigned int workers = 1; workers < 2000; workers = 2 * workers + 1) {
			struct cut cut;

			hash->work.items = items[i];
			cut = cut_job(&hash->work, workers, 0);
			/* A job of years has longer grains, so that they can be counted. */
			if (items[i] / hash->work.grain_max < GRAINS_MAX)
				assert_in_range(cut.grain_items, hash->work.grain_min,
						hash->work.grain_max);
			assert_true(cut.grains <= GRAINS_MAX);
			check_cut(&hash->work, &cut);
			if (cut.grain_items > hash->work.grain_min)
				assert_true(cut.grains > workers);
		}
	hash_free(&hash->work);
}

static void cuts_by_the_chunk_that_was_given(void **state)
{
	static const uint64_t items[] = { 0, 1, 10, 99, 100, 101, 999983, INT64_MAX },
			      chunks[] = { 1, 2, 10, 99, 100, 101, 1000000, INT64_MAX };
	struct hash_work *hash = new_hash(1, 1);

	(void)state;
	for (size_t i = 0; i < COUNT(items); i++)
		for (size_t k = 0; k < COUNT(chunks); k++) {
			struct cut cut;

			hash->work.items = items[i];
			cut = cut_job(&hash->work, 3, chunks[k]);
			assert_int_equal(cut.grain_items, chunks[k]);
			check_cut(&hash->work, &cut);
		}
	hash_free(&hash->work);
}

/* A job of 10 grains, the last of 3 items, whose grains have a number of cells that differs. */
struct job {
	struct hash_work *hash;
	struct cut cut;
	struct ledger ledger;
};

enum { JOB_ITEMS = 93, JOB_GRAIN = 10, JOB_GRAINS = 10 };

static void job_open(struct job *job)
{
	job->hash = new_hash(JOB_ITEMS, 4);
	job->cut = cut_job(&job->hash->work, 1, JOB_GRAIN);
	assert_int_equal(job->cut.grains, JOB_GRAINS);
	assert_int_equal(ledger_open(&job->ledger, &job->hash->work, &job->cut, 0, JOB_GRAINS), 0);
}

static void job_close(struct job *job)
{
	ledger_close(&job->ledger);
	hash_free(&job->hash->work);
}

/* Does the grains of a ledger, all but one of that number. */
static void do_grains(struct job *job, struct ledger *ledger, unsigned int worker, uint64_t but)
{
	for (uint64_t i = ledger->first; i < ledger->first + ledger->count; i++) {
		struct grain grain;

		if (i == but)
			continue;
		ledger_grain(ledger, i, &grain);
		hash_fill(job->hash, &grain);
		ledger_commit(ledger, i, worker);
	}
}

/* The cells of each grain are as many as it has pages, and those of the next one come after them.
 */
static void grains_follow_each_other(void **state)
{
	uint64_t at = 0, *free_cells;
	struct job job;

	(void)state;
	job_open(&job);
	free_cells = (uint64_t *)job.ledger.cells;
	for (uint64_t i = 0; i < JOB_GRAINS; i++) {
		struct grain grain;

		ledger_grain(&job.ledger, i, &grain);
		assert_int_equal(grain.index, i);
		assert_int_equal(grain.begin, at);
		assert_in_range(grain.end, grain.begin + 1, grain.begin + JOB_GRAIN);
		assert_true((uint64_t *)grain.cells >= free_cells);
		at = grain.end;
		free_cells = (uint64_t *)grain.cells + (grain.end - 1) / 4 - grain.begin / 4 + 1;
	}
	assert_int_equal(at, JOB_ITEMS);
	assert_ptr_equal(free_cells, (unsigned char *)job.ledger.block + job.ledger.size);
	job_close(&job);
}

static void counts_what_is_done(void **state)
{
	static const uint64_t order[JOB_GRAINS] = { 9, 0, 5, 1, 2, 8, 3, 4, 7, 6 };
	uint64_t done = 0;
	struct job job;

	(void)state;
	job_open(&job);
	for (int repeat = 0; repeat < 2; repeat++, done = 0) {
		assert_int_equal(ledger_done(&job.ledger), 0);
		for (size_t i = 0; i < JOB_GRAINS; i++) {
			ledger_commit(&job.ledger, order[i], 0);
			done += order[i] == JOB_GRAINS - 1 ? 3 : JOB_GRAIN;
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
	assert_int_equal(ledger_tally(&job.ledger, items, 3), JOB_GRAINS);
	ledger_commit(&job.ledger, 0, 0);
	ledger_commit(&job.ledger, 1, 1);
	ledger_commit(&job.ledger, 5, 1);
	ledger_commit(&job.ledger, 9, 2);
	assert_int_equal(ledger_tally(&job.ledger, items, 3), JOB_GRAINS - 4);
	assert_int_equal(items[0], 10);
	assert_int_equal(items[1], 1000 + 20);
	assert_int_equal(items[2], 3);
	/* A worker that is none of the team does not count. */
	ledger_commit(&job.ledger, 2, 3);
	assert_int_equal(ledger_tally(&job.ledger, items, 3), JOB_GRAINS - 4);
	ledger_reset(&job.ledger);
	assert_int_equal(ledger_tally(&job.ledger, items, 3), JOB_GRAINS);
	job_close(&job);
}

static void no_grains_no_trouble(void **state)
{
	struct hash_work *hash = new_hash(0, 4);
	struct cut cut = cut_job(&hash->work, 7, 0);
	struct ledger ledger;

	(void)state;
	assert_int_equal(ledger_open(&ledger, &hash->work, &cut, 0, 0), 0);
	assert_int_equal(ledger_done(&ledger), 0);
	assert_int_equal(ledger_tally(&ledger, NULL, 0), 0);
	ledger_close(&ledger);
	ledger_close(&ledger);
	hash_free(&hash->work);
}

static void lease_open(struct job *job, struct ledger *lease, uint64_t first, uint64_t count)
{
	assert_int_equal(ledger_open(lease, &job->hash->work, &job->cut, first, count), 0);
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
		do_grains(&job, &lease, i, UINT64_MAX);
		assert_int_equal(ledger_take(&job.ledger, lease.block, lease.size), 0);
		ledger_close(&lease);
	}
	assert_int_equal(ledger_tally(&job.ledger, items, 4), 0);
	assert_int_equal(items[0], 30);
	assert_int_equal(items[1], 10);
	assert_int_equal(items[2], 23);
	assert_int_equal(items[3], 30);
	hash_reset(&job.hash->work);
	for (uint64_t i = 0; i < JOB_GRAINS; i++) {
		struct grain grain;

		ledger_grain(&job.ledger, i, &grain);
		hash_collect(&job.hash->work, &grain);
	}
	assert_int_equal(hash_verify(&job.hash->work), 0);
	job_close(&job);
}

static void takes_in_the_whole_job(void **state)
{
	struct job job, other;
	uint64_t items[1] = { 0 };

	(void)state;
	job_open(&job);
	job_open(&other);
	do_grains(&other, &other.ledger, 0, UINT64_MAX);
	assert_int_equal(ledger_take(&job.ledger, other.ledger.block, other.ledger.size), 0);
	assert_int_equal(ledger_tally(&job.ledger, items, 1), 0);
	job_close(&other);
	job_close(&job);
}

/* Refused, with nothing of it counted. */
static void refused(struct job *job, const void *block, size_t length, const char *what)
{
	int ret = ledger_take(&job->ledger, block, length);
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
	do_grains(&job, &lease, 0, UINT64_MAX);
	copy = aligned_alloc(128, (lease.size + 8 + 127) / 128 * 128);
	assert_non_null(copy);
	memcpy(copy, lease.block, lease.size);
	for (size_t length = 0; length < lease.size; length++)
		refused(&job, copy, length, "truncated");
	for (size_t more = 1; more <= 8; more++)
		refused(&job, copy, lease.size + more, "too long");
	assert_int_equal(ledger_take(&job.ledger, copy, lease.size), 0);
	free(copy);
	ledger_close(&lease);
	job_close(&job);
}

/* Blocks of a larger job, whose grains this ledger has not, or not all. */
static void refuses_grains_that_it_has_not(void **state)
{
	static const struct {
		uint64_t first, count;
	} leases[] = { { 10, 1 }, { 9, 2 }, { 0, 11 }, { 0, 20 }, { 15, 5 }, { 19, 1 } };
	struct job job, larger = { .hash = new_hash(200, 4) };

	(void)state;
	job_open(&job);
	larger.cut = cut_job(&larger.hash->work, 1, JOB_GRAIN);
	for (size_t i = 0; i < COUNT(leases); i++) {
		struct ledger lease;

		lease_open(&larger, &lease, leases[i].first, leases[i].count);
		do_grains(&larger, &lease, 0, UINT64_MAX);
		refused(&job, lease.block, lease.size, "outside");
		ledger_close(&lease);
	}
	hash_free(&larger.hash->work);
	job_close(&job);
}

/* A ledger of a part of the job takes in what lies within, and nothing before or behind it. */
static void a_part_takes_only_its_own(void **state)
{
	struct job job;

	(void)state;
	job_open(&job);
	ledger_close(&job.ledger);
	lease_open(&job, &job.ledger, 3, 4);
	for (uint64_t first = 0; first < JOB_GRAINS; first++)
		for (uint64_t count = 0; first + count <= JOB_GRAINS; count++) {
			bool within = first >= 3 && first + count <= 7 && count;
			struct ledger lease;

			lease_open(&job, &lease, first, count);
			do_grains(&job, &lease, 0, UINT64_MAX);
			if (within)
				assert_int_equal(ledger_take(&job.ledger, lease.block, lease.size),
						 0);
			else
				refused(&job, lease.block, lease.size, "outside of the part");
			ledger_close(&lease);
			ledger_reset(&job.ledger);
		}
	job_close(&job);
}

/* Another job has other cells in the same grains. */
static void refuses_cells_of_another_job(void **state)
{
	struct job job, foreign = { .hash = new_hash(JOB_ITEMS, 2) };
	struct ledger lease;

	(void)state;
	job_open(&job);
	foreign.cut = cut_job(&foreign.hash->work, 1, JOB_GRAIN);
	lease_open(&foreign, &lease, 2, 4);
	do_grains(&foreign, &lease, 0, UINT64_MAX);
	refused(&job, lease.block, lease.size, "foreign");
	ledger_close(&lease);
	hash_free(&foreign.hash->work);
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
		do_grains(&job, &lease, 0, but);
		assert_int_equal(ledger_take(&job.ledger, lease.block, lease.size), -EPROTO);
		ledger_close(&lease);
		ledger_reset(&job.ledger);
	}
	job_close(&job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_schedules),
		cmocka_unit_test(refuses_what_is_no_schedule),
		cmocka_unit_test(cuts_within_the_bounds_of_the_work),
		cmocka_unit_test(cuts_by_the_chunk_that_was_given),
		cmocka_unit_test(each_grain_is_handed_out_once),
		cmocka_unit_test(dynamic_hands_out_single_grains),
		cmocka_unit_test(static_blocks_differ_by_one_at_most),
		cmocka_unit_test(static_blocks_lie_in_the_order_of_workers),
		cmocka_unit_test(static_chunks_are_dealt_in_turn),
		cmocka_unit_test(guided_portions_never_grow),
		cmocka_unit_test(each_grain_is_leased_once),
		cmocka_unit_test(threads_claim_each_grain_once),
		cmocka_unit_test(grains_follow_each_other),
		cmocka_unit_test(counts_what_is_done),
		cmocka_unit_test(tallies_by_worker_and_what_is_missing),
		cmocka_unit_test(no_grains_no_trouble),
		cmocka_unit_test(takes_in_leases),
		cmocka_unit_test(takes_in_the_whole_job),
		cmocka_unit_test(refuses_blocks_of_another_length),
		cmocka_unit_test(refuses_grains_that_it_has_not),
		cmocka_unit_test(a_part_takes_only_its_own),
		cmocka_unit_test(refuses_cells_of_another_job),
		cmocka_unit_test(refuses_a_lease_that_is_not_done),
	};

	return RUN_TESTS(tests);
}
