/* Batches in a ring: one fills, the others are on their way, oldest first, or being taken in. */
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
enum { BATCH_LEAST = 16, BATCH_MODEST = 160, BATCH_MOST = 512, FILES_A_BATCH = 192 };

/* While one waits for the disk, another is written. With only one on its way transfers stood still
 * for it: 10,000 files took 0.99 s, and 0.91 s with two; summed up, 1.12 and 0.77 s. */
enum { BATCHES = 3, THREADS = BATCHES - 1 };

/* Bytes of short bodies that a batch may have in memory. */
enum { BATCH_BYTES = 4 << 20 };

enum batch_state { BATCH_HERE, BATCH_SENT, BATCH_TAKEN, BATCH_ARRIVED };

struct settling_batch {
	enum batch_state state; /* TAKEN: by a thread */
	struct settled *items;
	struct sink *files; /* theirs */
	int *errors;
	unsigned int count, taken;
	size_t memory; /* bytes of those that are no files yet */
};

struct settling {
	const struct folder *folder;
	unsigned int room; /* of a batch */
	struct settling_batch batches[BATCHES];
	unsigned int filling; /* number of that which fills; the oldest is behind it */
	uint64_t since;       /* its first file came, by clock_ns() */
	unsigned int threads;
	pthread_t thread[THREADS];
	pthread_mutex_t lock; /* guards states, what is SENT or TAKEN, and what follows */
	pthread_cond_t changed;
	bool over; /* the threads are to end */
};

static unsigned int settling_least(uint64_t one, uint64_t other)
{
	return (unsigned int)(one < other ? one : other);
}

unsigned int settling_most(unsigned int inflight)
{
	uint64_t files = limits_most_files() / FILES_A_BATCH;
	unsigned int modest = settling_least(5 * (uint64_t)inflight, BATCH_MODEST),
		     batch = settling_least(settling_least(32 * (uint64_t)inflight, BATCH_MOST),
					    files);

	batch = batch > modest ? batch : modest;
	return BATCHES * (batch > BATCH_LEAST ? batch : BATCH_LEAST);
}

static void settling_settle(struct settling *settling, struct settling_batch *batch)
{
	sink_settle(settling->folder, batch->files, batch->errors, batch->count);
}

/* The number of a batch, from the oldest on; that which fills is the last. */
static unsigned int settling_nth(const struct settling *settling, unsigned int n)
{
	return (settling->filling + 1 + n) % BATCHES;
}

/* The oldest batch in a state, of those that were sent; NULL if there is none. */
static struct settling_batch *settling_find(struct settling *settling, enum batch_state state)
{
	for (unsigned int n = 0; n < BATCHES - 1; n++) {
		struct settling_batch *batch = &settling->batches[settling_nth(settling, n)];

		if (batch->state == state)
			return batch;
	}
	return NULL;
}

static void *settling_work(void *context)
{
	struct settling *settling = context;
	struct settling_batch *batch;

	pthread_mutex_lock(&settling->lock);
	for (;;) {
		while (!(batch = settling_find(settling, BATCH_SENT)) && !settling->over)
			pthread_cond_wait(&settling->changed, &settling->lock);
		if (!batch)
			break;
		batch->state = BATCH_TAKEN;
		pthread_mutex_unlock(&settling->lock);
		settling_settle(settling, batch);
		pthread_mutex_lock(&settling->lock);
		batch->state = BATCH_ARRIVED;
		pthread_cond_broadcast(&settling->changed);
	}
	pthread_mutex_unlock(&settling->lock);
	return NULL;
}

int settling_open(struct settling **out, const struct folder *folder, unsigned int inflight)
{
	struct settling *settling = calloc(1, sizeof(*settling));
	unsigned int room = settling_most(inflight) / BATCHES;
	bool full = settling != NULL;

	for (int i = 0; full && i < BATCHES; i++) {
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
	while (settling->threads < THREADS &&
	       !pthread_create(&settling->thread[settling->threads], NULL, settling_work, settling))
		settling->threads++;
	*out = settling;
	return 0;
}

void settling_close(struct settling *settling)
{
	if (!settling)
		return;
	if (settling->threads) {
		pthread_mutex_lock(&settling->lock);
		settling->over = true;
		pthread_cond_broadcast(&settling->changed);
		pthread_mutex_unlock(&settling->lock);
	}
	for (unsigned int i = 0; i < settling->threads; i++)
		pthread_join(settling->thread[i], NULL);
	for (int i = 0; i < BATCHES; i++) {
		struct settling_batch *batch = &settling->batches[i];

		for (unsigned int j = 0; j < batch->count; j++)
			sink_drop(&batch->files[j]);
		free(batch->items);
		free(batch->files);
		free(batch->errors);
	}
	free(settling);
}

/* Whether the oldest batch, which fills next, is neither on its way nor full of what was not taken
 * in. Of what was sent nothing was taken. */
static bool settling_is_free(const struct settling *settling)
{
	const struct settling_batch *oldest = &settling->batches[settling_nth(settling, 0)];

	return oldest->taken == oldest->count;
}

static void settling_send(struct settling *settling)
{
	struct settling_batch *batch = &settling->batches[settling->filling], *next;

	pthread_mutex_lock(&settling->lock);
	settling->filling = settling_nth(settling, 0);
	next = &settling->batches[settling->filling];
	next->state = BATCH_HERE;
	next->count = next->taken = 0;
	next->memory = 0;
	batch->state = settling->threads ? BATCH_SENT : BATCH_ARRIVED;
	pthread_cond_broadcast(&settling->changed);
	pthread_mutex_unlock(&settling->lock);
	if (!settling->threads)
		settling_settle(settling, batch);
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

/* The oldest batch that has arrived, and was not taken in; NULL if none has. wait: until one has, if
 * any is on its way. */
static struct settling_batch *settling_await(struct settling *settling, bool wait)
{
	struct settling_batch *batch;

	pthread_mutex_lock(&settling->lock);
	while (!(batch = settling_find(settling, BATCH_ARRIVED)) && wait &&
	       (settling_find(settling, BATCH_SENT) || settling_find(settling, BATCH_TAKEN)))
		pthread_cond_wait(&settling->changed, &settling->lock);
	pthread_mutex_unlock(&settling->lock);
	return batch;
}

const struct settled *settling_next(struct settling *settling, bool wait)
{
	struct settling_batch *batch = settling_await(settling, wait);
	struct settled *settled;
	int error;

	if (!batch)
		return NULL;
	settled = &batch->items[batch->taken];
	error = batch->errors[batch->taken++];
	if (batch->taken == batch->count) {
		pthread_mutex_lock(&settling->lock);
		batch->state = BATCH_HERE;
		pthread_mutex_unlock(&settling->lock);
	}
	if (error) {
		settled->outcome.error = FETCH_UNSAVED;
		settled->outcome.os_error = (uint8_t)-error;
		settled->outcome.flags &= (uint8_t)~OUTCOME_SAVED;
	}
	return settled;
}

bool settling_has(const struct settling *settling)
{
	for (int i = 0; settling && i < BATCHES; i++)
		if (settling->batches[i].taken < settling->batches[i].count)
			return true;
	return false;
}
