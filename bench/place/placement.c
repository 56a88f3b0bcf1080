/* What a placement is made of: the request, the machine, and the PUs that this process may use. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/cgroup.h"
#include "bench/base/say.h"
#include "expression.h"
#include "openmp_env.h"
#include "policy.h"

/* The words for --places, and what hwloc calls them. OpenMP 5.1, 6.4, has the words. */
static const struct {
	const char *name;
	hwloc_obj_type_t type;
} place_words[] = {
	{ "threads", HWLOC_OBJ_PU },        { "cores", HWLOC_OBJ_CORE },
	{ "ll_caches", HWLOC_OBJ_L3CACHE }, { "numa_domains", HWLOC_OBJ_NUMANODE },
	{ "sockets", HWLOC_OBJ_PACKAGE },
};
enum { PLACE_WORDS = sizeof(place_words) / sizeof(place_words[0]) };

static unsigned int placement_count_inside(const struct placement *placement, hwloc_obj_type_t type)
{
	hwloc_obj_t object = NULL;
	unsigned int count = 0;

	while ((object = hwloc_get_next_obj_by_type(placement->topology, type, object)))
		count += hwloc_bitmap_intersects(object->cpuset, placement->allowed) != 0;
	return count;
}

/* Without the blanks that some CPUs fill their name up with. */
static void placement_name_cpu(struct machine *machine, const char *model)
{
	size_t length = strlen(model);

	while (length && model[length - 1] == ' ')
		length--;
	snprintf(machine->cpu_model, sizeof(machine->cpu_model), "%.*s", (int)length, model);
}

static void placement_describe(struct placement *placement)
{
	hwloc_topology_t topology = placement->topology;
	struct machine *machine = &placement->machine;
	const char *model = hwloc_obj_get_info_by_name(hwloc_get_root_obj(topology), "CPUModel");
	hwloc_obj_t package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);

	if (!model && package)
		model = hwloc_obj_get_info_by_name(package, "CPUModel");
	placement_name_cpu(machine, model ? model : "");
	machine->cores = (unsigned int)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
	machine->pus = (unsigned int)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	machine->numa_nodes = (unsigned int)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
	machine->allowed_pus = (unsigned int)hwloc_bitmap_weight(placement->allowed);
	machine->allowed_cores = placement_count_inside(placement, HWLOC_OBJ_CORE);
	/* Some virtual machines do not tell their cores. */
	if (!machine->cores)
		machine->cores = machine->pus;
	if (!machine->allowed_cores)
		machine->allowed_cores = machine->allowed_pus;
	machine->cpu_quota = machine->this_system ? cgroup_quota("") : NAN;
	machine->hwloc = HWLOC_VERSION;
	topology_mask_text(placement->allowed, machine->allowed);
}

/* The mask that this process was given: the OpenMP runtime may have narrowed it before main(). */
static int placement_find_allowed(struct placement *placement)
{
	placement->started_with = hwloc_bitmap_alloc();
	placement->allowed = hwloc_bitmap_alloc();
	if (!placement->started_with || !placement->allowed)
		return -ENOMEM;
	hwloc_bitmap_copy(placement->allowed,
			  hwloc_topology_get_allowed_cpuset(placement->topology));
	if (hwloc_bitmap_last(placement->allowed) >= PUS_MAX)
		return say_fail(EINVAL, "this machine has a PU %d: masks go to PU %d",
				hwloc_bitmap_last(placement->allowed), PUS_MAX - 1);
	if (!placement->machine.this_system)
		return 0;
	if (hwloc_get_cpubind(placement->topology, placement->started_with, HWLOC_CPUBIND_THREAD) <
	    0)
		return say_fail(errno, "the mask of this process cannot be read: %s",
				strerror(errno));
	if (!openmp_env_all_places(placement->allowed))
		hwloc_bitmap_and(placement->allowed, placement->allowed, placement->started_with);
	return hwloc_bitmap_iszero(placement->allowed)
		       ? say_fail(EIO, "no PU is allowed to this process")
		       : 0;
}

