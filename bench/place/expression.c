/*
 * hwloc expressions, as hwloc(7) has them for hwloc-calc and hwloc-bind; the library does not
 *export its parser. What is here: terms separated by spaces, whose PUs are added up, each one
 *
 *	all  |  a hex mask  |  TYPE:INDEXES[.TYPE:INDEXES]...  |  cpukind:INDEXES
 *
 * INDEXES are logical, inside the objects to their left: N, N-M, N-, N:COUNT, several with commas,
 *all, odd, even. cpukind is ours: hwloc 2.9 has no name for kinds of cores.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/say.h"
#include "placement.h"

/* Some of `total` objects: first, first + step, ... while below end. */
struct indexes {
	unsigned int first, end, step;
};

/* More than any machine has stands for all that is larger. */
static unsigned int read_index(const char *text, char **end)
{
	unsigned long index = strtoul(text, end, 10);

	return index < 1u << 30 ? (unsigned int)index : 1u << 30;
}

/* One of the comma-separated parts. Returns false if it is none. */
static bool read_indexes(const char **text, unsigned int total, struct indexes *indexes)
{
	const char *at = *text;
	char *end;

	*indexes = (struct indexes){ 0, total, 1 };
	if (!strncmp(at, "all", 3)) {
		*text = at + 3;
	} else if (!strncmp(at, "odd", 3)) {
		*indexes = (struct indexes){ 1, total, 2 };
		*text = at + 3;
	} else if (!strncmp(at, "even", 4)) {
		indexes->step = 2;
		*text = at + 4;
	} else {
		if (!isdigit((unsigned char)*at))
			return false;
		indexes->first = read_index(at, &end);
		indexes->end = indexes->first + 1;
		if (*end == '-' && isdigit((unsigned char)end[1]))
			indexes->end = read_index(end + 1, &end) + 1;
		else if (*end == '-')
			indexes->end = (end++, total);
		else if (*end == ':' && isdigit((unsigned char)end[1]))
			indexes->end = indexes->first + read_index(end + 1, &end);
		*text = end;
	}
	return true;
}

/* The PUs of the selected objects of a type inside a set. Returns false if the indexes are wrong.
 */
static bool select_objects(hwloc_topology_t topology, hwloc_obj_type_t type, const char **text,
			   hwloc_const_bitmap_t inside, hwloc_bitmap_t set)
{
	int depth = hwloc_get_type_depth(topology, type);
	unsigned int total = 0;
	hwloc_obj_t object = NULL;
	struct indexes indexes;

	hwloc_bitmap_zero(set);
	while ((object = hwloc_get_next_obj_by_depth(topology, depth, object)))
		total += hwloc_bitmap_intersects(object->cpuset, inside) != 0;
	for (;;) {
		unsigned int number = 0;

		if (!read_indexes(text, total, &indexes))
			return false;
		for (object = NULL;
		     (object = hwloc_get_next_obj_by_depth(topology, depth, object));) {
			if (!hwloc_bitmap_intersects(object->cpuset, inside))
				continue;
			if (number >= indexes.first && number < indexes.end &&
			    (number - indexes.first) % indexes.step == 0)
				hwloc_bitmap_or(set, set, object->cpuset);
			number++;
		}
		if (**text != ',')
			break;
		++*text;
	}
	hwloc_bitmap_and(set, set, inside);
	return true;
}

static bool select_kinds(hwloc_topology_t topology, const char **text, hwloc_bitmap_t set)
{
	unsigned int total = (unsigned int)hwloc_cpukinds_get_nr(topology, 0);
	hwloc_bitmap_t kind = hwloc_bitmap_alloc();
	struct indexes indexes;
	bool right = kind != NULL;

	hwloc_bitmap_zero(set);
	for (;;) {
		right = right && read_indexes(text, total, &indexes);
		for (unsigned int i = right ? indexes.first : total; i < indexes.end && i < total;
		     i += indexes.step)
			if (hwloc_cpukinds_get_info(topology, i, kind, NULL, NULL, NULL, 0) == 0)
				hwloc_bitmap_or(set, set, kind);
		if (!right || **text != ',')
			break;
		++*text;
	}
	hwloc_bitmap_free(kind);
	return right;
}

