/*
 * A work for tests: an item's contribution is a hash of its number, so that a result shows which
 * items were done. On request one worker, or each, has a mishap.
 */
#ifndef HASH_WORK_H
#define HASH_WORK_H

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/claim.h"
#include "bench/work.h"
#include "tests/testing.h"

enum mishap_kind {
	MISHAP_NONE,
	MISHAP_FAIL_OPEN,  /* open() fails */
	MISHAP_FAIL_EARLY, /* run() fails before it has claimed anything */
	MISHAP_FAIL,       /* run() fails with a chunk in hand */
	MISHAP_DROP,       /* a chunk is claimed, done, and never committed */
	MISHAP_STOP,       /* the worker stops until it is killed */
	MISHAP_EXIT,       /* the process ends as if all were well */
};

/* On shared pages, for workers that are processes. */
struct mishap {
	enum mishap_kind kind;
	_Atomic int left; /* so many workers have it */
	_Atomic int pid;  /* of the last one that had it */
};

struct hash_work {
	struct work work;        /* first */
	uint64_t page;           /* items of a page, whose hashes are summed up to one result */
	uint64_t *sums, *before; /* of each page, after a run, and after the one before */
	_Atomic uint32_t *times; /* how often each chunk was done; NULL if nobody asks */
	struct mishap *mishap;
};

struct hash_state {
	const struct hash_work *hash;
	unsigned int inflight;
	struct chunk held[];
};

static inline uint64_t hash_of(uint64_t item)
{
	uint64_t z = (item + 1) * 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	return z ^ z >> 27;
}

static inline uint64_t hash_pages(const struct hash_work *hash)
{
	return (hash->work.items + hash->page - 1) / hash->page;
}

/* A chunk has one slot for each page that it touches. */
static inline uint64_t hash_slot(const struct work *work, uint64_t item, uint64_t chunk)
{
	return item / ((const struct hash_work *)work)->page + chunk;
}

static inline bool has_mishap(const struct hash_work *hash, enum mishap_kind kind)
{
	struct mishap *mishap = hash->mishap;

	if (mishap->kind != kind || atomic_fetch_sub(&mishap->left, 1) <= 0)
		return false;
	mishap->pid = (int)getpid();
	return true;
}

static inline int hash_open(void **state, const struct work *work, unsigned int inflight)
{
	const struct hash_work *hash = (const struct hash_work *)work;
	struct hash_state *own = calloc(1, sizeof(*own) + inflight * sizeof(own->held[0]));

	if (!own)
		return -ENOMEM;
	if (has_mishap(hash, MISHAP_FAIL_OPEN)) {
		free(own);
		return -EIO;
	}
	own->hash = hash;
	own->inflight = inflight;
	*state = own;
	return 0;
}

static inline void hash_fill(const struct hash_work *hash, const struct chunk *chunk)
{
	uint64_t *slots = chunk->slots, first = chunk->begin / hash->page;

	memset(slots, 0, ((chunk->end - 1) / hash->page - first + 1) * sizeof(*slots));
	for (uint64_t item = chunk->begin; item < chunk->end; item++)
		slots[item / hash->page - first] += hash_of(item);
}

/* Not for ever: a test that fails leaves nothing behind. */
static inline _Noreturn void stop_until_killed(void)
{
	for (unsigned int seconds = 60; seconds;)
		seconds = sleep(seconds);
	_exit(1);
}

/* Does and commits one chunk, unless something happens. */
static inline int hash_chunk(const struct hash_work *hash, struct claim *claim,
			     const struct chunk *chunk)
{
	if (has_mishap(hash, MISHAP_FAIL))
		return -EIO;
	if (has_mishap(hash, MISHAP_EXIT))
		_exit(0);
	if (has_mishap(hash, MISHAP_STOP))
		stop_until_killed();
	hash_fill(hash, chunk);
	if (hash->times)
		hash->times[chunk->index]++;
	if (!has_mishap(hash, MISHAP_DROP))
		claim_commit(claim, chunk);
	return 0;
}

/* Holds as many chunks as may be in flight, and does the oldest of them. */
static inline int hash_run(void *state, struct claim *claim)
{
	struct hash_state *own = state;
	unsigned int busy = 0;
	int got = 1, ret;

	if (has_mishap(own->hash, MISHAP_FAIL_EARLY))
		return -EIO;
	for (;;) {
		while (got && busy < own->inflight) {
			got = claim_next(claim, &own->held[busy], busy == 0);
			if (got == -EAGAIN)
				break;
			if (got < 0)
				return got;
			busy += got == 1;
		}
		if (!busy)
			return 0;
		ret = hash_chunk(own->hash, claim, &own->held[0]);
		if (ret)
			return ret;
		memmove(own->held, own->held + 1, --busy * sizeof(own->held[0]));
		claim_tick(claim);
	}
}

static inline void hash_close(void *state)
{
	free(state);
}

static inline void hash_undo(struct work *work)
{
	struct hash_work *hash = (struct hash_work *)work;
	uint64_t *before = hash->before;

	hash->before = hash->sums;
	hash->sums = before;
}

static inline void hash_reset(struct work *work)
{
	struct hash_work *hash = (struct hash_work *)work;

	hash_undo(work);
	memset(hash->sums, 0, hash_pages(hash) * sizeof(*hash->sums));
}

static inline void hash_collect(struct work *work, const struct chunk *chunk)
{
	struct hash_work *hash = (struct hash_work *)work;
	const uint64_t *slot = chunk->slots;

	for (uint64_t page = chunk->begin / hash->page; page <= (chunk->end - 1) / hash->page;
	     page++)
		hash->sums[page] += *slot++;
}

static inline int hash_verify(const struct work *work)
{
	const struct hash_work *hash = (const struct hash_work *)work;
	uint64_t sum = 0;

	for (uint64_t item = 0; item < work->items; item++) {
		sum += hash_of(item);
		if ((item + 1) % hash->page && item + 1 < work->items)
			continue;
		if (sum != hash->sums[item / hash->page])
			return -EBADMSG;
		sum = 0;
	}
	return 0;
}

static inline void hash_free(struct work *work)
{
	struct hash_work *hash = (struct hash_work *)work;

	munmap(hash->mishap, sizeof(*hash->mishap));
	free(hash->sums);
	free(hash->before);
	free(hash);
}

static const struct work_type hash_work_type = {
	.name = "hash",
	.slot_size = sizeof(uint64_t),
	.slot = hash_slot,
	.open = hash_open,
	.run = hash_run,
	.close = hash_close,
	.reset = hash_reset,
	.collect = hash_collect,
	.undo = hash_undo,
	.verify = hash_verify,
	.free = hash_free,
};

/* The work's own free() ends it. */
static inline struct hash_work *hash_work_new(uint64_t items, uint64_t page)
{
	struct hash_work *hash = calloc(1, sizeof(*hash));
	void *shared = mmap(NULL, sizeof(*hash->mishap), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_non_null(hash);
	assert_ptr_not_equal(shared, MAP_FAILED);
	hash->work = (struct work){
		.type = &hash_work_type, .items = items, .chunk_min = 10, .chunk_max = 100
	};
	hash->page = page;
	hash->mishap = shared;
	hash->sums = calloc(hash_pages(hash) + 1, sizeof(*hash->sums));
	hash->before = calloc(hash_pages(hash) + 1, sizeof(*hash->before));
	assert_non_null(hash->sums);
	assert_non_null(hash->before);
	return hash;
}

static inline void hash_arm(struct hash_work *hash, enum mishap_kind kind, int workers)
{
	*hash->mishap = (struct mishap){ .kind = kind, .left = workers };
}

#endif
