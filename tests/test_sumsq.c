/* The sum of squares as a work: slots of tasks of all lengths, the judge, and the way to other
 * hosts. */
#include "tests/testing.h"

#include <string.h>

#include "bench/team/ledger.h"
#include "bench/team/source_ledger.h"
#include "compute/closed_form.h"
#include "compute/sumsq.h"
#include "tests/worker_thread.h"

static void add(struct tasks *tasks, uint64_t begin, uint64_t end)
{
	assert_int_equal(tasks_add(tasks, (struct task){ begin, end }), 0);
}

static struct sumsq *new_sumsq(struct tasks *tasks, const struct kernel *forced)
{
	struct sumsq *sumsq;

	assert_int_equal(sumsq_new(&sumsq, tasks, forced), 0);
	assert_null(tasks->list);
	return sumsq;
}

static void free_sumsq(struct sumsq *sumsq)
{
	sumsq->work.type->free(&sumsq->work);
}

/* The whole job by one worker, in chunks of so many terms; twice, as slots are used again. */
static void do_job(struct sumsq *sumsq, uint64_t chunk_items, unsigned int inflight)
{
	const struct source_users users = { .schedule = { &schedule_dynamic, chunk_items },
					    .count = 1,
					    .total = 1 };
	struct work *work = &sumsq->work;
	struct partition partition = partition_job(work, 1, chunk_items);
	struct worker_thread worker = { .work = work, .inflight = inflight };
	struct ledger ledger;
	uint64_t items = 0;

	memset(sumsq->sums, 0x55, sumsq->tasks.count * sizeof(*sumsq->sums));
	assert_int_equal(ledger_open(&ledger, work, &partition, batch_of(0, partition.chunks)), 0);
	assert_int_equal(source_ledger_open(&worker.source, &ledger, &users), 0);
	worker_threads_run(&worker, 1);
	ledger_reset(&ledger);
	worker_threads_run(&worker, 1);
	assert_int_equal(ledger_tally(&ledger, &items, 1), 0);
	assert_int_equal(items, work->items);
	work->type->reset(work);
	for (uint64_t i = 0; i < partition.chunks; i++) {
		struct chunk chunk;

		ledger_chunk(&ledger, i, &chunk);
		work->type->collect(work, &chunk);
	}
	worker.source->close(worker.source);
	ledger_close(&ledger);
}

static void check_job(struct sumsq *sumsq, uint64_t chunk_items, unsigned int inflight)
{
	do_job(sumsq, chunk_items, inflight);
	for (size_t i = 0; i < sumsq->tasks.count; i++) {
		const struct task *task = &sumsq->tasks.list[i];
		u128 right = 0;

		assert_int_equal(closed_form(&right, task->begin, task->end), 0);
		assert_u128(sumsq->sums[i], right, "task %zu, chunk %" PRIu64 ", %u in flight", i,
			    chunk_items, inflight);
	}
	assert_int_equal(sumsq->work.type->verify(&sumsq->work), 0);
}

/* More empty tasks than a page has slots, before, between and after the others, whose ends are also
 * ends of chunks. */
static void empty_tasks_everywhere(void **state)
{
	enum { EMPTY = 3000 };
	struct tasks tasks = { 0 };
	struct sumsq *sumsq;

	(void)state;
	for (uint64_t i = 0; i < 4 * EMPTY; i++) {
		if (i % EMPTY == 0 && i)
			add(&tasks, i, i + 100);
		add(&tasks, i, i);
	}
	sumsq = new_sumsq(&tasks, NULL);
	check_job(sumsq, 0, 1);
	check_job(sumsq, 100, 1);
	check_job(sumsq, 7, 3);
	check_job(sumsq, 50, 1);
	check_job(sumsq, 150, 2);
	free_sumsq(sumsq);
}

