/*
 * What is to be done: a count of items that any worker may do in any order. A work knows nothing of
 * threads, processes or ranks.
 */
#ifndef WORK_H
#define WORK_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct claim;
struct chunk;
struct work;

/* Items begin <= item < end. */
struct work_range {
	uint64_t begin, end;
};

/* Bytes of one piece of news: see work_type.news. */
enum { NEWS_BYTES = 16 };

struct work_type {
	const char *name;

	/* Bytes of one slot. A slot is plain bytes: shared pages and MPI messages carry it. */
	size_t slot_size;

	/*
	 * The number of the slot that a chunk's item contributes to: never smaller for a later
	 * item, and different for items of different chunks. The slots of a chunk are those of its
	 * first to its last item, and lie side by side.
	 */
	uint64_t (*slot)(const struct work *work, uint64_t item, uint64_t chunk);

	/* One worker's private state, made by that worker itself, so that its memory is near it.
	 * Returns 0 or -errno. */
	int (*open)(void **state, const struct work *work, unsigned int inflight);
	/* Claims chunks until none is left, and does all items of each: a chunk has any number of
	 * them, whatever chunk_max says, as a user's CHUNK does. Returns 0 or -errno. */
	int (*run)(void *state, struct claim *claim);
	void (*close)(void *state);

	/*
	 * The leader's: put all results away, for those of a run that begins; add one committed
	 * chunk to them, in any order, while its workers may work; and, if that run failed, have
	 * those of before reset() again. On the clock.
	 */
	void (*reset)(struct work *work);
	void (*collect)(struct work *work, const struct chunk *chunk);
	void (*undo)(struct work *work);

	/*
	 * Checks every result against something independent of the strategies. Returns 0; -EBADMSG
	 * having said which is wrong; -EIO having said what could not be done; or -EILSEQ having
	 * said what was done and is wrong. After the last two the other results are right, and are
	 * still to be shown: see work_stands().
	 */
	int (*verify)(const struct work *work);

	/* The job as bytes for other hosts, malloc'd, the caller's to free; and back again. Return
	 * 0 or -errno. */
	int (*pack)(const struct work *work, void **bytes, size_t *length);
	int (*unpack)(struct work **work, const void *bytes, size_t length);

	/*
	 * What more of the job there is, in pieces, so that it is nowhere in memory as a whole;
	 * both NULL in a work that has no such thing, as one that is kept in a checkpoint. read:
	 * the bytes from there on, up to `room`; returns how many, 0 behind the last, or -errno.
	 * take: all of them in their order, and then none, to the work that was unpacked; returns 0
	 * or -errno, after which nothing more is given.
	 */
	long (*read)(const struct work *work, uint64_t from, void *bytes, size_t room);
	int (*take)(struct work *work, const void *bytes, size_t length);
	void (*free)(struct work *work);

	/*
	 * What the workers of one rank learn while they work and those of all others are to know,
	 * as plain bytes; both NULL in a work that has no such thing. news: writes one piece that
	 * was not told yet; false if there is none. hear: takes in that of another rank, and does
	 * not tell it again. Each is called by the first worker of a rank, every few milliseconds,
	 * while others work.
	 */
	bool (*news)(const struct work *work, void *news);
	void (*hear)(const struct work *work, const void *news);

	/*
	 * For checkpoints, all NULL in a work that has none. part_end: the end of the items from
	 * this one on that contribute to the same result. add: adds a slot to another of the same
	 * result. rest: a new work of some ranges of this one, each within one result, sorted and
	 * laid end to end: each is a result of its own, and a chunk has a slot for each that it
	 * touches. Returns 0 or -ENOMEM.
	 */
	uint64_t (*part_end)(const struct work *work, uint64_t item);
	void (*add)(void *slot, const void *other);
	int (*rest)(struct work **rest, const struct work *work, const struct work_range *ranges,
		    size_t count);
};

/* The head of every work, to be embedded first. */
struct work {
	const struct work_type *type;
	uint64_t items;
	uint64_t chunk_min; /* items below which a claim costs more than the work in it; at least 1
			     */
	uint64_t chunk_max; /* items of a few milliseconds */
};

/* Whether what verify() returned leaves results to be shown. */
static inline bool work_stands(int verdict)
{
	return verdict == 0 || verdict == -EIO || verdict == -EILSEQ;
}

#endif
