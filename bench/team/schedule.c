/* The table of schedules, and their names on the command line. */
#include "schedule.h"

#include <errno.h>
#include <string.h>

#include "bench/base/number.h"
#include "bench/base/say.h"

const struct schedule_type *const schedule_types[] = { &schedule_static, &schedule_dynamic,
						       &schedule_guided, NULL };

/* One after the other of those that nobody has committed: what a worker that died had in hand lies
 * anywhere. */
static bool schedule_rest_next(struct share *share, struct batch *batch)
{
	struct ledger *ledger = share->ledger;

	for (;;) {
		uint64_t position =
			atomic_fetch_add_explicit(ledger->next, 1, memory_order_relaxed);

		if (position >= ledger->batch.count)
			return false;
		if (ledger_committed(ledger, position))
			continue;
		*batch = batch_of(position, 1);
		return true;
	}
}

bool schedule_next(struct share *share, const struct schedule_type *type, struct batch *batch)
{
	if (go_over(share->go))
		return false;
	if (share->go && share->go->kind == GO_WEIGHTS)
		type = &schedule_dynamic;
	if (share->go && share->go->kind == GO_REST)
		return schedule_rest_next(share, batch);
	return type->next(share, batch);
}

uint64_t schedule_most(const struct share *share)
{
	return share->lease_most ? share->lease_most : BATCH_MAX;
}

const char *schedule_nth_name(size_t n)
{
	return schedule_types[n] ? schedule_types[n]->name : NULL;
}

int schedule_parse(struct schedule *schedule, const char *text)
{
	size_t name = strcspn(text, ",");

	*schedule = (struct schedule){ 0 };
	for (size_t i = 0; schedule_types[i]; i++)
		if (strlen(schedule_types[i]->name) == name &&
		    !strncmp(schedule_types[i]->name, text, name))
			schedule->type = schedule_types[i];
	if (!schedule->type)
		return say_no_such("schedule", text, (int)name, schedule_nth_name);
	if (!text[name])
		return 0;
	if (number_whole(&schedule->chunk_items, text + name + 1, 1, INT64_MAX))
		return say_fail(
			EINVAL,
			"'%s' is no CHUNK: give a count of items, 1 or more, as in %s,1000000",
			text + name + 1, schedule->type->name);
	return 0;
}
