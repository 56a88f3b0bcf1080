/* The thread that watches the ledger, and the rest of a work. */
#define _GNU_SOURCE
#include "checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/base/clock.h"
#include "bench/base/interrupt.h"
#include "bench/base/say.h"
#include "checkpoint_file.h"
#include "ledger_watch.h"

/* How soon a signal, or the end of the run, is seen. */
#define CHECKPOINT_LOOK_NS 20000000

struct checkpoint {
	struct checkpoint_file file;
	struct parts parts;
	struct work *work, *rest;
	struct work_range *ranges; /* of the work, which the rest is made of ... */
	uint64_t *before; /* ... and the items of the rest before each; one more at the end */
	size_t range_count;

	/* While a ledger is watched: by the thread alone. */
	struct ledger_watch commits; /* those that are not written */
	pthread_t thread;
	_Atomic bool over; /* relaxed: the join orders what the thread did before what follows */
	int error;
};

/* Lays the missing ranges end to end. */
static int checkpoint_make_rest(struct checkpoint *own)
{
	int ret = parts_missing(&own->parts, &own->ranges, &own->range_count);

	if (ret)
		return ret;
	own->before = calloc(own->range_count + 1, sizeof(*own->before));
	if (!own->before)
		return -ENOMEM;
	for (size_t i = 0; i < own->range_count; i++)
		own->before[i + 1] = own->before[i] + own->ranges[i].end - own->ranges[i].begin;
	return own->work->type->rest(&own->rest, own->work, own->ranges, own->range_count);
}

/* Per cent of the items that are done, and kept: as shown, 100 only if it is all of them. */
static double checkpoint_share(const struct checkpoint *own)
{
	uint64_t done = parts_items(&own->parts);

	if (done == own->work->items)
		return 100;
	return fmin(100 * (double)done / (double)own->work->items, 99.99);
}

int checkpoint_open(struct checkpoint **checkpoint, const char *path, struct work *work)
{
	struct checkpoint *own = calloc(1, sizeof(*own));
	int ret;

	if (!own)
		return -ENOMEM;
	own->work = work;
	own->file.fd = -1;
	parts_open(&own->parts, work);
	ret = checkpoint_file_open(&own->file, path, &own->parts);
	if (!ret)
		ret = checkpoint_make_rest(own);
	if (ret) {
		checkpoint_close(own);
		return ret;
	}
	if (own->parts.list.count)
		say_fact("%s has %.4g %% of the job%s", path, checkpoint_share(own),
			 own->range_count ? ": the rest is to do" : "");
	*checkpoint = own;
	return 0;
}

void checkpoint_close(struct checkpoint *own)
{
	if (!own)
		return;
	checkpoint_file_close(&own->file);
	if (own->rest)
		own->rest->type->free(own->rest);
	parts_close(&own->parts);
	free(own->ranges);
	free(own->before);
	free(own);
}

struct work *checkpoint_rest(struct checkpoint *checkpoint)
{
	return checkpoint->rest;
}

