/*
 * Machines for the test of placement: synthetic ones, and what no description has room for, as XML
 * files that hwloc writes into a temporary directory.
 */
#ifndef PLACE_MACHINES_H
#define PLACE_MACHINES_H

#include <dirent.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct machine_row {
	const char *name;
	const char *source; /* --topology: a description or a file */
	const char *twin;   /* the same machine, other PU numbers; NULL: none */
};

static char folder[] = "/tmp/corescale-place-XXXXXX";
static struct machine_row rows[64];
static size_t row_count;

/* A path in the temporary directory, static until the next call. */
static const char *machines_path(const char *file)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return path;
}

static void add(const char *name, const char *source, const char *twin)
{
	/* The last row has no name. */
	if (row_count + 1 >= sizeof(rows) / sizeof(rows[0]))
		abort();
	rows[row_count++] = (struct machine_row){ name, source, twin };
}

/* "pack:2 ... pu:2(indexes=...)": the i-th PU gets number(i, total). */
static char *renumber(const char *source, unsigned int total,
		      unsigned int (*number)(unsigned int i, unsigned int total))
{
	size_t size = strlen(source) + 16 + total * 6, at;
	char *text = malloc(size);

	at = (size_t)snprintf(text, size, "%s(indexes=", source);
	for (unsigned int i = 0; i < total; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%u", i ? "," : "",
				       number(i, total));
	snprintf(text + at, size - at, ")");
	return text;
}

/* As Linux numbers them: first one PU of every core, socket by socket, then the siblings. */
static unsigned int siblings_last(unsigned int i, unsigned int total)
{
	return i / 2 + i % 2 * (total / 2);
}

/* As some firmware does: sockets in turn, the siblings last. */
static unsigned int sockets_in_turn(unsigned int i, unsigned int total)
{
	unsigned int core = i / 2, cores = total / 2;

	return core % (cores / 2) * 2 + core / (cores / 2) + i % 2 * cores;
}

/* A machine to edit: hwloc's, of a description. */
static hwloc_topology_t begin(const char *source, unsigned long flags)
{
	hwloc_topology_t topology;

	hwloc_topology_init(&topology);
	hwloc_topology_set_flags(topology, flags);
	hwloc_topology_set_synthetic(topology, source);
	hwloc_topology_load(topology);
	return topology;
}

/* Exports it under the machine's name and adds the row. */
static void finish(hwloc_topology_t topology, const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "%s.xml", name);
	for (char *at = file; *at; at++)
		if (*at == ' ' || *at == '/' || *at == ',')
			*at = '-';
	if (hwloc_topology_export_xml(topology, machines_path(file), 0) < 0)
		perror(file);
	add(name, strdup(machines_path(file)), NULL);
	hwloc_topology_destroy(topology);
}

/* Takes PUs away, given by number. */
static void take_away(hwloc_topology_t topology, const char *list)
{
	hwloc_bitmap_t left = hwloc_bitmap_dup(hwloc_topology_get_topology_cpuset(topology));
	hwloc_bitmap_t gone = hwloc_bitmap_alloc();

	hwloc_bitmap_list_sscanf(gone, list);
	hwloc_bitmap_andnot(left, left, gone);
	hwloc_topology_restrict(topology, left, 0);
	hwloc_bitmap_free(left);
	hwloc_bitmap_free(gone);
}

static void restricted(const char *name, const char *source, const char *list)
{
	hwloc_topology_t topology = begin(source, 0);

	take_away(topology, list);
	finish(topology, name);
}

static void set_kind(hwloc_topology_t topology, const char *list, int efficiency)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	hwloc_bitmap_list_sscanf(set, list);
	hwloc_cpukinds_register(topology, set, efficiency, 0, NULL, 0);
	hwloc_bitmap_free(set);
}

/* P cores with SMT and an L2 each, E cores without, four to an L2: 4 + 8. */
static hwloc_topology_t begin_hybrid(const char *source)
{
	hwloc_topology_t topology = begin(source, 0);

	/* Of an L2's eight PUs, a P core has the first two, four E cores the even ones. */
	take_away(topology, "2-7,10-15,18-23,26-31,33,35,37,39,41,43,45,47");
	return topology;
}

static void hybrids(void)
{
	hwloc_topology_t topology = begin_hybrid("pack:1 [numa] l3:1 l2:6 core:4 pu:2");

	set_kind(topology, "0-31", 10);
	set_kind(topology, "32-47", 5);
	finish(topology, "P cores with SMT and E cores");

	topology = begin_hybrid("pack:1 [numa] l3:1 l2:6 core:4 pu:2");
	set_kind(topology, "0-31", 10);
	set_kind(topology, "32-39", 5);
	set_kind(topology, "40-47", 1);
	finish(topology, "three kinds of cores");

	/* The slow cores have the lower numbers, as on Arm. */
	topology = begin("pack:1 [numa] l2:2 core:4 pu:1", 0);
	set_kind(topology, "0-3", 1);
	set_kind(topology, "4-7", 2);
	finish(topology, "slow cores first");

	topology = begin("pack:2 [numa] l3:2 core:4 pu:1", 0);
	set_kind(topology, "0-1,4-5,8-9,12-13", 2);
	set_kind(topology, "2-3,6-7,10-11,14-15", 1);
	finish(topology, "two kinds in every L3");

	/* The second kind lies in a package of its own and beside the first. */
	topology = begin("pack:2 [numa] core:4 pu:1", 0);
	set_kind(topology, "4-5", 2);
	set_kind(topology, "0-3,6-7", 1);
	finish(topology, "slow package and mixed package");
}

