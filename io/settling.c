/* Bringing files to the disk costs less together. */
#include "settling.h"

#include <string.h>

#include "bench/base/clock.h"

/* How long a file may wait for others. */
#define PATIENCE_NS 500000000u

void settling_add(struct settling *settling, const struct fetch_item *item,
		  const struct outcome *outcome, struct sink *file, const char *sum)
{
	struct settled *settled = &settling->items[settling->count];

	if (!settling->count)
		settling->since = clock_ns();
	settled->item = *item;
	settled->outcome = *outcome;
	strcpy(settled->sum, sum);
	settling->files[settling->count++] = *file;
	file->fd = -1;
}

uint64_t settling_due(const struct settling *settling)
{
	return settling->count ? settling->since + PATIENCE_NS : UINT64_MAX;
}

void settling_settle(struct settling *settling, const struct folder *folder)
{
	int errors[SINK_SETTLE_MAX];

	sink_settle(folder, settling->files, errors, settling->count);
	for (unsigned int i = 0; i < settling->count; i++) {
		struct outcome *outcome = &settling->items[i].outcome;

		if (!errors[i])
			continue;
		outcome->error = FETCH_UNSAVED;
		outcome->os_error = (uint8_t)-errors[i];
		outcome->flags &= (uint8_t)~OUTCOME_SAVED;
	}
}

void settling_drop(struct settling *settling)
{
	for (unsigned int i = 0; i < settling->count; i++)
		sink_drop(&settling->files[i]);
	settling->count = 0;
}
