/* Checkpoints: parts that are joined and never counted twice; a text that is believed only where it
 * is whole. */
#define _GNU_SOURCE
#include "tests/testing.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/team/checkpoint.h"
#include "bench/team/checkpoint_file.h"
#include "bench/team/checkpoint_text.h"
#include "compute/closed_form.h"
#include "compute/sumsq.h"

enum { JOB = 12345 };

/* Three tasks of 100, 0 and 50 terms. */
static struct work *made_work(void)
{
	struct tasks tasks = { 0 };
	struct sumsq *sumsq;

	assert_int_equal(tasks_add(&tasks, (struct task){ 0, 100 }), 0);
	assert_int_equal(tasks_add(&tasks, (struct task){ 7, 7 }), 0);
	assert_int_equal(tasks_add(&tasks, (struct task){ 1000, 1050 }), 0);
	assert_int_equal(sumsq_new(&sumsq, &tasks, NULL), 0);
	return &sumsq->work;
}

static int add(struct parts *parts, uint64_t begin, uint64_t end)
{
	u128 sum = 0;

	for (uint64_t item = begin; item < end; item++) {
		u128 i = item < 100 ? item : 900 + item;

		sum += i * i;
	}
	return parts_add(parts, (struct work_range){ begin, end }, &sum);
}

static void expect_range(const struct parts *parts, size_t i, uint64_t begin, uint64_t end)
{
	const struct finished_part *part = parts_at(parts, &parts->list, i);
	u128 sum, right;

	assert_int_equal(part->range.begin, begin);
	assert_int_equal(part->range.end, end);
	memcpy(&sum, part->slot, sizeof(sum));
	assert_int_equal(begin < 100 ? closed_form(&right, begin, end)
				     : closed_form(&right, 900 + begin, 900 + end),
			 0);
	assert_true(sum == right);
}

static void parts_join_within_a_result(void **state)
{
	struct work *work = made_work();
	struct parts parts;

	(void)state;
	parts_open(&parts, work);
	assert_int_equal(add(&parts, 40, 60), 0);
	assert_int_equal(add(&parts, 100, 120), 0);
	assert_int_equal(add(&parts, 0, 10), 0);
	assert_int_equal(parts_settle(&parts), 0);
	assert_int_equal(parts.list.count, 3);
	assert_int_equal(add(&parts, 60, 100), 0);
	assert_int_equal(add(&parts, 130, 150), 0);
	assert_int_equal(add(&parts, 10, 40), 0);
	assert_int_equal(parts_settle(&parts), 0);
	/* What two results meet at is not joined. */
	assert_int_equal(parts.list.count, 3);
	expect_range(&parts, 0, 0, 100);
	expect_range(&parts, 1, 100, 120);
	expect_range(&parts, 2, 130, 150);
	assert_int_equal(parts_items(&parts), 140);
	parts_close(&parts);
	work->type->free(work);
}

static void no_item_counts_twice(void **state)
{
	static const struct work_range twice[] = { { 0, 1 }, { 9, 10 }, { 5, 15 }, { 0, 20 } };
	struct work *work = made_work();

	(void)state;
	for (size_t i = 0; i < COUNT(twice); i++) {
		struct parts parts;

		parts_open(&parts, work);
		assert_int_equal(add(&parts, 0, 10), 0);
		if (i % 2)
			assert_int_equal(parts_settle(&parts), 0);
		assert_int_equal(add(&parts, twice[i].begin, twice[i].end), 0);
		assert_int_equal(parts_settle(&parts), -EEXIST);
		parts_close(&parts);
	}
	work->type->free(work);
}

static void ranges_that_are_none_are_refused(void **state)
{
	struct work *work = made_work();
	struct parts parts;

	(void)state;
	parts_open(&parts, work);
	assert_int_equal(add(&parts, 5, 5), -EINVAL);
	assert_int_equal(add(&parts, 6, 5), -EINVAL);
	assert_int_equal(add(&parts, 99, 101), -EINVAL);
	assert_int_equal(add(&parts, 149, 151), -EINVAL);
	assert_int_equal(add(&parts, 150, 151), -EINVAL);
	assert_int_equal(add(&parts, 149, 150), 0);
	parts_close(&parts);
	work->type->free(work);
}

static void what_is_missing(void **state)
{
	static const struct work_range right[] = { { 0, 10 }, { 20, 100 }, { 100, 149 } };
	struct work *work = made_work();
	struct work_range *ranges;
	struct parts parts;
	size_t count;

	(void)state;
	parts_open(&parts, work);
	assert_int_equal(add(&parts, 10, 20), 0);
	assert_int_equal(add(&parts, 149, 150), 0);
	assert_int_equal(parts_settle(&parts), 0);
	assert_int_equal(parts_missing(&parts, &ranges, &count), 0);
	assert_int_equal(count, COUNT(right));
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(ranges[i].begin, right[i].begin);
		assert_int_equal(ranges[i].end, right[i].end);
	}
	free(ranges);
	parts_close(&parts);
	work->type->free(work);
}

