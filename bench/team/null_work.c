/* The null work: no items. It opens a team, and measures nothing but the team itself. */
#include "null_work.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/claim.h"

static uint64_t null_slot(const struct work *work, uint64_t item, uint64_t chunk)
{
	(void)work;
	(void)item;
	return chunk;
}

static int null_open(void **state, const struct work *work, unsigned int inflight)
{
	(void)work;
	(void)inflight;
	*state = NULL;
	return 0;
}

static int null_run(void *state, struct claim *claim)
{
	struct chunk chunk;
	int got;

	(void)state;
	while ((got = claim_next(claim, &chunk, true)) > 0)
		claim_commit(claim, &chunk);
	return got;
}

static void null_close(void *state)
{
	(void)state;
}

static void null_reset(struct work *work)
{
	(void)work;
}

static void null_collect(struct work *work, const struct chunk *chunk)
{
	(void)work;
	(void)chunk;
}

static int null_verify(const struct work *work)
{
	(void)work;
	return 0;
}

static int null_pack(const struct work *work, void **bytes, size_t *length)
{
	(void)work;
	*length = 0;
	*bytes = malloc(1);
	return *bytes ? 0 : -ENOMEM;
}

static int null_unpack(struct work **work, const void *bytes, size_t length)
{
	(void)bytes;
	(void)length;
	*work = null_work_new();
	return *work ? 0 : -ENOMEM;
}

static void null_free(struct work *work)
{
	free(work);
}

const struct work_type null_work = {
	.name = "null",
	.slot_size = 1,
	.slot = null_slot,
	.open = null_open,
	.run = null_run,
	.close = null_close,
	.reset = null_reset,
	.collect = null_collect,
	.undo = null_reset,
	.verify = null_verify,
	.pack = null_pack,
	.unpack = null_unpack,
	.free = null_free,
};

struct work *null_work_new(void)
{
	struct work *work = malloc(sizeof(*work));

	if (work)
		*work = (struct work){ .type = &null_work, .chunk_min = 1, .chunk_max = 1 };
	return work;
}
