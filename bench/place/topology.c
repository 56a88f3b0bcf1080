/* The machine as hwloc sees it, and the PUs that this process may use. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "bench/base/cgroup.h"
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

void mask_text(hwloc_const_bitmap_t set, char text[MASK_TEXT])
{
	char *taskset = NULL;

	text[0] = '\0';
	if (set && !hwloc_bitmap_iszero(set) && hwloc_bitmap_taskset_asprintf(&taskset, set) >= 0) {
		snprintf(text, MASK_TEXT, "%s", taskset);
		free(taskset);
	}
}

int kind_index(hwloc_topology_t topology, hwloc_const_bitmap_t set)
{
	return hwloc_cpukinds_get_by_cpuset(topology, set, 0);
}

int kind_of(const struct placement *placement, hwloc_const_bitmap_t set)
{
	int kinds = hwloc_cpukinds_get_nr(placement->topology, 0);
	int index = kind_index(placement->topology, set), efficiency = -1;

	if (index < 0 || hwloc_cpukinds_get_info(placement->topology, (unsigned int)index, NULL,
						 &efficiency, NULL, NULL, 0) < 0)
		return -1;
	/* hwloc numbers the kinds by rising performance, if it knows. */
	return efficiency < 0 ? -1 : kinds - 1 - index;
}

static unsigned int count_inside(const struct placement *placement, hwloc_obj_type_t type)
{
	hwloc_obj_t object = NULL;
	unsigned int count = 0;

	while ((object = hwloc_get_next_obj_by_type(placement->topology, type, object)))
		count += hwloc_bitmap_intersects(object->cpuset, placement->allowed) != 0;
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
	machine->allowed_pus = (unsigned int)hwloc_bitmap_weight(placement->allowed);
	machine->allowed_cores = count_inside(placement, HWLOC_OBJ_CORE);
	/* Some virtual machines do not tell their cores. */
	if (!machine->cores)
		machine->cores = machine->pus;
	if (!machine->allowed_cores)
		machine->allowed_cores = machine->allowed_pus;
	machine->cpu_quota = machine->this_system ? cgroup_quota("") : NAN;
	machine->hwloc = HWLOC_VERSION;
	mask_text(placement->allowed, machine->allowed);
}

/* The mask that this process was given: the OpenMP runtime may have narrowed it before main(). */
static int find_allowed(struct placement *placement)
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
	if (!openmp_all_places(placement->allowed))
		hwloc_bitmap_and(placement->allowed, placement->allowed, placement->started_with);
	return hwloc_bitmap_iszero(placement->allowed)
		       ? say_fail(EIO, "no PU is allowed to this process")
		       : 0;
}

/* An expression selects PUs; the places are then the cores among them. */
static int select_places(struct placement *placement)
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
	mask_text(selected, wanted);
	if (!ret && hwloc_bitmap_iszero(selected))
		ret = say_fail(EINVAL, "--places '%s' selects nothing on this machine", places);
	if (!ret && !hwloc_bitmap_intersects(selected, placement->allowed)) {
		char allowed[MASK_TEXT];

		mask_text(placement->allowed, allowed);
		ret = say_fail(
			EINVAL,
			"--places '%s' selects only PUs that are not allowed here: %s, of %s",
			places, wanted, allowed);
	}
	hwloc_bitmap_and(placement->allowed, placement->allowed, selected);
	hwloc_bitmap_free(selected);
	return ret;
}

/* The major version that an XML file says it is of, 0 if it says none. */
static int xml_version(const char *path, char text[16])
{
	char head[4096];
	FILE *file = fopen(path, "re");
	size_t length = file ? fread(head, 1, sizeof(head) - 1, file) : 0;
	const char *at;

	if (file)
		fclose(file);
	head[length] = '\0';
	at = strstr(head, "<topology");
	at = at ? strstr(at, "version=\"") : NULL;
	text[0] = '\0';
	if (at)
		snprintf(text, 16, "%.*s", (int)strcspn(at + 9, "\""), at + 9);
	return atoi(text);
}