/* As Linux shows memory without CPUs, of CXL or beside a GPU: a node of the whole machine whose
 * cpuset is empty. hwloc makes no such machine, so that the text is edited. */
static void node_without_cpus(void)
{
	static const char node[] = "<object type=\"NUMANode\" os_index=\"7\" cpuset=\"0x0\" "
				   "complete_cpuset=\"0x0\" nodeset=\"0x00000080\" "
				   "complete_nodeset=\"0x00000080\" gp_index=\"999\" "
				   "local_memory=\"1048576\">\n</object>\n";
	hwloc_topology_t topology = begin("pack:2 [numa] core:4 pu:2", 0);
	char *text, *at;
	int length;
	FILE *file;

	hwloc_topology_export_xmlbuffer(topology, &text, &length, 0);
	for (at = text; (at = strstr(at, "nodeset=\"0x00000003\"")); at++)
		at[strlen("nodeset=\"0x000000")] = '8';
	at = strstr(text, "<object type=\"Package\"");
	file = fopen(machines_path("memory.xml"), "w");
	fprintf(file, "%.*s%s%s", (int)(at - text), text, node, at);
	fclose(file);
	hwloc_free_xmlbuffer(topology, text);
	hwloc_topology_destroy(topology);
	add("NUMA node without CPUs", strdup(machines_path("memory.xml")), NULL);
}

static void edited(void)
{
	hwloc_topology_t topology;
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	restricted("offline CPUs", "pack:2 [numa] l3:2 core:4 pu:2", "1,3,8-15,20,27");
	restricted("package without CPUs", "pack:3 [numa] core:4 pu:2", "0-7");
	restricted("L3s of unequal size", "pack:2 [numa] l3:3 core:3 pu:1", "4,5,8,11,14,16");
	restricted("packages of one core", "pack:4 [numa] core:3 pu:1", "1,2,4,5");
	restricted("levels of unequal depth", "pack:2 [numa] l3:2 l2:4 core:2 pu:1",
		   "8-15,19-23,27-31");
	restricted("siblings offline here and there", "pack:2 [numa] core:4 pu:2", "1,5,9,15");
	topology = begin("pack:2 [numa] l3:2 core:4 pu:2", HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
	hwloc_bitmap_list_sscanf(set, "2-5,9,11,14-17,22,30-31");
	hwloc_topology_allow(topology, set, NULL, HWLOC_ALLOW_FLAG_CUSTOM);
	finish(topology, "cpuset with holes");
	hwloc_bitmap_free(set);
}

/* The machines of tests/topologies, which is above the folder of this test's program. */
static void kept(void)
{
	static const char *const files[] = {
		"power10",
		"interleaved-kinds",
		"fs-offline-cpu0-node0",
		"fs-16amd64-4n4c-cgroup-distance-merge",
		"fs-16em64t-4s2c2t-offlines",
		"fs-20em64t-hybrid-1p6c2t+2ca4co1t",
	};
	char place[4096], *slash;
	ssize_t length = readlink("/proc/self/exe", place, sizeof(place) - 1);

	place[length > 0 ? length : 0] = '\0';
	while ((slash = strrchr(place, '/'))) {
		strcpy(slash, "/tests/topologies");
		if (access(place, R_OK) == 0)
			break;
		*slash = '\0';
	}
	for (size_t i = 0; slash && i < sizeof(files) / sizeof(files[0]); i++) {
		char *path;

		if (asprintf(&path, "%s/%s.xml", place, files[i]) > 0)
			add(files[i], path, NULL);
	}
}

/* Writes the files. Returns the table, ended by a row without a name; NULL if that failed. */
static const struct machine_row *machines_make(void)
{
	const char *large = "pack:2 [numa] l3:12 core:8 pu:2", *small = "pack:2 l3:2 core:4 pu:2";

	if (!mkdtemp(folder))
		return NULL;
	add("1 CPU", "pu:1", NULL);
	add("4 cores and nothing else", "core:4 pu:1", NULL);
	add("2 packages of 2 L3s with SMT", small, renumber(small, 32, siblings_last));
	add("2 packages, sockets in turn", renumber(small, 32, sockets_in_turn), small);
	add("2 x 96 cores with SMT", renumber(large, 384, sockets_in_turn), large);
	add("2 x 96 cores, siblings last", renumber(large, 384, siblings_last), large);
	add("12 packages", "pack:12 [numa] core:4 pu:1", NULL);
	add("4-way SMT", "pack:2 [numa] core:4 pu:4", NULL);
	add("NUMA nodes below an L3", "pack:2 l3:1 numa:2 core:2 pu:2", NULL);
	add("L3s below a NUMA node", "pack:2 numa:2 l3:2 core:2 pu:1", NULL);
	add("no L3 but L2", "pack:2 [numa] l2:3 core:2 pu:1", NULL);
	add("no caches", "pack:2 [numa] core:3 pu:2", NULL);
	add("1,024 PUs", "pack:8 [numa] l3:8 core:8 pu:2", NULL);
	kept();
	hybrids();
	edited();
	node_without_cpus();
	return rows;
}

/* The source of the machine of that name. */
static const char *machine_source(const char *name)
{
	for (size_t i = 0; i < row_count; i++)
		if (!strcmp(rows[i].name, name))
			return rows[i].source;
	return NULL;
}

static void machines_remove(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlink(machines_path(entry->d_name));
	if (dir)
		closedir(dir);
	rmdir(folder);
}

#endif