static void random_tasks_in_random_chunks(void **state)
{
	uint64_t seed = 18;

	(void)state;
	for (int i = 0; i < 200; i++) {
		uint64_t count = 1 + random_below(&seed, 50);
		struct tasks tasks = { 0 };
		struct sumsq *sumsq;

		for (uint64_t k = 0; k < count; k++) {
			uint64_t begin = random_width(&seed, 52),
				 length = random_below(&seed, 3) * random_below(&seed, 1000);

			add(&tasks, begin, begin + length > END_MAX ? END_MAX : begin + length);
		}
		sumsq = new_sumsq(&tasks,
				  i % 3 && !kernel_missing(kernels[i % 2]) ? kernels[i % 2] : NULL);
		if (sumsq->work.items)
			check_job(sumsq, 1 + random_below(&seed, 2000),
				  1 + (unsigned int)random_below(&seed, 5));
		free_sumsq(sumsq);
	}
}

/* Chunks that take several turns, with others in flight beside them. */
static void chunks_longer_than_a_turn(void **state)
{
	struct tasks tasks = { 0 };
	struct sumsq *sumsq;

	(void)state;
	add(&tasks, 0, 3000001);
	add(&tasks, 5, 5);
	add(&tasks, 1000, 4000000);
	sumsq = new_sumsq(&tasks, NULL);
	check_job(sumsq, 2500000, 3);
	check_job(sumsq, 10000000, 2);
	free_sumsq(sumsq);
}

static uint64_t count_duties(void *context)
{
	++*(unsigned int *)context;
	return 0;
}

/* A rank says in it that it is alive, however long its chunk is. */
static void a_long_chunk_leaves_time_for_duties(void **state)
{
	unsigned int duties = 0;
	const uint64_t terms = (uint64_t)1 << 28;
	const struct source_users users = { .schedule = { &schedule_dynamic, terms },
					    .count = 1,
					    .total = 1,
					    .duty = { count_duties, &duties } };
	struct tasks tasks = { 0 };
	struct worker_thread worker = { .inflight = 1 };
	struct partition partition;
	struct sumsq *sumsq;
	struct ledger ledger;

	(void)state;
	add(&tasks, 0, terms);
	sumsq = new_sumsq(&tasks, NULL);
	worker.work = &sumsq->work;
	partition = partition_job(&sumsq->work, 1, terms);
	assert_int_equal(
		ledger_open(&ledger, &sumsq->work, &partition, batch_of(0, partition.chunks)), 0);
	assert_int_equal(source_ledger_open(&worker.source, &ledger, &users), 0);
	worker_threads_run(&worker, 1);
	/* One at each of two claims, and those in between. */
	assert_in_range(duties, 4, 100);
	worker.source->close(worker.source);
	ledger_close(&ledger);
	free_sumsq(sumsq);
}

static void a_wrong_sum_is_found(void **state)
{
	struct tasks tasks = { 0 };
	struct sumsq *sumsq;

	(void)state;
	for (uint64_t i = 0; i < 20; i++)
		add(&tasks, i, 10 * i);
	sumsq = new_sumsq(&tasks, &kernel_scalar);
	check_job(sumsq, 17, 1);
	for (size_t i = 0; i < 20; i++)
		for (unsigned int bit = 0; bit < 128; bit++) {
			sumsq->sums[i] ^= (u128)1 << bit;
			assert_int_equal(sumsq->work.type->verify(&sumsq->work), -EBADMSG);
			sumsq->sums[i] ^= (u128)1 << bit;
		}
	assert_int_equal(sumsq->work.type->verify(&sumsq->work), 0);
	free_sumsq(sumsq);
}

static void assert_ranges(const struct sumsq *sumsq, bool first, bool second, bool third)
{
	bool ranges[KERNEL_RANGES];

	sumsq_ranges(sumsq, ranges);
	assert_int_equal(ranges[0], first);
	assert_int_equal(ranges[1], second);
	assert_int_equal(ranges[2], third);
}

