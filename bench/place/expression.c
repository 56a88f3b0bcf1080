/*
 * hwloc expressions, as hwloc(7) has them for hwloc-calc and hwloc-bind; the library does not
 * export its parser. What is here: terms separated by spaces, whose PUs are added up, each one
 *
 *	all  |  a hex mask  |  TYPE:INDEXES[.TYPE:INDEXES]...  |  cpukind:INDEXES
 *
 * INDEXES are logical, inside the objects to their left: N, N-M, N-, N:COUNT, several with commas,
 * all, odd, even. cpukind is ours: hwloc 2.9 has no name for kinds of cores.
 *
 * Unlike hwloc's programs, what matches nothing is refused: each part between commas, each end of
 * a range, each PU of a mask must be there. Inside several objects ("core:all.pu:1") it is enough
 * that one of them has it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/number.h"
#include "bench/base/say.h"
#include "expression.h"

/* A part of a step's indexes, between commas: first, first + stride, ... to last. */
struct part {
	const char *text;
	unsigned int length;
	unsigned int first, last, stride; /* last: ENDLESS where the objects end it */
	unsigned int counted;             /* N:COUNT has that many, others 1 */
	bool matched;                     /* it has led to a PU */
};

/* Numbers beyond any machine are all the same; two of them added up stay below ENDLESS. */
enum { NUMBER_MAX = 1 << 28, ENDLESS = 1 << 30 };
enum { STEPS_MAX = 8 };

/* A step of a chain, "core:0-3,7". */
struct step {
	const char *name;
	unsigned int length; /* of the name */
	bool kind;           /* of cores; otherwise objects of */
	hwloc_obj_type_t type;
	struct part *parts;
	unsigned int count;
	unsigned int most; /* objects inside one of those to the left */
};

struct chain {
	hwloc_topology_t topology;
	const char *whole; /* all that --places was given, for messages */
	struct step steps[STEPS_MAX];
	unsigned int count;
	hwloc_bitmap_t set; /* what is selected */
};

/* Reads the number that *at begins with, if there is one. */
static bool part_number(const char **at, unsigned int *number)
{
	uint64_t whole = NUMBER_MAX;
	enum number_fault fault = number_take_whole(at, &whole);

	if (fault && fault != NUMBER_LARGE)
		return false;
	*at += strspn(*at, "0123456789_");
	*number = whole < NUMBER_MAX ? (unsigned int)whole : NUMBER_MAX;
	return true;
}

/* Reads a part. Returns where it ends, NULL if it is none. */
static const char *part_read(const char *text, struct part *part)
{
	const char *end = text, *behind;

	*part = (struct part){ .text = text, .last = ENDLESS, .stride = 1, .counted = 1 };
	if (!strncmp(text, "all", 3))
		return text + 3;
	if (!strncmp(text, "odd", 3) || !strncmp(text, "even", 4)) {
		part->first = *text == 'o';
		part->stride = 2;
		return text + (*text == 'o' ? 3 : 4);
	}
	if (!part_number(&end, &part->first))
		return NULL;
	part->last = part->first;
	behind = end + !!*end;
	if (*end == '-') {
		part->last = part_number(&behind, &part->last) ? part->last : ENDLESS;
		end = behind;
	} else if (*end == ':' && part_number(&behind, &part->counted)) {
		part->last = part->first + part->counted - 1;
		end = behind;
	}
	return end;
}

static bool part_has(const struct part *part, unsigned int n)
{
	return n >= part->first && n <= part->last && (n - part->first) % part->stride == 0;
}

static int chain_select(struct chain *chain, unsigned int step, hwloc_const_bitmap_t inside);

/* Goes on inside the n-th candidate of a step, if its indexes have it. */
static int chain_candidate(struct chain *chain, unsigned int step, hwloc_const_bitmap_t inside,
			   hwloc_const_bitmap_t candidate, unsigned int n)
{
	struct step *at = &chain->steps[step];
	hwloc_bitmap_t within;
	bool chosen = false;
	int ret;

	at->most = n >= at->most ? n + 1 : at->most;
	for (unsigned int i = 0; i < at->count; i++)
		chosen = chosen || part_has(&at->parts[i], n);
	if (!chosen)
		return 0;
	within = hwloc_bitmap_alloc();
	if (!within)
		return -ENOMEM;
	hwloc_bitmap_and(within, inside, candidate);
	ret = chain_select(chain, step + 1, within);
	hwloc_bitmap_free(within);
	for (unsigned int i = 0; ret > 0 && i < at->count; i++)
		at->parts[i].matched = at->parts[i].matched || part_has(&at->parts[i], n);
	return ret;
}

