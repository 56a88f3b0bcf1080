/* The machine as hwloc reads it, and what it says of a set of PUs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "topology.h"

void topology_mask_text(hwloc_const_bitmap_t set, char text[MASK_TEXT])
{
	char *taskset = NULL;

	text[0] = '\0';
	if (set && !hwloc_bitmap_iszero(set) && hwloc_bitmap_taskset_asprintf(&taskset, set) >= 0) {
		snprintf(text, MASK_TEXT, "%s", taskset);
		free(taskset);
	}
}

int topology_kind_index(hwloc_topology_t topology, hwloc_const_bitmap_t set)
{
	return hwloc_cpukinds_get_by_cpuset(topology, set, 0);
}

int topology_kind(const struct placement *placement, hwloc_const_bitmap_t set)
{
	int kinds = hwloc_cpukinds_get_nr(placement->topology, 0);
	int index = topology_kind_index(placement->topology, set), efficiency = -1;

	if (index < 0 || hwloc_cpukinds_get_info(placement->topology, (unsigned int)index, NULL,
						 &efficiency, NULL, NULL, 0) < 0)
		return -1;
	/* hwloc numbers the kinds by rising performance, if it knows. */
	return efficiency < 0 ? -1 : kinds - 1 - index;
}

/* The major version that an XML file says it is of, 0 if it says none. */
static int topology_xml_version(const char *path, char text[16])
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

static bool topology_is_file(const char *topology)
{
	size_t length = strlen(topology);

	return access(topology, F_OK) == 0 || strchr(topology, '/') ||
	       (length > 4 && !strcmp(topology + length - 4, ".xml"));
}

/* The topology to plan for. hwloc's own complaints are left out: one line says it. */
static int topology_describe_source(hwloc_topology_t topology, const char *source)
{
	char version[16];

	if (!topology_is_file(source)) {
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
	if (topology_xml_version(source, version) > 2)
		return say_fail(EINVAL,
				"--topology %s is hwloc %s XML, and this is hwloc " HWLOC_VERSION
				": export it with `lstopo --export-xml-flags v2`",
				source, version);
	if (hwloc_topology_set_xml(topology, source) < 0)
		return say_fail(EINVAL, "--topology %s is no hwloc XML file, or only a part of one",
				source);
	return 0;
}

/*
 * hwloc's plugins find GPUs and PCI devices, of which nothing is asked here, and read XML with
 * libxml2. To load them and their libraries takes as long as the rest of a short job, so hwloc
 * finds them only for a topology in a file.
 */
#define PLUGINS "HWLOC_PLUGINS_PATH"

static int topology_init(hwloc_topology_t *topology, const char *source)
{
	bool hide = !source && !getenv("HWLOC_XMLFILE") && !getenv(PLUGINS);
	int ret;

	if (hide)
		setenv(PLUGINS, "", 1);
	ret = hwloc_topology_init(topology);
	if (hide)
		unsetenv(PLUGINS);
	return ret;
}

int topology_load(struct placement *placement)
{
	const char *source = placement->request.topology;
	int ret = 0;

	if (topology_init(&placement->topology, source) < 0) {
		placement->topology = NULL;
		return -ENOMEM;
	}
	if (source)
		setenv("HWLOC_HIDE_ERRORS", "2", 0);
	if (source)
		ret = topology_describe_source(placement->topology, source);
	if (!ret && hwloc_topology_load(placement->topology) < 0)
		ret = source ? say_fail(EINVAL, "--topology %s is no complete hwloc topology",
					source)
			     : say_fail(EIO, "hwloc cannot read this machine's topology: %s",
					strerror(errno));
	if (!ret)
		placement->machine.this_system = hwloc_topology_is_thissystem(placement->topology);
	return ret;
}