static void the_ranges_of_its_terms_are_known(void **state)
{
	const uint64_t two = (uint64_t)1 << 26, three = (uint64_t)1 << 39;
	static const bool yes = true, no = false;
	struct tasks tasks = { 0 };
	struct sumsq *sumsq = new_sumsq(&tasks, NULL);

	(void)state;
	assert_ranges(sumsq, no, no, no);
	assert_int_equal(sumsq->work.items, 0);
	free_sumsq(sumsq);
	add(&tasks, 0, 0);
	add(&tasks, three, three);
	add(&tasks, END_MAX, END_MAX);
	add(&tasks, two - 1, two);
	sumsq = new_sumsq(&tasks, NULL);
	assert_ranges(sumsq, yes, no, no);
	assert_int_equal(sumsq->work.items, 1);
	free_sumsq(sumsq);
	add(&tasks, two, three);
	sumsq = new_sumsq(&tasks, NULL);
	assert_ranges(sumsq, no, yes, no);
	free_sumsq(sumsq);
	add(&tasks, END_MAX - 1, END_MAX);
	add(&tasks, 10, 100);
	sumsq = new_sumsq(&tasks, NULL);
	assert_ranges(sumsq, yes, no, yes);
	free_sumsq(sumsq);
	add(&tasks, two - 1, three + 1);
	sumsq = new_sumsq(&tasks, NULL);
	assert_ranges(sumsq, yes, yes, yes);
	free_sumsq(sumsq);
}

static void check_parcel(const struct kernel *forced, uint64_t count)
{
	struct tasks tasks = { 0 };
	struct sumsq *sumsq, *there;
	struct work *work;
	size_t length;
	void *bytes;

	for (uint64_t i = 0; i < count; i++)
		add(&tasks, i, i + i % 5);
	sumsq = new_sumsq(&tasks, forced);
	assert_int_equal(sumsq_work.pack(&sumsq->work, &bytes, &length), 0);
	assert_int_equal(sumsq_work.unpack(&work, bytes, length), 0);
	there = (struct sumsq *)work;
	assert_ptr_equal(work->type, &sumsq_work);
	assert_int_equal(work->items, sumsq->work.items);
	assert_int_equal(there->tasks.count, count);
	for (uint64_t i = 0; i < count; i++)
		assert_memory_equal(&there->tasks.list[i], &sumsq->tasks.list[i],
				    sizeof(struct task));
	assert_ptr_equal(there->forced, forced);
	/* Another host may have better ones, unless they must not be. */
	for (int range = 0; range < KERNEL_RANGES; range++)
		assert_ptr_equal(there->kernels.of[range], kernel_choose(forced).of[range]);
	free(bytes);
	free_sumsq(there);
	free_sumsq(sumsq);
}

static void comes_back_from_a_parcel(void **state)
{
	(void)state;
	for (size_t i = 0; kernels[i]; i++) {
		if (kernel_missing(kernels[i]))
			continue;
		check_parcel(kernels[i], 1000);
		check_parcel(kernels[i], 0);
	}
	check_parcel(NULL, 1);
}

static void refuses_broken_parcels(void **state)
{
	static const char unknown[64] = "nonesuch";
	struct work *work;

	(void)state;
	assert_int_equal(sumsq_work.unpack(&work, unknown, 0), -EPROTO);
	assert_int_equal(sumsq_work.unpack(&work, unknown, 3), -EPROTO);
	assert_true(sumsq_work.unpack(&work, unknown, 16) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_tasks_everywhere),
		cmocka_unit_test(random_tasks_in_random_chunks),
		cmocka_unit_test(chunks_longer_than_a_turn),
		cmocka_unit_test(a_long_chunk_leaves_time_for_duties),
		cmocka_unit_test(a_wrong_sum_is_found),
		cmocka_unit_test(the_ranges_of_its_terms_are_known),
		cmocka_unit_test(comes_back_from_a_parcel),
		cmocka_unit_test(refuses_broken_parcels),
	};

	return RUN_TESTS(tests);
}
