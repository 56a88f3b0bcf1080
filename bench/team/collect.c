/* The owner of a chunk tells who has added it up: only this process's own are left for the end. */
#include "collect.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "checkpoint.h"
#include "team_inside.h"

/* With a checkpoint the results are put together of its parts. */
static bool collect_is_ours(const struct team *team)
{
	return !team->spec.checkpoint && (team->go->kind == GO_JOB || team->go->kind == GO_REST);
}

void collect_begin(struct team *team)
{
	if (!team->spec.checkpoint)
		team->spec.work->type->reset(team->spec.work);
}

static void collect_add(void *context, const struct chunk *chunk)
{
	struct work *work = context;

	work->type->collect(work, chunk);
}

void collect_undo(struct team *team)
{
	if (!team->spec.checkpoint)
		team->spec.work->type->undo(team->spec.work);
}

int collect_take(struct team *team, const void *block, size_t length)
{
	return ledger_take(&team->ledger, block, length, collect_is_ours(team) ? collect_add : NULL,
			   team->spec.work);
}

int collect_finish(struct team *team)
{
	struct work *work = team->spec.work;
	uint64_t *items = calloc(team->total, sizeof(*items));
	struct chunk chunk;
	uint64_t missing;

	if (!items)
		return -ENOMEM;
	missing = ledger_tally(&team->ledger, items, team->total);
	for (unsigned int i = 0; i < team->total; i++)
		team->workers[i].items = items[i];
	free(items);
	if (missing && team->spec.until_ns && clock_ns() >= team->spec.until_ns)
		return -ETIME;
	if (missing)
		return say_fail(EIO, "%" PRIu64 " of %" PRIu64 " chunks were done by nobody",
				missing, team->partition.chunks);
	if (team->spec.checkpoint)
		return checkpoint_collect(team->spec.checkpoint);
	for (uint64_t i = 0; i < team->partition.chunks; i++) {
		if (ledger_owner(&team->ledger, i) >= team->spec.workers)
			continue;
		ledger_chunk(&team->ledger, i, &chunk);
		work->type->collect(work, &chunk);
	}
	return 0;
}
