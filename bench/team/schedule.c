/* The table of schedules, and their names on the command line. */
#include "schedule.h"

#include <errno.h>
#include <string.h>

#include "bench/base/number.h"
#include "bench/base/say.h"

const struct schedule_type *const schedule_types[] = { &schedule_static, &schedule_dynamic,
						       &schedule_guided, NULL };

bool share_next(struct share *share, const struct schedule_type *type, uint64_t *begin,
		uint64_t *end)
{
	const struct dealing *dealing = share->ledger->dealing;

	if (dealing_over(dealing))
		return false;
	if (dealing && dealing->measure_until_ns)
		type = &schedule_dynamic;
	return type->next(share, begin, end);
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
	if (number_whole(&schedule->chunk, text + name + 1, 1, INT64_MAX))
		return say_fail(
			EINVAL,
			"'%s' is no CHUNK: give a count of items, 1 or more, as in %s,1000000",
			text + name + 1, schedule->type->name);
	return 0;
}
