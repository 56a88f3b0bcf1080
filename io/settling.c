/* Two batches: one fills, the other is on its way or being taken in. */
#include "settling.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/limits.h"
#include "io/engine/error.h"

/* How long a file may wait for others. */
#define PATIENCE_NS 500000000u

/*
 * What bringing a batch to the disk takes hardly grows with its files: on ext4, 10 kB each, 512 at
 * once took 60 us a file, and 128 took 140 us, which is more than fetching one takes. But each
 * keeps a descriptor, so where a process may have few of them batches are smaller.
 */
enum { BATCH_LEAST = 16, BATCH_MODEST = 256, BATCH_MOST = 512, FILES_A_BATCH = 64 };

/* Bytes of short bodies that a batch may have in memory. */
enum { BATCH_BYTES = 4 << 20 };

struct settling_batch {
	struct settled *items;
	struct sink *files; /* theirs */
	int *errors;
	unsigned int count, taken;
	size_t memory; /* bytes of those that are no files yet */
};

struct settling {
	const struct folder *folder;
	unsigned int room; /* of a batch */
	struct settling_batch batches[2];
	unsigned int filling; /* number of that which fills */
	uint64_t since;       /* its first file came, by clock_ns() */
	bool threaded;
	pthread_t thread;
	pthread_mutex_t lock; /* guards what follows, and the other batch while it is sent */
	pthread_cond_t changed;
	bool sent; /* the other batch is on its way */
	bool over; /* the thread is to end */
};

static unsigned int settling_least(uint64_t one, uint64_t other)
{
	return (unsigned int)(one < other ? one : other);
}

unsigned int settling_most(unsigned int inflight)
{
	uint64_t files = limits_most_files() / FILES_A_BATCH;
	unsigned int modest = settling_least(8 * (uint64_t)inflight, BATCH_MODEST),
		     batch = settling_least(settling_least(32 * (uint64_t)inflight, BATCH_MOST),
					    files);

	batch = batch > modest ? batch : modest;
	return 2 * (batch > BATCH_LEAST ? batch : BATCH_LEAST);
}

static void settling_settle(struct settling *settling, struct settling_batch *batch)
{
	sink_settle(settling->folder, batch->files, batch->errors, batch->count);
}

static void *settling_work(void *context)
{
	struct settling *settling = context;

	pthread_mutex_lock(&settling->lock);
	for (;;) {
		while (!settling->sent && !settling->over)
			pthread_cond_wait(&settling->changed, &settling->lock);
		if (!settling->sent)
			break;
		pthread_mutex_unlock(&settling->lock);
		settling_settle(settling, &settling->batches[!settling->filling]);
		pthread_mutex_lock(&settling->lock);
		settling->sent = false;
		pthread_cond_broadcast(&settling->changed);
	}
	pthread_mutex_unlock(&settling->lock);
	return NULL;
}

int settling_open(struct settling **out, const struct folder *folder, unsigned int inflight)
{
	struct settling *settling = calloc(1, sizeof(*settling));
	unsigned int room = settling_most(inflight) / 2;
	bool full = settling != NULL;

	for (int i = 0; full && i < 2; i++) {
		struct settling_batch *batch = &settling->batches[i];

		batch->items = calloc(room, sizeof(*batch->items));
		batch->files = calloc(room, sizeof(*batch->files));
		batch->errors = calloc(room, sizeof(*batch->errors));
		full = batch->items && batch->files && batch->errors;
	}
	if (!full) {
		settling_close(settling);
		return -ENOMEM;
	}
	settling->folder = folder;
	settling->room = room;
	pthread_mutex_init(&settling->lock, NULL);
	pthread_cond_init(&settling->changed, NULL);
	/* Without a thread transfers wait for the disk. */
	settling->threaded = !pthread_create(&settling->thread, NULL, settling_work, settling);
	*out = settling;
	return 0;
}

void settling_close(struct settling *settling)
{
	if (!settling)
		return;
	if (settling->threaded) {
		pthread_mutex_lock(&settling->lock);
		settling->over = true;
		pthread_cond_broadcast(&settling->changed);
		pthread_mutex_unlock(&settling->lock);
		pthread_join(settling->thread, NULL);
	}
	for (int i = 0; i < 2; i++) {
		struct settling_batch *batch = &settling->batches[i];

		for (unsigned int j = 0; j < batch->count; j++)
			sink_drop(&batch->files[j]);
		free(batch->items);
		free(batch->files);
		free(batch->errors);
	}
	free(settling);
}

/* Whether the other batch is neither on its way nor full of what was not taken in. */
static bool settling_is_free(const struct settling *settling)
{
	const struct settling_batch *other = &settling->batches[!settling->filling];

	return other->taken == other->count;
}

static void settling_send(struct settling *settling)
{
	struct settling_batch *other = &settling->batches[!settling->filling];

	other->count = other->taken = 0;
	other->memory = 0;
	pthread_mutex_lock(&settling->lock);
	settling->filling = !settling->filling;
	settling->sent = settling->threaded;
	pthread_cond_broadcast(&settling->changed);
	pthread_mutex_unlock(&settling->lock);
	if (!settling->threaded)
		settling_settle(settling, &settling->batches[!settling->filling]);
}

void settling_add(struct settling *settling, const struct fetch_item *item,
		  const struct outcome *outcome, struct sink *file, const char *sum)
{
	struct settling_batch *batch = &settling->batches[settling->filling];
	struct settled *settled = &batch->items[batch->count];

	if (!batch->count)
		settling->since = clock_ns();
	settled->item = *item;
	settled->outcome = *outcome;
	strcpy(settled->sum, sum);
	batch->memory += file->room;
	sink_move(&batch->files[batch->count++], file);
}

bool settling_is_full(const struct settling *settling)
{
	const struct settling_batch *batch = &settling->batches[settling->filling];

	return batch->count == settling->room || batch->memory >= BATCH_BYTES;
}

void settling_push(struct settling *settling, bool all)
{
	const struct settling_batch *batch = &settling->batches[settling->filling];

	if (batch->count && settling_is_free(settling) &&
	    (all || settling_is_full(settling) || clock_ns() >= settling->since + PATIENCE_NS))
		settling_send(settling);
}

const struct settled *settling_next(struct settling *settling, bool wait)
{
	struct settling_batch *other = &settling->batches[!settling->filling];
	struct settled *settled;
	bool sent;
	int error;

	if (other->taken == other->count)
		return NULL;
	pthread_mutex_lock(&settling->lock);
	while (settling->sent && wait)
		pthread_cond_wait(&settling->changed, &settling->lock);
	sent = settling->sent;
	pthread_mutex_unlock(&settling->lock);
	if (sent)
		return NULL;
	settled = &other->items[other->taken];
	error = other->errors[other->taken++];
	if (error) {
		settled->outcome.error = FETCH_UNSAVED;
		settled->outcome.os_error = (uint8_t)-error;
		settled->outcome.flags &= (uint8_t)~OUTCOME_SAVED;
	}
	return settled;
}

bool settling_has(const struct settling *settling)
{
	return settling &&
	       (settling->batches[settling->filling].count || !settling_is_free(settling));
}