/* The range that an item of the rest lies in. */
static size_t checkpoint_find_range(const struct checkpoint *own, uint64_t item)
{
	size_t low = 0, high = own->range_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (own->before[middle] <= item)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* A committed chunk of the rest as parts of the work: it has a slot for each range that it touches,
 * since each is a result of the rest. */
static int checkpoint_add_chunk(struct checkpoint *own, const struct chunk *chunk)
{
	const unsigned char *slot = chunk->slots;
	uint64_t item = chunk->begin;
	int ret = 0;

	for (size_t i = checkpoint_find_range(own, item); !ret && item < chunk->end; i++) {
		uint64_t end = own->before[i + 1] < chunk->end ? own->before[i + 1] : chunk->end;
		uint64_t begin = own->ranges[i].begin + (item - own->before[i]);

		ret = parts_add(&own->parts, (struct work_range){ begin, begin + (end - item) },
				slot);
		slot += own->work->type->slot_size;
		item = end;
	}
	return ret;
}

/* Adds what was committed since, and writes it. */
static int checkpoint_scan(struct checkpoint *own)
{
	struct chunk chunk;
	int ret = 0;

	while (!ret && ledger_watch_next(&own->commits, &chunk))
		ret = checkpoint_add_chunk(own, &chunk);
	return ret ? ret : checkpoint_file_write(&own->file, &own->parts);
}

static void checkpoint_say_kept(const struct checkpoint *own)
{
	say_fact("%s has %.4g %% of the job: the same command does the rest", own->file.path,
		 checkpoint_share(own));
}

/* Asked to end: what is committed is kept, and then we end as we would have. */
static void checkpoint_end_by_signal(struct checkpoint *own)
{
	if (!own->error)
		own->error = checkpoint_scan(own);
	checkpoint_file_sync(&own->file, &own->parts);
	say_progress(NULL);
	checkpoint_say_kept(own);
	interrupt_end();
}

static void *checkpoint_thread(void *context)
{
	struct checkpoint *own = context;
	uint64_t next = clock_ns() + CHECKPOINT_NS;
	unsigned int written = 0;

	/* Also after an error: signals are still caught. */
	while (!atomic_load_explicit(&own->over, memory_order_relaxed)) {
		nanosleep(&(struct timespec){ .tv_nsec = CHECKPOINT_LOOK_NS }, NULL);
		if (interrupt_caught())
			checkpoint_end_by_signal(own);
		if (own->error || clock_ns() < next)
			continue;
		next = clock_ns() + CHECKPOINT_NS;
		own->error = checkpoint_scan(own);
		if (own->error)
			say_warn("%s is not kept any more: %s", own->file.path,
				 strerror(-own->error));
		if (++written % CHECKPOINT_SYNCS == 0)
			checkpoint_file_sync(&own->file, &own->parts);
	}
	return NULL;
}

int checkpoint_watch(struct checkpoint *own, const struct ledger *ledger)
{
	int error = ledger_watch_open(&own->commits, ledger);

	if (error)
		return error;
	own->over = false;
	interrupt_watch();
	error = pthread_create(&own->thread, NULL, checkpoint_thread, own);
	if (!error)
		return 0;
	interrupt_unwatch();
	ledger_watch_close(&own->commits);
	return say_fail(EINVAL, "the thread of the checkpoint cannot be had: %s", strerror(error));
}

int checkpoint_unwatch(struct checkpoint *own, bool lost)
{
	int ret;

	atomic_store_explicit(&own->over, true, memory_order_relaxed);
	pthread_join(own->thread, NULL);
	ret = own->error ? own->error : checkpoint_scan(own);
	checkpoint_file_sync(&own->file, &own->parts);
	if (lost || interrupt_caught())
		checkpoint_say_kept(own);
	interrupt_unwatch();
	interrupt_end();
	ledger_watch_close(&own->commits);
	if (ret && ret != -ENOMEM)
		return say_fail(
			EIO, "an error in this program: a range was done twice; please report it");
	return ret;
}

int checkpoint_collect(struct checkpoint *own)
{
	const struct work_type *type = own->work->type;
	int ret = parts_settle(&own->parts);
	uint64_t items = parts_items(&own->parts);

	if (ret || items != own->work->items)
		return say_fail(EIO,
				"an error in this program: %" PRIu64 " of %" PRIu64
				" items are finished; please report it",
				items, own->work->items);
	type->reset(own->work);
	for (size_t i = 0; i < own->parts.list.count; i++) {
		const struct finished_part *part = parts_at(&own->parts, &own->parts.list, i);
		const struct chunk chunk = { .index = i,
					     .begin = part->range.begin,
					     .end = part->range.end,
					     .slots = (void *)part->slot };

		type->collect(own->work, &chunk);
	}
	return 0;
}
