/* The ranks of a node: each plans the workers of all, so that they agree without a word. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "topology.h"

/* Of the masks that are not planned yet, the narrowest. Returns the first rank that has it, or
 * count. */
static unsigned int ranks_narrowest(const struct rank_mask *ranks, const bool *planned,
				    unsigned int count)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	unsigned int found = count;
	int least = 0;

	for (unsigned int i = 0; i < count; i++) {
		if (planned[i] || hwloc_bitmap_taskset_sscanf(set, ranks[i].allowed) < 0)
			continue;
		if (found == count || hwloc_bitmap_weight(set) < least) {
			found = i;
			least = hwloc_bitmap_weight(set);
		}
	}
	hwloc_bitmap_free(set);
	return found;
}

/*
 * Plans all ranks that have the mask of ranks[group], outside of what is taken if there is room;
 * `me` may be one of them. What they take is added to taken.
 */
static int placement_plan_group(struct placement *placement, const struct rank_mask *ranks,
				unsigned int count, unsigned int group, unsigned int me,
				bool *planned, hwloc_bitmap_t taken)
{
	unsigned int workers = 0, first = 0;
	bool mine = !strcmp(ranks[group].allowed, ranks[me].allowed);
	hwloc_bitmap_t own = hwloc_bitmap_alloc();
	int ret;

	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(ranks[i].allowed, ranks[group].allowed))
			continue;
		planned[i] = true;
		first += i < me ? ranks[i].workers : 0;
		workers += ranks[i].workers;
	}
	hwloc_bitmap_taskset_sscanf(placement->allowed, ranks[group].allowed);
	hwloc_bitmap_andnot(own, placement->allowed, taken);
	if (hwloc_bitmap_weight(own) >= (int)workers)
		hwloc_bitmap_copy(placement->allowed, own);
	hwloc_bitmap_free(own);
	ret = placement_plan(placement, workers, mine ? first : 0,
			     mine ? ranks[me].workers : workers);
	for (unsigned int i = 0; !ret && i < placement->count && placement->planned[i]; i++)
		hwloc_bitmap_or(taken, taken, placement->planned[i]);
	return ret;
}

int placement_plan_ranks(struct placement *placement, const struct rank_mask *ranks,
			 unsigned int count, unsigned int me)
{
	bool *planned = calloc(count, sizeof(*planned));
	hwloc_bitmap_t taken = hwloc_bitmap_alloc(), allowed = hwloc_bitmap_dup(placement->allowed);
	int ret = planned && taken && allowed ? 0 : -ENOMEM;

	while (!ret && !planned[me]) {
		unsigned int group = ranks_narrowest(ranks, planned, count);

		ret = group < count ? placement_plan_group(placement, ranks, count, group, me,
							   planned, taken)
				    : -EINVAL;
	}
	if (allowed)
		hwloc_bitmap_copy(placement->allowed, allowed);
	hwloc_bitmap_free(allowed);
	hwloc_bitmap_free(taken);
	free(planned);
	return ret;
}
