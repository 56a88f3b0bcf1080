/* The machine as hwloc sees it, and the PUs that this process may use. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/say.h"
#include "placement.h"

void mask_text(hwloc_const_bitmap_t set, char text[MASK_TEXT])
{
	char *taskset = NULL;

	text[0] = '\0';
	if (set && !hwloc_bitmap_iszero(set) && hwloc_bitmap_taskset_asprintf(&taskset, set) >= 0) {
		snprintf(text, MASK_TEXT, "%s", taskset);
		free(taskset);
	}
}

static unsigned int count_inside(hwloc_topology_t topology, hwloc_obj_type_t type,
				 hwloc_const_bitmap_t allowed)
{
	hwloc_obj_t object = NULL;
	unsigned int count = 0;

	while ((object = hwloc_get_next_obj_by_type(topology, type, object)))
		count += hwloc_bitmap_intersects(object->cpuset, allowed) != 0;
	return count;
}

static void describe(struct placement *placement)
{
	hwloc_topology_t topology = placement->topology;
	struct machine *machine = &placement->machine;
	const char *model = hwloc_obj_get_info_by_name(hwloc_get_root_obj(topology), "CPUModel");
	hwloc_obj_t package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);

	if (!model && package)
		model = hwloc_obj_get_info_by_name(package, "CPUModel");
	snprintf(machine->cpu_model, sizeof(machine->cpu_model), "%s", model ? model : "");
	machine->cores = (unsigned int)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
	machine->pus = (unsigned int)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	machine->numa_nodes = (unsigned int)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
	machine->allowed_cores = count_inside(topology, HWLOC_OBJ_CORE, placement->allowed);
	machine->allowed_pus = (unsigned int)hwloc_bitmap_weight(placement->allowed);
	machine->hwloc = HWLOC_VERSION;
	mask_text(placement->allowed, machine->allowed);
}

static int find_allowed(struct placement *placement)
{
	placement->started_with = hwloc_bitmap_alloc();
	placement->allowed = hwloc_bitmap_alloc();
	if (!placement->started_with || !placement->allowed)
		return -ENOMEM;
	if (hwloc_get_cpubind(placement->topology, placement->started_with, HWLOC_CPUBIND_THREAD) <
	    0)
		hwloc_bitmap_copy(placement->started_with,
				  hwloc_topology_get_allowed_cpuset(placement->topology));
	hwloc_bitmap_and(placement->allowed, placement->started_with,
			 hwloc_topology_get_allowed_cpuset(placement->topology));
	return hwloc_bitmap_iszero(placement->allowed)
		       ? say_fail(EIO, "no PU is allowed to this process")
		       : 0;
}

int placement_open(struct placement **out, const struct place_request *request)
{
	struct placement *placement = calloc(1, sizeof(*placement));
	int ret = -ENOMEM;

	if (!placement)
		return ret;
	placement->request = *request;
	if (hwloc_topology_init(&placement->topology) < 0) {
		placement->topology = NULL;
		goto fail;
	}
	if (hwloc_topology_load(placement->topology) < 0) {
		ret = say_fail(EIO, "hwloc cannot read this machine's topology: %s",
			       strerror(errno));
		goto fail;
	}
	ret = find_allowed(placement);
	if (ret)
		goto fail;
	describe(placement);
	*out = placement;
	return 0;
fail:
	placement_close(placement);
	return ret;
}

void placement_close(struct placement *placement)
{
	if (!placement)
		return;
	for (unsigned int i = 0; i < placement->count; i++)
		hwloc_bitmap_free(placement->planned[i]);
	free(placement->planned);
	hwloc_bitmap_free(placement->allowed);
	hwloc_bitmap_free(placement->started_with);
	if (placement->topology)
		hwloc_topology_destroy(placement->topology);
	free(placement);
}

const struct machine *placement_machine(const struct placement *placement)
{
	return &placement->machine;
}

const struct place_request *placement_request(const struct placement *placement)
{
	return &placement->request;
}
