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

#include "bench/base/say.h"
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

/* A step of a chain, "core:0-3": what it names, and its indexes as text. */
struct step {
	bool kind; /* of cores; otherwise objects of */
	hwloc_obj_type_t type;
	const char *indexes;
};

enum { STEPS_MAX = 8 };

struct chain {
	hwloc_topology_t topology;
	struct step steps[STEPS_MAX];
	unsigned int count;
	hwloc_bitmap_t set; /* what is selected */
};

static int select_from(const struct chain *chain, unsigned int step, hwloc_const_bitmap_t inside);

/* Goes on inside the n-th candidate, if the indexes of the step have it. */
static int select_candidate(const struct chain *chain, unsigned int step,
			    hwloc_const_bitmap_t inside, hwloc_const_bitmap_t candidate,
			    unsigned int n, unsigned int total)
{
	const char *text = chain->steps[step].indexes;
	struct indexes indexes;
	hwloc_bitmap_t within;
	bool chosen = false;
	int ret;

	do {
		if (!read_indexes(&text, total, &indexes))
			return -EINVAL;
		chosen |= n >= indexes.first && n < indexes.end &&
			  (n - indexes.first) % indexes.step == 0;
	} while (*text++ == ',');
	if (!chosen)
		return 0;
	within = hwloc_bitmap_alloc();
	if (!within)
		return -ENOMEM;
	hwloc_bitmap_and(within, inside, candidate);
	ret = select_from(chain, step + 1, within);
	hwloc_bitmap_free(within);
	return ret;
}

static int select_objects(const struct chain *chain, unsigned int step, hwloc_const_bitmap_t inside)
{
	int depth = hwloc_get_type_depth(chain->topology, chain->steps[step].type), ret = 0;
	unsigned int total = 0, n = 0;
	hwloc_obj_t object = NULL;

	while ((object = hwloc_get_next_obj_by_depth(chain->topology, depth, object)))
		total += hwloc_bitmap_intersects(object->cpuset, inside) != 0;
	while (!ret && (object = hwloc_get_next_obj_by_depth(chain->topology, depth, object)))
		if (hwloc_bitmap_intersects(object->cpuset, inside))
			ret = select_candidate(chain, step, inside, object->cpuset, n++, total);
	return ret;
}

static int select_kinds(const struct chain *chain, unsigned int step, hwloc_const_bitmap_t inside)
{
	unsigned int total = (unsigned int)hwloc_cpukinds_get_nr(chain->topology, 0);
	hwloc_bitmap_t kind = hwloc_bitmap_alloc();
	int ret = kind ? 0 : -ENOMEM;

	for (unsigned int i = 0; !ret && i < total; i++)
		if (hwloc_cpukinds_get_info(chain->topology, i, kind, NULL, NULL, NULL, 0) == 0)
			ret = select_candidate(chain, step, inside, kind, i, total);
	hwloc_bitmap_free(kind);
	return ret;
}

/* Adds what the steps from this one on select inside a set: each step inside each object of the one
 * before. */
static int select_from(const struct chain *chain, unsigned int step, hwloc_const_bitmap_t inside)
{
	if (step == chain->count) {
		hwloc_bitmap_or(chain->set, chain->set, inside);
		return 0;
	}
	return chain->steps[step].kind ? select_kinds(chain, step, inside)
				       : select_objects(chain, step, inside);
}

static bool read_name(const char *text, size_t length, struct step *step)
{
	union hwloc_obj_attr_u attributes;
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)(length < 31 ? length : 31), text);
	step->kind = !strcmp(name, "cpukind");
	if (!strcmp(name, "socket"))
		strcpy(name, "package");
	return step->kind ||
	       (isalpha((unsigned char)*name) &&
		hwloc_type_sscanf(name, &step->type, &attributes, sizeof(attributes)) == 0 &&
		!hwloc_obj_type_is_io(step->type) && step->type != HWLOC_OBJ_MISC);
}

/* Reads one step. Returns where the next begins, or NULL having said what is wrong. */
static const char *read_step(const char *at, struct step *step, const char *whole)
{
	size_t length = strcspn(at, ":.,");
	const char *name = at;
	struct indexes indexes;
	bool right;

	if (!read_name(at, length, step)) {
		say_fail(EINVAL,
			 "--places '%s': '%.*s' is neither one of threads, cores, ll_caches, "
			 "numa_domains, sockets, alone, "
			 "nor an object with PUs, like core, numa, package, l3, pu",
			 whole, (int)length, at);
		return NULL;
	}
	at += length;
	right = *at++ == ':';
	step->indexes = at;
	do
		right = right && read_indexes(&at, 1, &indexes);
	while (right && *at++ == ',');
	at -= right;
	if (right && (!*at || (*at == '.' && at[1])))
		return *at ? at + 1 : at;
	say_fail(EINVAL,
		 "--places '%s': after '%.*s' there must be indexes: N, N-M, N-, N:COUNT, all, odd "
		 "or even, and then '.', a "
		 "space, or the end",
		 whole, (int)length, name);
	return NULL;
}

/* "TYPE:INDEXES.TYPE:INDEXES" */
static int select_chain(hwloc_topology_t topology, hwloc_bitmap_t set, const char *term,
			const char *whole)
{
	struct chain chain = { .topology = topology, .set = set };

	hwloc_bitmap_zero(set);
	while (*term) {
		if (chain.count == STEPS_MAX)
			return say_fail(EINVAL, "--places '%s' has more than %d steps", whole,
					STEPS_MAX);
		term = read_step(term, &chain.steps[chain.count++], whole);
		if (!term)
			return -EINVAL;
	}
	return select_from(&chain, 0, hwloc_topology_get_topology_cpuset(topology));
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
