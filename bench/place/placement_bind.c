/* Binding: what was planned is asked of the operating system, and read back. */
#include <errno.h>
#include <string.h>

#include "bench/base/say.h"
#include "topology.h"

void placement_read_back(const struct placement *placement, char mask[MASK_TEXT])
{
	hwloc_bitmap_t actual = hwloc_bitmap_alloc();

	mask[0] = '\0';
	if (actual && hwloc_get_cpubind(placement->topology, actual, HWLOC_CPUBIND_THREAD) == 0)
		topology_mask_text(actual, mask);
	hwloc_bitmap_free(actual);
}

int placement_bind(struct placement *placement, unsigned int worker, char bound[MASK_TEXT])
{
	hwloc_bitmap_t planned = placement->planned[worker];
	char wanted[MASK_TEXT];

	bound[0] = '\0';
	if (!planned) {
		/* Unbound, but inside what is allowed, which --places may have narrowed. */
		hwloc_set_cpubind(placement->topology, placement->allowed, HWLOC_CPUBIND_THREAD);
		return 0;
	}
	/* On a topology of another machine hwloc would do nothing, and say that it did. */
	if (!placement->machine.this_system)
		return say_fail(EINVAL,
				"nothing can be bound: this topology is of another machine");
	topology_mask_text(planned, wanted);
	if (hwloc_set_cpubind(placement->topology, planned, HWLOC_CPUBIND_THREAD) < 0)
		return say_fail(EIO,
				"worker %u cannot be bound to %s: %s; --bind none runs it unbound",
				worker, wanted, strerror(errno));
	placement_read_back(placement, bound);
	if (strcmp(bound, wanted))
		return say_fail(
			EIO,
			"worker %u was bound to %s, and reads back %s; --bind none runs it unbound",
			worker, wanted, bound);
	return 0;
}

void placement_unbind(struct placement *placement)
{
	if (placement->machine.this_system)
		hwloc_set_cpubind(placement->topology, placement->started_with,
				  HWLOC_CPUBIND_THREAD);
}