/* "TYPE:INDEXES.TYPE:INDEXES": each step within the one before. */
static int select_chain(hwloc_topology_t topology, hwloc_bitmap_t set, const char *term,
			const char *whole)
{
	hwloc_bitmap_t inside = hwloc_bitmap_dup(hwloc_topology_get_topology_cpuset(topology));
	const char *at = term;
	int ret = inside ? 0 : -ENOMEM;

	while (!ret) {
		size_t length = strcspn(at, ":.,");
		union hwloc_obj_attr_u attributes;
		hwloc_obj_type_t type;
		char name[32];
		bool kind;

		snprintf(name, sizeof(name), "%.*s", (int)(length < 31 ? length : 31), at);
		kind = !strcmp(name, "cpukind");
		if (!strcmp(name, "socket"))
			strcpy(name, "package");
		if (!kind && (!isalpha((unsigned char)*name) ||
			      hwloc_type_sscanf(name, &type, &attributes, sizeof(attributes)) < 0 ||
			      hwloc_obj_type_is_io(type) || type == HWLOC_OBJ_MISC)) {
			ret = say_fail(EINVAL,
				       "--places '%s': '%s' is neither threads, cores, ll_caches, "
				       "numa_domains or sockets nor "
				       "an object with PUs, like core, numa, package, l3, pu",
				       whole, name);
			break;
		}
		at += length;
		if (*at++ != ':' ||
		    (kind ? !select_kinds(topology, &at, set)
			  : !select_objects(topology, type, &at, inside, set)) ||
		    (*at && *at != '.')) {
			ret = say_fail(EINVAL,
				       "--places '%s': after '%s' there must be indexes: N, N-M, "
				       "N-, N:COUNT, all, odd or "
				       "even, and then '.', a space, or the end",
				       whole, name);
			break;
		}
		hwloc_bitmap_and(set, set, inside);
		hwloc_bitmap_copy(inside, set);
		if (!*at++)
			break;
	}
	hwloc_bitmap_free(inside);
	return ret;
}

static int select_term(hwloc_topology_t topology, hwloc_bitmap_t set, const char *term,
		       const char *whole)
{
	if (strchr("~^x", *term))
		return say_fail(EINVAL,
				"--places '%s': the '%c' of hwloc-calc is not taken here: name "
				"what is wanted",
				whole, *term);
	if (!strcmp(term, "all") || !strcmp(term, "root")) {
		hwloc_bitmap_copy(set, hwloc_topology_get_topology_cpuset(topology));
		return 0;
	}
	if (!strncmp(term, "0x", 2)) {
		if (term[2 + strspn(term + 2, "0123456789abcdefABCDEF")] || !term[2] ||
		    hwloc_bitmap_taskset_sscanf(set, term) < 0)
			return say_fail(EINVAL, "--places '%s': '%s' is no hex mask", whole, term);
		return 0;
	}
	return select_chain(topology, set, term, whole);
}

int expression_parse(hwloc_topology_t topology, hwloc_bitmap_t set, const char *text)
{
	char *words = strdup(text), *rest = words, *term;
	hwloc_bitmap_t selected = hwloc_bitmap_alloc();
	int ret = words && selected ? 0 : -ENOMEM;

	hwloc_bitmap_zero(set);
	while (!ret && (term = strsep(&rest, " "))) {
		if (!*term)
			continue;
		ret = select_term(topology, selected, term, text);
		if (!ret)
			hwloc_bitmap_or(set, set, selected);
	}
	hwloc_bitmap_free(selected);
	free(words);
	return ret;
}