static int chain_objects(struct chain *chain, unsigned int step, hwloc_const_bitmap_t inside)
{
	int depth = hwloc_get_type_depth(chain->topology, chain->steps[step].type), found = 0;
	hwloc_obj_t object = NULL;
	unsigned int n = 0;

	while ((object = hwloc_get_next_obj_by_depth(chain->topology, depth, object))) {
		int ret;

		if (!hwloc_bitmap_intersects(object->cpuset, inside))
			continue;
		ret = chain_candidate(chain, step, inside, object->cpuset, n++);
		if (ret < 0)
			return ret;
		found = found || ret;
	}
	return found;
}

static int chain_kinds(struct chain *chain, unsigned int step, hwloc_const_bitmap_t inside)
{
	int total = hwloc_cpukinds_get_nr(chain->topology, 0), found = 0, ret;
	hwloc_bitmap_t kind = hwloc_bitmap_alloc();

	ret = kind ? 0 : -ENOMEM;
	for (unsigned int i = 0; ret >= 0 && (int)i < total; i++) {
		if (hwloc_cpukinds_get_info(chain->topology, i, kind, NULL, NULL, NULL, 0) < 0)
			continue;
		ret = chain_candidate(chain, step, inside, kind, i);
		found = found || ret > 0;
	}
	hwloc_bitmap_free(kind);
	return ret < 0 ? ret : found;
}

/*
 * Adds what the steps from this one on select inside a set: each step inside each object of the one
 * before. Returns whether that was a PU, or -ENOMEM.
 */
static int chain_select(struct chain *chain, unsigned int step, hwloc_const_bitmap_t inside)
{
	if (step == chain->count) {
		hwloc_bitmap_or(chain->set, chain->set, inside);
		return !hwloc_bitmap_iszero(inside);
	}
	return chain->steps[step].kind ? chain_kinds(chain, step, inside)
				       : chain_objects(chain, step, inside);
}

/* Says that a part of a step matches less than it names, and how much there is. */
static int part_fail(const struct chain *chain, const struct step *step, const struct part *part,
		     const char *why)
{
	return say_fail(EINVAL, "--places '%s': '%.*s:%.*s' %s", chain->whole, (int)step->length,
			step->name, (int)part->length, part->text, why);
}

/* Refuses a part whose objects are not all there. */
static int part_check(const struct chain *chain, const struct step *step, const struct part *part)
{
	char why[80];

	if (!step->most)
		return part_fail(chain, step, part, "matches nothing: there is none here");
	if (part->first < step->most && (part->last == ENDLESS || part->last < step->most))
		return 0;
	snprintf(why, sizeof(why), "matches %s: they are numbered 0 to %u",
		 part->first < step->most ? "only in part" : "nothing", step->most - 1);
	return part_fail(chain, step, part, why);
}

/* Objects that are not there are named first, and then those that are, but led to no PU. */
static int chain_check(const struct chain *chain)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < chain->count; i++)
		for (unsigned int j = 0; !ret && j < chain->steps[i].count; j++)
			ret = part_check(chain, &chain->steps[i], &chain->steps[i].parts[j]);
	for (unsigned int i = 0; !ret && i < chain->count; i++)
		for (unsigned int j = 0; !ret && j < chain->steps[i].count; j++)
			if (!chain->steps[i].parts[j].matched)
				ret = part_fail(chain, &chain->steps[i], &chain->steps[i].parts[j],
						"matches nothing with what follows it");
	return ret;
}

static bool step_read_name(const char *text, size_t length, struct step *step)
{
	union hwloc_obj_attr_u attributes;
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)(length < 31 ? length : 31), text);
	step->name = text;
	step->length = (unsigned int)length;
	step->kind = !strcmp(name, "cpukind");
	if (!strcmp(name, "socket"))
		strcpy(name, "package");
	return step->kind ||
	       (isalpha((unsigned char)*name) &&
		hwloc_type_sscanf(name, &step->type, &attributes, sizeof(attributes)) == 0 &&
		!hwloc_obj_type_is_io(step->type) && step->type != HWLOC_OBJ_MISC);
}

/* Reads the parts of a step's indexes. Returns where they end, NULL without any or without memory
 * (*ret tells). */
static const char *step_read_parts(const char *at, struct step *step, int *ret)
{
	size_t room = 1;

	for (const char *comma = at; (comma = strchr(comma, ',')); comma++)
		room++;
	step->parts = calloc(room, sizeof(*step->parts));
	*ret = step->parts ? -EINVAL : -ENOMEM;
	while (step->parts) {
		struct part *part = &step->parts[step->count];
		const char *end = part_read(at, part);

		if (!end)
			break;
		step->count++;
		part->length = (unsigned int)(end - at);
		if (*end != ',') {
			*ret = 0;
			return end;
		}
		at = end + 1;
	}
	return NULL;
}