/* The text of a checkpoint with five parts: malloc'd. */
static char *made_text(const struct work *work)
{
	char *header = checkpoint_text_header(work, JOB), *lines, *text;
	struct parts parts;
	size_t size;

	parts_open(&parts, work);
	for (uint64_t begin = 0; begin < 100; begin += 20)
		assert_int_equal(add(&parts, begin, begin + 13), 0);
	assert_int_equal(parts_settle(&parts), 0);
	lines = checkpoint_text_parts(&parts, &parts.list, JOB, &size);
	assert_non_null(header);
	assert_non_null(lines);
	assert_true(asprintf(&text, "%s%s", header, lines) > 0);
	free(header);
	free(lines);
	parts_close(&parts);
	return text;
}

/* Whatever is read of a damaged text is right, and no more than its whole lines. */
static void expect_believed(const struct work *work, const char *text, size_t size, size_t lines)
{
	struct parts parts;
	size_t length, records;
	int ret;

	parts_open(&parts, work);
	ret = checkpoint_text_parse(text, size, JOB, &parts, &length, &records);
	assert_true(ret == 0 || ret == -EINVAL || ret == -EILSEQ);
	assert_true(length <= size);
	if (ret)
		records = 0;
	assert_int_equal(records, lines);
	assert_int_equal(parts_settle(&parts), 0);
	assert_int_equal(parts.list.count, records);
	for (size_t i = 0; i < records; i++)
		expect_range(&parts, i, 20 * i, 20 * i + 13);
	parts_close(&parts);
}

/* Whole lines before that byte, without the first. */
static size_t lines_before(const char *text, size_t byte)
{
	size_t lines = 0;

	for (size_t i = 0; i < byte; i++)
		lines += text[i] == '\n';
	return lines ? lines - 1 : 0;
}

static void truncated_at_every_byte(void **state)
{
	struct work *work = made_work();
	char *text = made_text(work);

	(void)state;
	for (size_t size = 0; size <= strlen(text); size++)
		expect_believed(work, text, size, lines_before(text, size));
	free(text);
	work->type->free(work);
}

static void each_bit_flipped(void **state)
{
	struct work *work = made_work();
	char *text = made_text(work);
	size_t size = strlen(text), header = strcspn(text, "\n") + 1;

	(void)state;
	for (size_t i = 0; i < size; i++) {
		size_t lines = i < header ? 0 : lines_before(text, i);

		for (int bit = 0; bit < 8; bit++) {
			text[i] ^= (char)(1 << bit);
			expect_believed(work, text, size, lines);
			text[i] ^= (char)(1 << bit);
		}
	}
	free(text);
	work->type->free(work);
}

static void of_another_job(void **state)
{
	struct work *work = made_work();
	char *text = made_text(work);
	struct parts parts;
	size_t length, records;

	(void)state;
	parts_open(&parts, work);
	assert_int_equal(checkpoint_text_parse(text, strlen(text), JOB + 1, &parts, &length,
					       &records),
			 -EILSEQ);
	assert_int_equal(checkpoint_text_parse("10\n", 3, JOB, &parts, &length, &records), -EINVAL);
	parts_close(&parts);
	free(text);
	work->type->free(work);
}

/* In a file of its own. */
static void with_file(void (*test)(const char *path, struct work *work))
{
	char folder[] = "/tmp/checkpoint.XXXXXX", path[64];
	struct work *work = made_work();

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/c", folder);
	test(path, work);
	unlink(path);
	rmdir(folder);
	work->type->free(work);
}

static void write_and_read(const char *path, struct work *work)
{
	for (uint64_t run = 0; run < 4; run++) {
		struct checkpoint_file file;
		struct parts parts;

		parts_open(&parts, work);
		assert_int_equal(checkpoint_file_open(&file, path, &parts), 0);
		assert_int_equal(parts_items(&parts), 25 * run);
		assert_int_equal(add(&parts, 25 * run, 25 * run + 10), 0);
		assert_int_equal(checkpoint_file_write(&file, &parts), 0);
		assert_int_equal(add(&parts, 25 * run + 10, 25 * run + 25), 0);
		assert_int_equal(checkpoint_file_write(&file, &parts), 0);
		checkpoint_file_sync(&file, &parts);
		expect_range(&parts, 0, 0, 25 * run + 25);
		checkpoint_file_close(&file);
		parts_close(&parts);
	}
}

static void comes_back_from_the_file(void **state)
{
	(void)state;
	with_file(write_and_read);
}

static void lock_twice(const char *path, struct work *work)
{
	struct checkpoint_file file, other;
	struct parts parts, more;

	parts_open(&parts, work);
	parts_open(&more, work);
	assert_int_equal(checkpoint_file_open(&file, path, &parts), 0);
	assert_int_equal(checkpoint_file_open(&other, path, &more), -EINVAL);
	checkpoint_file_close(&file);
	assert_int_equal(checkpoint_file_open(&other, path, &more), 0);
	checkpoint_file_close(&other);
	parts_close(&parts);
	parts_close(&more);
}

static void one_run_at_a_time(void **state)
{
	(void)state;
	with_file(lock_twice);
}