static bool is_file(const char *topology)
{
	size_t length = strlen(topology);

	return access(topology, F_OK) == 0 || strchr(topology, '/') ||
	       (length > 4 && !strcmp(topology + length - 4, ".xml"));
}

/* The topology to plan for. hwloc's own complaints are left out: one line says it. */
static int describe_source(hwloc_topology_t topology, const char *source)
{
	char version[16];

	if (!is_file(source)) {
		if (hwloc_topology_set_synthetic(topology, source) < 0)
			return say_fail(EINVAL,
					"--topology '%s' is neither a file nor a synthetic "
					"description like 'pack:2 [numa] "
					"l3:4 core:8 pu:2'",
					source);
		return 0;
	}
	if (access(source, R_OK) < 0)
		return say_fail(EINVAL, "--topology %s cannot be read: %s", source,
				strerror(errno));
	if (xml_version(source, version) > 2)
		return say_fail(EINVAL,
				"--topology %s is hwloc %s XML, and this is hwloc " HWLOC_VERSION
				": export it with `lstopo --export-xml-flags v2`",
				source, version);
	if (hwloc_topology_set_xml(topology, source) < 0)
		return say_fail(EINVAL, "--topology %s is no hwloc XML file, or only a part of one",
				source);
	return 0;
}

static int load(struct placement *placement)
{
	const char *source = placement->request.topology;
	int ret = 0;

	if (hwloc_topology_init(&placement->topology) < 0) {
		placement->topology = NULL;
		return -ENOMEM;
	}
	if (source)
		setenv("HWLOC_HIDE_ERRORS", "2", 0);
	if (source)
		ret = describe_source(placement->topology, source);
	if (!ret && hwloc_topology_load(placement->topology) < 0)
		ret = source ? say_fail(EINVAL, "--topology %s is no complete hwloc topology",
					source)
			     : say_fail(EIO, "hwloc cannot read this machine's topology: %s",
					strerror(errno));
	if (!ret)
		placement->machine.this_system = hwloc_topology_is_thissystem(placement->topology);
	return ret;
}

const char *place_nth_word(size_t n)
{
	return n < PLACE_WORDS ? place_words[n].name : NULL;
}

int place_check_bind(const char *text)
{
	const struct policy *policy;

	return policy_find(text, &policy);
}

static int fill_request(struct placement *placement, const struct place_request *request)
{
	struct place_request *own = &placement->request;

	*own = *request;
	if (!own->topology && !(own->places && own->bind))
		openmp_warn();
	if (!own->places && !own->topology)
		own->places = openmp_places();
	if (!own->bind && !own->topology)
		own->bind = openmp_bind();
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
	ret = fill_request(placement, request);
	if (!ret)
		ret = load(placement);
	if (!ret)
		ret = find_allowed(placement);
	if (!ret)
		ret = select_places(placement);
	if (ret) {
		placement_close(placement);
		return ret;
	}
	describe(placement);
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
static int index_around(hwloc_obj_type_t type, hwloc_obj_t object)
{
	while (object && object->type != type)
		object = object->parent;
	return object ? (int)object->logical_index : -1;
}

static int numa_around(hwloc_topology_t topology, hwloc_const_bitmap_t set)
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

	mask_text(set, mask);
	*location = (struct location){ -1, -1, -1, -1, -1, -1 };
	if (!set)
		return;
	around = hwloc_get_obj_covering_cpuset(topology, set);
	location->package = index_around(HWLOC_OBJ_PACKAGE, around);
	location->numa = numa_around(topology, set);
	location->l3 = index_around(HWLOC_OBJ_L3CACHE, around);
	location->core = index_around(HWLOC_OBJ_CORE, around);
	location->kind = kind_index(topology, set);
	location->pu = hwloc_bitmap_weight(set) == 1 ? hwloc_bitmap_first(set) : -1;
}