/* An expression selects PUs; the places are then the cores among them. */
static int placement_select_places(struct placement *placement)
{
	const char *places = placement->request.places;
	hwloc_bitmap_t selected;
	char wanted[MASK_TEXT];
	int ret;

	for (size_t i = 0; i < PLACE_WORDS; i++) {
		if (strcmp(places, place_words[i].name))
			continue;
		placement->type = place_words[i].type;
		return 0;
	}
	placement->type = HWLOC_OBJ_CORE;
	selected = hwloc_bitmap_alloc();
	if (!selected)
		return -ENOMEM;
	ret = expression_parse(placement->topology, selected, places);
	topology_mask_text(selected, wanted);
	if (!ret && hwloc_bitmap_iszero(selected))
		ret = say_fail(EINVAL, "--places '%s' selects nothing on this machine", places);
	if (!ret && !hwloc_bitmap_intersects(selected, placement->allowed)) {
		char allowed[MASK_TEXT];

		topology_mask_text(placement->allowed, allowed);
		ret = say_fail(
			EINVAL,
			"--places '%s' selects only PUs that are not allowed here: %s, of %s",
			places, wanted, allowed);
	}
	hwloc_bitmap_and(placement->allowed, placement->allowed, selected);
	hwloc_bitmap_free(selected);
	return ret;
}

const char *placement_nth_word(size_t n)
{
	return n < PLACE_WORDS ? place_words[n].name : NULL;
}

const char *placement_nth_bind(size_t n)
{
	return policy_nth_name(n);
}

int placement_check_bind(const char *text)
{
	const struct policy *policy;

	return policy_find(text, &policy);
}

static int placement_fill_request(struct placement *placement, const struct place_request *request)
{
	struct place_request *own = &placement->request;

	*own = *request;
	if (!own->topology && !(own->places && own->bind))
		openmp_env_warn();
	if (!own->places && !own->topology)
		own->places = openmp_env_places();
	if (!own->bind && !own->topology)
		own->bind = openmp_env_bind();
	if (!own->places)
		own->places = "cores";
	if (!own->bind)
		own->bind = "close";
	return policy_find(own->bind, &placement->policy);
}

int placement_open(struct placement **out, const struct place_request *request)
{
	struct placement *placement = calloc(1, sizeof(*placement));
	int ret;

	if (!placement)
		return -ENOMEM;
	ret = placement_fill_request(placement, request);
	if (!ret)
		ret = topology_load(placement);
	if (!ret)
		ret = placement_find_allowed(placement);
	if (!ret)
		ret = placement_select_places(placement);
	if (ret) {
		placement_close(placement);
		return ret;
	}
	placement_describe(placement);
	*out = placement;
	return 0;
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

/* The logical index of the object of a type at or around another, -1 if there is none. */
static int placement_index_around(hwloc_obj_type_t type, hwloc_obj_t object)
{
	while (object && object->type != type)
		object = object->parent;
	return object ? (int)object->logical_index : -1;
}

static int placement_numa_around(hwloc_topology_t topology, hwloc_const_bitmap_t set)
{
	hwloc_obj_t node = NULL;

	while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)))
		if (hwloc_bitmap_isincluded(set, node->cpuset))
			return (int)node->logical_index;
	return -1;
}

void placement_planned(const struct placement *placement, unsigned int worker, char mask[MASK_TEXT],
		       struct location *location)
{
	hwloc_bitmap_t set = worker < placement->count ? placement->planned[worker] : NULL;
	hwloc_topology_t topology = placement->topology;
	hwloc_obj_t around;

	topology_mask_text(set, mask);
	*location = (struct location){ -1, -1, -1, -1, -1, -1 };
	if (!set)
		return;
	around = hwloc_get_obj_covering_cpuset(topology, set);
	location->package = placement_index_around(HWLOC_OBJ_PACKAGE, around);
	location->numa = placement_numa_around(topology, set);
	location->l3 = placement_index_around(HWLOC_OBJ_L3CACHE, around);
	location->core = placement_index_around(HWLOC_OBJ_CORE, around);
	location->kind = topology_kind_index(topology, set);
	location->pu = hwloc_bitmap_weight(set) == 1 ? hwloc_bitmap_first(set) : -1;
}