/* More lines than parts: the file is written anew, keeps its lock, and holds the same. */
static void write_many(const char *path, struct work *work)
{
	struct checkpoint_file file, other;
	struct parts parts, more;

	parts_open(&parts, work);
	assert_int_equal(checkpoint_file_open(&file, path, &parts), 0);
	/* As if there were many lines already. */
	file.records = 5000;
	for (uint64_t item = 0; item < 100; item++) {
		assert_int_equal(add(&parts, item, item + 1), 0);
		assert_int_equal(checkpoint_file_write(&file, &parts), 0);
	}
	assert_true(file.records <= 100);
	parts_open(&more, work);
	assert_int_equal(checkpoint_file_open(&other, path, &more), -EINVAL);
	checkpoint_file_close(&file);
	parts_close(&parts);
	assert_int_equal(checkpoint_file_open(&other, path, &more), 0);
	assert_int_equal(parts_items(&more), 100);
	expect_range(&more, 0, 0, 100);
	checkpoint_file_close(&other);
	parts_close(&more);
}

static void joined_lines_are_written_anew(void **state)
{
	(void)state;
	with_file(write_many);
}

/* Where nothing can be put beside it, what is there is the only copy: it is left as it is. */
static void write_only_copy(const char *path, struct work *work)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	struct checkpoint_file file, other;
	struct parts parts, more;
	char descriptor[64];

	assert_true(fd >= 0);
	snprintf(descriptor, sizeof(descriptor), "/proc/self/fd/%d", fd);
	parts_open(&parts, work);
	assert_int_equal(checkpoint_file_open(&file, descriptor, &parts), 0);
	for (uint64_t item = 0; item < 20; item++) {
		/* To be written anew, and shorter: half of the lines are one by now. */
		if (item == 10)
			file.records = 5000;
		assert_int_equal(add(&parts, item, item + 1), 0);
		assert_int_equal(checkpoint_file_write(&file, &parts), 0);
	}
	checkpoint_file_close(&file);
	close(fd);
	parts_close(&parts);
	parts_open(&more, work);
	assert_int_equal(checkpoint_file_open(&other, path, &more), 0);
	assert_int_equal(other.records, 20);
	expect_range(&more, 0, 0, 20);
	checkpoint_file_close(&other);
	parts_close(&more);
}

static void the_only_copy_is_left(void **state)
{
	(void)state;
	with_file(write_only_copy);
}

/* A thread reads slots as soon as their chunk is committed. ThreadSanitizer sees a commit that does
 * not publish them; no CPU that orders its stores does. */
static void *commits(void *context)
{
	struct ledger *ledger = context;

	for (uint64_t i = 0; i < ledger->batch.count; i++) {
		struct chunk chunk;

		ledger_chunk(ledger, i, &chunk);
		*(u128 *)chunk.slots = i + 1;
		ledger_commit(ledger, i, 0);
	}
	return NULL;
}

static void *reads(void *context)
{
	struct ledger *ledger = context;

	for (uint64_t i = 0; i < ledger->batch.count; i++) {
		struct chunk chunk;

		while (!ledger_committed(ledger, i))
			;
		ledger_chunk(ledger, i, &chunk);
		if (*(u128 *)chunk.slots != i + 1)
			return ledger;
	}
	return NULL;
}

static void committed_slots_may_be_read_at_once(void **state)
{
	struct tasks tasks = { 0 };
	struct partition partition;
	struct ledger ledger;
	struct sumsq *sumsq;
	pthread_t writer, reader;
	void *wrong;

	(void)state;
	assert_int_equal(tasks_add(&tasks, (struct task){ 0, 100 }), 0);
	assert_int_equal(sumsq_new(&sumsq, &tasks, NULL), 0);
	partition = partition_job(&sumsq->work, 1, 1);
	assert_int_equal(
		ledger_open(&ledger, &sumsq->work, &partition, batch_of(0, partition.chunks)), 0);
	/* Few chunks at a time, for ThreadSanitizer does not remember many. */
	for (int round = 0; round < 50; round++) {
		ledger_reset(&ledger);
		assert_int_equal(pthread_create(&reader, NULL, reads, &ledger), 0);
		assert_int_equal(pthread_create(&writer, NULL, commits, &ledger), 0);
		pthread_join(writer, NULL);
		pthread_join(reader, &wrong);
		assert_null(wrong);
	}
	ledger_close(&ledger);
	sumsq->work.type->free(&sumsq->work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_join_within_a_result),
		cmocka_unit_test(no_item_counts_twice),
		cmocka_unit_test(ranges_that_are_none_are_refused),
		cmocka_unit_test(what_is_missing),
		cmocka_unit_test(truncated_at_every_byte),
		cmocka_unit_test(each_bit_flipped),
		cmocka_unit_test(of_another_job),
		cmocka_unit_test(comes_back_from_the_file),
		cmocka_unit_test(one_run_at_a_time),
		cmocka_unit_test(joined_lines_are_written_anew),
		cmocka_unit_test(the_only_copy_is_left),
		cmocka_unit_test(committed_slots_may_be_read_at_once),
	};

	return RUN_TESTS(tests);
}
