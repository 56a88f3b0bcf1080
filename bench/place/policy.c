/* Policies: which worker goes to which place. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "placement.h"

/* The allowed PUs of the n-th place that has any, or none. */
static hwloc_obj_t nth_core(const struct placement *placement, unsigned int n)
{
	hwloc_obj_t core = NULL;

	while ((core = hwloc_get_next_obj_by_type(placement->topology, HWLOC_OBJ_CORE, core)))
		if (hwloc_bitmap_intersects(core->cpuset, placement->allowed) && n-- == 0)
			return core;
	return NULL;
}

int placement_plan(struct placement *placement, unsigned int workers, unsigned int first,
		   unsigned int count)
{
	hwloc_bitmap_t *planned = calloc(count ? count : 1, sizeof(*planned));

	(void)workers;
	if (!planned)
		return -ENOMEM;
	for (unsigned int i = 0; i < placement->count; i++)
		hwloc_bitmap_free(placement->planned[i]);
	free(placement->planned);
	placement->planned = planned;
	placement->count = count;
	for (unsigned int i = 0; i < count && strcmp(placement->request.bind, "none"); i++) {
		hwloc_obj_t core =
			nth_core(placement, (first + i) % placement->machine.allowed_cores);

		planned[i] = hwloc_bitmap_alloc();
		if (!planned[i])
			return -ENOMEM;
		hwloc_bitmap_and(planned[i], core->cpuset, placement->allowed);
	}
	return 0;
}

void placement_planned(const struct placement *placement, unsigned int worker, char mask[MASK_TEXT])
{
	mask_text(worker < placement->count ? placement->planned[worker] : NULL, mask);
}