/* Reads one step. *text moves to where the next begins. Returns 0, or -errno having said why. */
static int step_read(const char **text, struct step *step, const char *whole)
{
	size_t length = strcspn(*text, ":.,");
	const char *at = *text + length;
	int ret = -EINVAL;

	if (!step_read_name(*text, length, step))
		return say_fail(
			EINVAL,
			"--places '%s': '%.*s' is neither one of threads, cores, ll_caches, "
			"numa_domains, sockets, alone, "
			"nor an object with PUs, like core, numa, package, l3, pu",
			whole, (int)length, *text);
	at = *at == ':' ? step_read_parts(at + 1, step, &ret) : NULL;
	if (!at && ret == -ENOMEM)
		return ret;
	if (!at || (*at && (*at != '.' || !at[1])))
		return say_fail(EINVAL,
				"--places '%s': after '%.*s' there must be indexes: N, N-M, N-, "
				"N:COUNT, all, odd or even, and then '.', a space, or the end",
				whole, (int)length, *text);
	*text = *at ? at + 1 : at;
	return 0;
}

/* Ranges that no machine has. */
static int step_check(const struct chain *chain, const struct step *step)
{
	for (unsigned int i = 0; i < step->count; i++) {
		const struct part *part = &step->parts[i];

		if (!part->counted)
			return part_fail(chain, step, part, "matches nothing: its count is 0");
		if (part->last < part->first)
			return part_fail(chain, step, part, "runs backwards, and matches nothing");
	}
	return 0;
}

/* "TYPE:INDEXES.TYPE:INDEXES" */
static int chain_read(struct chain *chain, const char *term)
{
	while (*term) {
		struct step *step = &chain->steps[chain->count];
		int ret;

		if (chain->count == STEPS_MAX)
			return say_fail(EINVAL, "--places '%s' has more than %d steps",
					chain->whole, STEPS_MAX);
		chain->count++;
		ret = step_read(&term, step, chain->whole);
		if (!ret)
			ret = step_check(chain, step);
		if (ret)
			return ret;
	}
	return 0;
}

static int expression_chain(hwloc_topology_t topology, hwloc_bitmap_t set, const char *term,
			    const char *whole)
{
	struct chain chain = { .topology = topology, .whole = whole, .set = set };
	int ret = chain_read(&chain, term);

	hwloc_bitmap_zero(set);
	if (!ret)
		ret = chain_select(&chain, 0, hwloc_topology_get_topology_cpuset(topology));
	if (ret >= 0)
		ret = chain_check(&chain);
	for (unsigned int i = 0; i < chain.count; i++)
		free(chain.steps[i].parts);
	return ret;
}

/* A mask in hex names PUs of the operating system's numbers: all of them must be here. */
static int expression_mask(hwloc_topology_t topology, hwloc_bitmap_t set, const char *term,
			   const char *whole)
{
	hwloc_const_bitmap_t all = hwloc_topology_get_topology_cpuset(topology);
	hwloc_bitmap_t missing;
	char *list = NULL;
	int ret = 0;

	if (term[2 + strspn(term + 2, "0123456789abcdefABCDEF")] || !term[2] ||
	    hwloc_bitmap_taskset_sscanf(set, term) < 0)
		return say_fail(EINVAL, "--places '%s': '%s' is no hex mask", whole, term);
	missing = hwloc_bitmap_alloc();
	if (!missing)
		return -ENOMEM;
	hwloc_bitmap_andnot(missing, set, all);
	if (hwloc_bitmap_iszero(set))
		ret = say_fail(EINVAL, "--places '%s': '%s' matches nothing", whole, term);
	else if (!hwloc_bitmap_iszero(missing))
		ret = hwloc_bitmap_list_asprintf(&list, missing) < 0
			      ? -ENOMEM
			      : say_fail(EINVAL,
					 "--places '%s': '%s' matches %s: PU %s is not here", whole,
					 term,
					 hwloc_bitmap_intersects(set, all) ? "only in part"
									   : "nothing",
					 list);
	free(list);
	hwloc_bitmap_free(missing);
	return ret;
}

static int expression_term(hwloc_topology_t topology, hwloc_bitmap_t set, const char *term,
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
	return !strncmp(term, "0x", 2) ? expression_mask(topology, set, term, whole)
				       : expression_chain(topology, set, term, whole);
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
		ret = expression_term(topology, selected, term, text);
		if (!ret)
			hwloc_bitmap_or(set, set, selected);
	}
	hwloc_bitmap_free(selected);
	free(words);
	return ret;
}
