/* The null work: no items. It opens a team, and measures nothing but the team itself. */
#include "null_work.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/claim.h"

static uint64_t cell(const struct work *work, uint64_t item, uint64_t grain)
{
	(void)work;
	(void)item;
	return grain;
}

static int open(void **state, const struct work *work, unsigned int inflight)
{
	(void)work;
	(void)inflight;
	*state = NULL;
	return 0;
}

static int run(void *state, struct claim *claim)
{
	struct grain grain;
	int got;

	(void)state;
	while ((got = claim_next(claim, &grain, true)) > 0)
		claim_commit(claim, &grain);
	return got;
}

static void close(void *state)
{
	(void)state;
}

static void reset(struct work *work)
{
	(void)work;
}

static void collect(struct work *work, const struct grain *grain)
{
	(void)work;
	(void)grain;
}

static int verify(const struct work *work)
{
	(void)work;
	return 0;
}

static int pack(const struct work *work, void **bytes, size_t *length)
{
	(void)work;
	*length = 0;
	*bytes = malloc(1);
	return *bytes ? 0 : -ENOMEM;
}

static int unpack(struct work **work, const void *bytes, size_t length)
{
	(void)bytes;
	(void)length;
	*work = null_work_new();
	return *work ? 0 : -ENOMEM;
}

static void free_work(struct work *work)
{
	free(work);
}

const struct work_type null_work = {
	.name = "null",
	.cell_size = 1,
	.cell = cell,
	.open = open,
	.run = run,
	.close = close,
	.reset = reset,
	.collect = collect,
	.verify = verify,
	.pack = pack,
	.unpack = unpack,
	.free = free_work,
};

struct work *null_work_new(void)
{
	struct work *work = malloc(sizeof(*work));

	if (work)
		*work = (struct work){ .type = &null_work, .grain_min = 1, .grain_max = 1 };
	return work;
}
