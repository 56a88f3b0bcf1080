#include <errno.h>

#include "mask_texts.h"
#include "topology.h"

int mask_texts_shared(const char *const *masks, unsigned int count, unsigned int *one,
		      unsigned int *other)
{
	hwloc_bitmap_t all = hwloc_bitmap_alloc(), set = hwloc_bitmap_alloc(),
		       before = hwloc_bitmap_alloc();
	int shared = all && set && before ? -1 : -ENOMEM;

	for (unsigned int i = 0; shared == -1 && i < count; i++) {
		if (!masks[i][0] || hwloc_bitmap_taskset_sscanf(set, masks[i]) < 0)
			continue;
		if (hwloc_bitmap_intersects(all, set)) {
			hwloc_bitmap_and(all, all, set);
			shared = hwloc_bitmap_first(all);
			*other = i;
			break;
		}
		hwloc_bitmap_or(all, all, set);
	}
	/* Who had it first. */
	for (unsigned int i = 0; shared >= 0 && i < *other; i++) {
		if (masks[i][0] && hwloc_bitmap_taskset_sscanf(before, masks[i]) == 0 &&
		    hwloc_bitmap_isset(before, (unsigned int)shared)) {
			*one = i;
			break;
		}
	}
	hwloc_bitmap_free(all);
	hwloc_bitmap_free(set);
	hwloc_bitmap_free(before);
	return shared;
}

int mask_texts_count(const char *const *masks, unsigned int count)
{
	hwloc_bitmap_t all = hwloc_bitmap_alloc(), set = hwloc_bitmap_alloc();
	int pus = all && set ? 0 : -ENOMEM;

	for (unsigned int i = 0; !pus && i < count; i++)
		if (masks[i][0] && hwloc_bitmap_taskset_sscanf(set, masks[i]) == 0)
			hwloc_bitmap_or(all, all, set);
	if (!pus)
		pus = hwloc_bitmap_weight(all);
	hwloc_bitmap_free(all);
	hwloc_bitmap_free(set);
	return pus;
}
