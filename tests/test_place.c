/*
 * Placement, planned for machines that are not here: properties that hold for every machine, kind
 * of place, policy and number of workers. Nothing is bound, and nothing needs root.
 *
 * Each property is judged from hwloc's own view of the machine and the planned masks alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <hwloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/place/placement.h"
#include "tests/place_machines.h"

enum { SPOTS_MAX = 4096, DEPTHS = 24, SMALL = 64, SUBSETS_OF = 16 };

static const char *const words[] = { "threads", "cores", "ll_caches", "numa_domains", "sockets" };
static const char *const policies[] = { "close", "spread" };

/* One plan, and what it is judged by. */
struct trial {
	const struct machine_row *row;
	const char *places, *bind;
	struct placement *placement;
	hwloc_topology_t topology; /* the judge's own */
	hwloc_const_bitmap_t allowed;
	unsigned int pus;
	/* The places. */
	unsigned int spots;
	hwloc_const_bitmap_t sets[SPOTS_MAX];
	unsigned int sizes[SPOTS_MAX]; /* PUs of each */
	int kinds[SPOTS_MAX];          /* 0 the slowest */
	/* The plan. */
	unsigned int workers;
	hwloc_bitmap_t *masks;
	int *seats;                    /* of each worker, its place; -1: none */
	unsigned int loads[SPOTS_MAX]; /* workers of each place */
};

typedef void (*property)(struct trial *trial);

#define WHERE     "%s, %s, %s, %u workers: "
#define AT(trial) (trial)->row->name, (trial)->places, (trial)->bind, (trial)->workers

static hwloc_topology_t read_machine(const char *source)
{
	hwloc_topology_t topology;

	assert_int_equal(hwloc_topology_init(&topology), 0);
	if (*source == '/')
		assert_int_equal(hwloc_topology_set_xml(topology, source), 0);
	else
		assert_int_equal(hwloc_topology_set_synthetic(topology, source), 0);
	assert_int_equal(hwloc_topology_load(topology), 0);
	return topology;
}

/* One by one (threads, cores), or shared whole. */
static bool small_places(const struct trial *trial)
{
	return !strcmp(trial->places, "threads") || !strcmp(trial->places, "cores");
}

static hwloc_obj_type_t place_type(const struct trial *trial)
{
	static const hwloc_obj_type_t types[] = { HWLOC_OBJ_PU, HWLOC_OBJ_CORE, HWLOC_OBJ_L3CACHE,
						  HWLOC_OBJ_NUMANODE, HWLOC_OBJ_PACKAGE };
	hwloc_obj_type_t type = HWLOC_OBJ_MACHINE;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(trial->places, words[i]))
			type = types[i];
	/* Threads that keep apart take turns as cores do, one PU each. */
	if (type == HWLOC_OBJ_PU && !strcmp(trial->bind, "spread"))
		type = HWLOC_OBJ_CORE;
	if (hwloc_get_nbobjs_by_type(trial->topology, type) > 0)
		return type;
	if (type == HWLOC_OBJ_CORE)
		return HWLOC_OBJ_PU;
	if (type == HWLOC_OBJ_L3CACHE &&
	    hwloc_get_nbobjs_by_type(trial->topology, HWLOC_OBJ_L2CACHE) > 0)
		return HWLOC_OBJ_L2CACHE;
	return HWLOC_OBJ_MACHINE;
}

/* A node around others, of memory that has no CPUs of its own, is no place: each PU has one place.
 */
static bool is_around_others(const struct trial *trial, hwloc_obj_t object)
{
	hwloc_obj_t other = NULL;

	if (object->type != HWLOC_OBJ_NUMANODE)
		return false;
	while ((other = hwloc_get_next_obj_by_type(trial->topology, HWLOC_OBJ_NUMANODE, other)))
		if (!hwloc_bitmap_iszero(other->cpuset) &&
		    hwloc_bitmap_isincluded(other->cpuset, object->cpuset) &&
		    !hwloc_bitmap_isequal(other->cpuset, object->cpuset))
			return true;
	return false;
}

static void add_place(struct trial *trial, hwloc_obj_t object, hwloc_bitmap_t covered)
{
	unsigned int i = trial->spots++;

	hwloc_bitmap_or(covered, covered, object->cpuset);
	trial->sets[i] = object->cpuset;
	trial->sizes[i] = (unsigned int)hwloc_bitmap_weight(object->cpuset);
	trial->kinds[i] = small_places(trial)
				  ? hwloc_cpukinds_get_by_cpuset(trial->topology, object->cpuset, 0)
				  : 0;
}

/* The least logical number of a PU in a set. */
static unsigned int first_logical(const struct trial *trial, hwloc_const_bitmap_t set)
{
	hwloc_obj_t pu = NULL;

	while ((pu = hwloc_get_next_obj_by_type(trial->topology, HWLOC_OBJ_PU, pu)))
		if (hwloc_bitmap_isset(set, pu->os_index))
			return pu->logical_index;
	return UINT32_MAX;
}

/* By the order of topology, as places are counted. */
static void sort_places(struct trial *trial)
{
	unsigned int firsts[SPOTS_MAX];

	for (unsigned int i = 0; i < trial->spots; i++)
		firsts[i] = first_logical(trial, trial->sets[i]);
	for (unsigned int i = 1; i < trial->spots; i++) {
		for (unsigned int j = i; j && firsts[j] < firsts[j - 1]; j--) {
			unsigned int first = firsts[j];
			hwloc_const_bitmap_t set = trial->sets[j];
			unsigned int size = trial->sizes[j];
			int kind = trial->kinds[j];

			firsts[j] = firsts[j - 1];
			firsts[j - 1] = first;
			trial->sets[j] = trial->sets[j - 1];
			trial->sizes[j] = trial->sizes[j - 1];
			trial->kinds[j] = trial->kinds[j - 1];
			trial->sets[j - 1] = set;
			trial->sizes[j - 1] = size;
			trial->kinds[j - 1] = kind;
		}
	}
}

/* The objects of the type, and then, of what is in none, the largest objects: a PU, for cores. */
static void find_places(struct trial *trial)
{
	hwloc_obj_type_t type = place_type(trial);
	int depth = type == HWLOC_OBJ_CORE ? hwloc_topology_get_depth(trial->topology) - 1 : 0;
	hwloc_bitmap_t covered = hwloc_bitmap_alloc();
	hwloc_obj_t object = NULL;

	trial->spots = 0;
	while ((object = hwloc_get_next_obj_by_type(trial->topology, type, object)))
		if (!hwloc_bitmap_iszero(object->cpuset) && !is_around_others(trial, object))
			add_place(trial, object, covered);
	for (; depth < hwloc_topology_get_depth(trial->topology); depth++)
		while ((object = hwloc_get_next_obj_by_depth(trial->topology, depth, object)))
			if (!hwloc_bitmap_iszero(object->cpuset) &&
			    !hwloc_bitmap_intersects(object->cpuset, covered))
				add_place(trial, object, covered);
	sort_places(trial);
	hwloc_bitmap_free(covered);
}

static void open_trial(struct trial *trial, const struct machine_row *row, const char *places,
		       const char *bind)
{
	struct place_request request = { places, bind, row->source };

	*trial = (struct trial){ .row = row, .places = places, .bind = bind };
	trial->topology = read_machine(row->source);
	trial->allowed = hwloc_topology_get_topology_cpuset(trial->topology);
	trial->pus = (unsigned int)hwloc_bitmap_weight(trial->allowed);
	find_places(trial);
	assert_int_equal(placement_open(&trial->placement, &request), 0);
	assert_false(placement_machine(trial->placement)->this_system);
}

static void forget_plan(struct trial *trial)
{
	for (unsigned int i = 0; i < trial->workers; i++)
		hwloc_bitmap_free(trial->masks[i]);
	free(trial->masks);
	free(trial->seats);
	trial->workers = 0;
	trial->masks = NULL;
	trial->seats = NULL;
}

static void close_trial(struct trial *trial)
{
	forget_plan(trial);
	placement_close(trial->placement);
	hwloc_topology_destroy(trial->topology);
}

static hwloc_bitmap_t read_mask(const struct placement *placement, unsigned int worker)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	struct location location;
	char text[MASK_TEXT];

	placement_planned(placement, worker, text, &location);
	assert_int_equal(hwloc_bitmap_taskset_sscanf(set, text), 0);
	return set;
}

/* The place that a mask lies in: the mask is all of it or, for threads and cores, some. */
static int seat_of(const struct trial *trial, hwloc_const_bitmap_t mask)
{
	for (unsigned int i = 0; i < trial->spots; i++)
		if (small_places(trial) ? hwloc_bitmap_isincluded(mask, trial->sets[i])
					: hwloc_bitmap_isequal(mask, trial->sets[i]))
			return (int)i;
	return -1;
}

static void plan(struct trial *trial, unsigned int workers)
{
	forget_plan(trial);
	assert_int_equal(placement_plan(trial->placement, workers, 0, workers), 0);
	trial->workers = workers;
	trial->masks = calloc(workers, sizeof(*trial->masks));
	trial->seats = calloc(workers, sizeof(*trial->seats));
	memset(trial->loads, 0, sizeof(trial->loads));
	for (unsigned int i = 0; i < workers; i++) {
		trial->masks[i] = read_mask(trial->placement, i);
		trial->seats[i] = seat_of(trial, trial->masks[i]);
		if (trial->seats[i] >= 0)
			trial->loads[trial->seats[i]]++;
	}
}

/* Inside what is allowed, and each in a place of the kind that was asked for. */
static void stays_allowed(struct trial *trial)
{
	for (unsigned int i = 0; i < trial->workers; i++) {
		if (hwloc_bitmap_iszero(trial->masks[i]))
			fail_msg(WHERE "worker %u has no PU", AT(trial), i);
		if (!hwloc_bitmap_isincluded(trial->masks[i], trial->allowed))
			fail_msg(WHERE "worker %u is outside", AT(trial), i);
		if (trial->seats[i] < 0)
			fail_msg(WHERE "worker %u is in no such place", AT(trial), i);
	}
}

/* No two workers on one PU while a PU is free; beyond that, all PUs alike. */
static void shares_no_pu(struct trial *trial)
{
	unsigned int least = UINT32_MAX, most = 0, *counts;
	int pu;

	if (!small_places(trial))
		return;
	counts = calloc((size_t)hwloc_bitmap_last(trial->allowed) + 1, sizeof(*counts));
	for (unsigned int i = 0; i < trial->workers; i++) {
		hwloc_bitmap_foreach_begin(pu, trial->masks[i]) counts[pu]++;
		hwloc_bitmap_foreach_end();
	}
	hwloc_bitmap_foreach_begin(pu, trial->allowed)
	{
		least = counts[pu] < least ? counts[pu] : least;
		most = counts[pu] > most ? counts[pu] : most;
	}
	hwloc_bitmap_foreach_end();
	free(counts);
	if (trial->workers <= trial->pus && most > 1)
		fail_msg(WHERE "%u workers on one PU", AT(trial), most);
	if (trial->workers > trial->pus && most > least + 1)
		fail_msg(WHERE "%u workers on one PU, %u on another", AT(trial), most, least);
}

/* No sibling while a core is free; no third thread of a core while another has one; and so on. */
static void fills_cores_first(struct trial *trial)
{
	if (!small_places(trial) || trial->workers > trial->pus)
		return;
	for (unsigned int i = 0; i < trial->spots; i++)
		for (unsigned int j = 0; j < trial->spots; j++)
			if (trial->loads[i] > trial->loads[j] + 1 &&
			    trial->loads[j] < trial->sizes[j])
				fail_msg(WHERE "a core has %u workers, another %u", AT(trial),
					 trial->loads[i], trial->loads[j]);
}

/* The kinds are filled from the fastest, and the lower workers are on the faster ones. */
static void begins_with_fast(struct trial *trial)
{
	unsigned int cores = trial->spots;

	if (!small_places(trial) || hwloc_cpukinds_get_nr(trial->topology, 0) < 2)
		return;
	for (unsigned int i = 1; i < trial->workers && i < cores; i++)
		if (trial->kinds[trial->seats[i]] > trial->kinds[trial->seats[i - 1]])
			fail_msg(WHERE "worker %u has a faster core than %u", AT(trial), i, i - 1);
	/* Of two places alike but for the kind, the slower never has more. */
	for (unsigned int i = 0; i < trial->spots; i++)
		for (unsigned int j = 0; j < trial->spots; j++)
			if (trial->kinds[i] < trial->kinds[j] &&
			    trial->sizes[i] <= trial->sizes[j] && trial->loads[i] > trial->loads[j])
				fail_msg(WHERE "a slow core has %u workers, a fast one %u",
					 AT(trial), trial->loads[i], trial->loads[j]);
}

/* What an object is made of: types, sizes, kinds, to the last PU. */
static void write_shape(const struct trial *trial, hwloc_obj_t object, FILE *file)
{
	fprintf(file, "%d", object->type);
	if (object->type == HWLOC_OBJ_PU)
		fprintf(file, "k%d",
			hwloc_cpukinds_get_by_cpuset(trial->topology, object->cpuset, 0));
	fputc('(', file);
	for (hwloc_obj_t child = object->first_child; child; child = child->next_sibling)
		write_shape(trial, child, file);
	fputc(')', file);
}

/* Two objects are equal if they are made alike, and what is around them too. */
static char *shape_of(const struct trial *trial, hwloc_obj_t object)
{
	size_t size;
	char *text;
	FILE *file = open_memstream(&text, &size);

	for (; object; object = object->parent) {
		write_shape(trial, object, file);
		fputc('|', file);
	}
	fclose(file);
	return text;
}

static unsigned int workers_inside(const struct trial *trial, hwloc_const_bitmap_t set)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < trial->spots; i++)
		if (hwloc_bitmap_isincluded(trial->sets[i], set))
			count += trial->loads[i];
	return count;
}

/* The shapes of a level, kept over the plans of a trial: they do not change. */
struct level {
	unsigned int count;
	hwloc_obj_t *objects;
	unsigned int *classes; /* equal objects have equal numbers */
};

static void classify(const struct trial *trial, int depth, struct level *level)
{
	unsigned int count = hwloc_get_nbobjs_by_depth(trial->topology, depth);
	char **shapes = calloc(count, sizeof(*shapes));

	level->count = count;
	level->objects = calloc(count, sizeof(*level->objects));
	level->classes = calloc(count, sizeof(*level->classes));
	for (unsigned int i = 0; i < count; i++) {
		level->objects[i] = hwloc_get_obj_by_depth(trial->topology, depth, i);
		shapes[i] = shape_of(trial, level->objects[i]);
		while (strcmp(shapes[level->classes[i]], shapes[i]))
			level->classes[i]++;
	}
	for (unsigned int i = 0; i < count; i++)
		free(shapes[i]);
	free(shapes);
}

/* The machine's levels above the cores; those of packages, NUMA nodes, caches and groups. */
static unsigned int levels_of(const struct trial *trial, struct level levels[DEPTHS])
{
	unsigned int count = 0;

	for (int depth = 1; depth < hwloc_topology_get_depth(trial->topology); depth++)
		if (hwloc_get_depth_type(trial->topology, depth) != HWLOC_OBJ_PU &&
		    hwloc_get_depth_type(trial->topology, depth) != HWLOC_OBJ_CORE &&
		    hwloc_get_nbobjs_by_depth(trial->topology, depth) > 1)
			classify(trial, depth, &levels[count++]);
	return count;
}

static void forget_levels(struct level levels[DEPTHS], unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		free(levels[i].objects);
		free(levels[i].classes);
	}
}

/* Equal domains differ by at most one worker, at every level. */
static void judge_spread(const struct trial *trial, const struct level *level)
{
	unsigned int *least = malloc(level->count * sizeof(*least));
	unsigned int *most = calloc(level->count, sizeof(*most));
	bool even = true;

	memset(least, 0xff, level->count * sizeof(*least));
	for (unsigned int i = 0; i < level->count; i++) {
		unsigned int class = level->classes[i];
		unsigned int count = workers_inside(trial, level->objects[i]->cpuset);

		least[class] = count < least[class] ? count : least[class];
		most[class] = count > most[class] ? count : most[class];
		even = even && most[class] <= least[class] + 1;
	}
	free(least);
	free(most);
	if (!even)
		fail_msg(WHERE "equal domains (%s) differ by more than one worker", AT(trial),
			 hwloc_obj_type_string(level->objects[0]->type));
}

/* What the rules before the policy leave open: loads before the last pass, and who is in it. */
struct last_pass {
	unsigned int loads[SPOTS_MAX];
	bool open[SPOTS_MAX];
	unsigned int room, amount;
};

static void find_last_pass(const struct trial *trial, struct last_pass *pass)
{
	int kinds = hwloc_cpukinds_get_nr(trial->topology, 0);
	unsigned int left = trial->workers;

	memset(pass, 0, sizeof(*pass));
	for (unsigned int round = 0;; round++) {
		bool again = true;

		for (int kind = kinds; kind >= -1; kind--) {
			pass->room = 0;
			for (unsigned int i = 0; i < trial->spots; i++) {
				unsigned int size = small_places(trial) ? trial->sizes[i] : 1;

				pass->open[i] = trial->kinds[i] == kind && round < size;
				pass->room += pass->open[i];
				again = again && round >= size;
			}
			pass->amount = left;
			if (left <= pass->room)
				return;
			for (unsigned int i = 0; i < trial->spots; i++)
				pass->loads[i] += pass->open[i];
			left -= pass->room;
		}
		if (again)
			round = UINT32_MAX;
	}
}

/* For each level from the outside, by place: the domain it is in, -1 if none. */
struct domains {
	unsigned int levels;
	int of[DEPTHS][SPOTS_MAX];
};

/* True if a place lies in an object that is not, for a node, one of the caches of that node, nor,
 * for a cache, one in it. */
static bool is_domain_of(const struct trial *trial, hwloc_obj_t object, hwloc_const_bitmap_t place)
{
	bool inside = !small_places(trial) && hwloc_bitmap_isequal(place, object->cpuset) &&
		      hwloc_bitmap_isequal(place, object->parent->cpuset);

	return !inside && hwloc_bitmap_isincluded(place, object->cpuset);
}

static void find_domains(const struct trial *trial, struct domains *domains)
{
	domains->levels = 0;
	for (int depth = 1; depth < hwloc_topology_get_depth(trial->topology); depth++) {
		unsigned int count = hwloc_get_nbobjs_by_depth(trial->topology, depth);
		hwloc_obj_type_t type = hwloc_get_depth_type(trial->topology, depth);

		/* What lies inside a place is no domain of it. */
		if (type == HWLOC_OBJ_PU || type == HWLOC_OBJ_CORE || count < 2 ||
		    (!strcmp(trial->places, "sockets") &&
		     depth >= hwloc_get_type_depth(trial->topology, HWLOC_OBJ_PACKAGE)))
			continue;
		for (unsigned int i = 0; i < trial->spots; i++) {
			int *found = &domains->of[domains->levels][i];

			*found = -1;
			for (unsigned int j = 0; *found < 0 && j < count; j++)
				if (is_domain_of(trial,
						 hwloc_get_obj_by_depth(trial->topology, depth, j),
						 trial->sets[i]))
					*found = (int)j;
		}
		domains->levels++;
	}
}

/* How many domains of a level the places of a choice lie in. */
static unsigned int domains_used(const struct trial *trial, const struct domains *domains,
				 unsigned int level, const bool *chosen)
{
	bool used[SPOTS_MAX] = { false };
	unsigned int count = 0;

	for (unsigned int i = 0; i < trial->spots; i++) {
		int domain = domains->of[level][i];

		if (!chosen[i] || domain < 0 || used[domain])
			continue;
		used[domain] = true;
		count++;
	}
	return count;
}

/* By trying every choice: the least counts, the outermost level first. Returns false if they are
 * too many. */
static bool try_all(const struct trial *trial, const struct domains *domains,
		    const struct last_pass *pass, unsigned int least[DEPTHS])
{
	unsigned int open[SPOTS_MAX], counts[DEPTHS], room = 0;

	if (pass->room > SUBSETS_OF || trial->spots > SMALL)
		return false;
	for (unsigned int i = 0; i < trial->spots; i++)
		if (pass->open[i])
			open[room++] = i;
	memset(least, 0xff, DEPTHS * sizeof(*least));
	for (uint32_t choice = 0; choice < UINT32_C(1) << room; choice++) {
		uint64_t used;
		bool better = false, worse = false;

		if ((unsigned int)__builtin_popcount(choice) != pass->amount)
			continue;
		for (unsigned int level = 0; level < domains->levels; level++) {
			used = 0;
			for (unsigned int i = 0; i < trial->spots; i++)
				if (pass->loads[i] && domains->of[level][i] >= 0)
					used |= UINT64_C(1) << domains->of[level][i];
			for (unsigned int i = 0; i < room; i++)
				if (choice >> i & 1 && domains->of[level][open[i]] >= 0)
					used |= UINT64_C(1) << domains->of[level][open[i]];
			counts[level] = (unsigned int)__builtin_popcountll(used);
			better = better || (!worse && counts[level] < least[level]);
			worse = worse || (!better && counts[level] > least[level]);
		}
		if (better)
			memcpy(least, counts, sizeof(counts));
	}
	return true;
}

static int falling(const void *one, const void *other)
{
	unsigned int a = *(const unsigned int *)one, b = *(const unsigned int *)other;

	return a > b ? -1 : a < b;
}

/* A level by itself: what is used already is free, and then the domains with most room. */
static unsigned int fewest(const struct trial *trial, const struct domains *domains,
			   unsigned int level, const struct last_pass *pass)
{
	unsigned int room[SPOTS_MAX] = { 0 }, count = 0, left = pass->amount;
	bool used[SPOTS_MAX] = { false };

	for (unsigned int i = 0; i < trial->spots; i++) {
		int domain = domains->of[level][i];

		if (domain < 0)
			continue;
		room[domain] += pass->open[i];
		count += pass->loads[i] && !used[domain];
		used[domain] = used[domain] || pass->loads[i];
	}
	for (unsigned int i = 0; i < trial->spots; i++) {
		if (!used[i])
			continue;
		left -= room[i] < left ? room[i] : left;
		room[i] = 0;
	}
	qsort(room, trial->spots, sizeof(*room), falling);
	for (unsigned int i = 0; left; i++) {
		assert_true(room[i] > 0);
		left -= room[i] < left ? room[i] : left;
		count++;
	}
	return count;
}

/* Close uses the fewest domains, the outermost level first. */
static void uses_fewest(const struct trial *trial, const struct domains *domains)
{
	struct last_pass pass;
	unsigned int least[DEPTHS];
	bool chosen[SPOTS_MAX], exact, regular;

	find_last_pass(trial, &pass);
	regular = hwloc_get_root_obj(trial->topology)->symmetric_subtree &&
		  hwloc_cpukinds_get_nr(trial->topology, 0) < 2;
	exact = try_all(trial, domains, &pass, least);
	for (unsigned int i = 0; i < trial->spots; i++)
		chosen[i] = trial->loads[i] > 0;
	for (unsigned int level = 0; level < domains->levels; level++) {
		unsigned int used = domains_used(trial, domains, level, chosen);
		unsigned int wanted = exact ? least[level] : fewest(trial, domains, level, &pass);

		/* In the irregular ones, fewer packages may cost more caches. */
		if (used != wanted && (exact || regular || !level))
			fail_msg(WHERE "%u domains of level %u used, %u are enough", AT(trial),
				 used, level, wanted);
	}
}

/* Places of several PUs have equally many workers, and consecutive ones. */
static void shares_evenly(struct trial *trial)
{
	unsigned int least = UINT32_MAX, most = 0;

	if (small_places(trial))
		return;
	for (unsigned int i = 0; i < trial->spots; i++) {
		least = trial->loads[i] < least ? trial->loads[i] : least;
		most = trial->loads[i] > most ? trial->loads[i] : most;
	}
	if (most > least + 1)
		fail_msg(WHERE "%u workers share a place, %u another", AT(trial), most, least);
	for (unsigned int i = 1; i < trial->workers; i++)
		if (trial->seats[i] < trial->seats[i - 1])
			fail_msg(WHERE "worker %u is before worker %u", AT(trial), i, i - 1);
}

/* Ranks of one node have the slices of one plan. */
static void slices_agree(struct trial *trial)
{
	static const unsigned int ranks[] = { 2, 3, 8 };

	for (size_t r = 0; r < sizeof(ranks) / sizeof(ranks[0]); r++) {
		unsigned int each = trial->workers / ranks[r];

		for (unsigned int rank = 0; each && rank < ranks[r]; rank++) {
			assert_int_equal(placement_plan(trial->placement, trial->workers,
							rank * each, each),
					 0);
			for (unsigned int i = 0; i < each; i++) {
				hwloc_bitmap_t mask = read_mask(trial->placement, i);
				bool same =
					hwloc_bitmap_isequal(mask, trial->masks[rank * each + i]);

				hwloc_bitmap_free(mask);
				if (!same)
					fail_msg(WHERE "rank %u of %u, worker %u: not its slice",
						 AT(trial), rank, ranks[r], i);
			}
		}
	}
}

/* All counts up to PUs + 3; where there are many, those where something changes, and some more. */
static unsigned int next_count(const struct trial *trial, unsigned int count)
{
	unsigned int cores =
		(unsigned int)hwloc_get_nbobjs_by_type(trial->topology, HWLOC_OBJ_CORE);
	unsigned int marks[] = { trial->spots / 2, trial->spots - 1, trial->spots,
				 trial->spots + 1, cores - 1,        cores,
				 cores + 1,        trial->pus - 1,   trial->pus,
				 trial->pus + 1,   trial->pus + 3,   2 * trial->pus + 1 };
	unsigned int next = count < 5 ? count + 1 : count * 2 + 1;

	if (trial->pus <= SMALL)
		return count < trial->pus + 3 ? count + 1 : 0;
	next = next <= trial->pus ? next : 2 * trial->pus + 1;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		next = marks[i] > count && marks[i] < next ? marks[i] : next;
	return count < 2 * trial->pus + 1 ? next : 0;
}

static void for_all(const struct machine_row *row, property judge)
{
	struct trial trial;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (size_t j = 0; j < sizeof(policies) / sizeof(policies[0]); j++) {
			open_trial(&trial, row, words[i], policies[j]);
			for (unsigned int count = 1; count; count = next_count(&trial, count)) {
				plan(&trial, count);
				judge(&trial);
			}
			close_trial(&trial);
		}
	}
}

static void test_allowed(void **state)
{
	for_all(*state, stays_allowed);
}

static void test_shares_no_pu(void **state)
{
	for_all(*state, shares_no_pu);
}

static void test_cores_first(void **state)
{
	for_all(*state, fills_cores_first);
}

static void test_fast_first(void **state)
{
	for_all(*state, begins_with_fast);
}

static void test_even(void **state)
{
	for_all(*state, shares_evenly);
}

static void test_slices(void **state)
{
	for_all(*state, slices_agree);
}

static void test_spread(void **state)
{
	struct level levels[DEPTHS];
	struct trial trial;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		unsigned int depth;

		open_trial(&trial, *state, words[i], "spread");
		depth = levels_of(&trial, levels);
		for (unsigned int count = 1; count; count = next_count(&trial, count)) {
			plan(&trial, count);
			for (unsigned int level = 0; level < depth; level++)
				judge_spread(&trial, &levels[level]);
		}
		forget_levels(levels, depth);
		close_trial(&trial);
	}
}

static void test_close(void **state)
{
	static struct domains domains;
	struct trial trial;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		open_trial(&trial, *state, words[i], "close");
		find_domains(&trial, &domains);
		for (unsigned int count = 1; count; count = next_count(&trial, count)) {
			plan(&trial, count);
			uses_fewest(&trial, &domains);
		}
		close_trial(&trial);
	}
}

/* The logical numbers of a mask's PUs. */
static hwloc_bitmap_t logical(const struct trial *trial, hwloc_const_bitmap_t mask)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int pu;

	hwloc_bitmap_foreach_begin(pu, mask) hwloc_bitmap_set(
		set,
		hwloc_get_pu_obj_by_os_index(trial->topology, (unsigned int)pu)->logical_index);
	hwloc_bitmap_foreach_end();
	return set;
}

static void same_plan(struct trial *one, struct trial *other)
{
	for (unsigned int i = 0; i < one->workers; i++) {
		hwloc_bitmap_t a = logical(one, one->masks[i]), b = logical(other, other->masks[i]);
		bool same = hwloc_bitmap_isequal(a, b);

		hwloc_bitmap_free(a);
		hwloc_bitmap_free(b);
		if (!same)
			fail_msg(WHERE "worker %u is elsewhere when PUs have other numbers",
				 AT(one), i);
	}
}

/* Other PU numbers, the same places. */
static void test_permuted(void **state)
{
	const struct machine_row *row = *state;
	struct machine_row twin = { row->name, row->twin, NULL };
	struct trial one, other;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (size_t j = 0; j < sizeof(policies) / sizeof(policies[0]); j++) {
			open_trial(&one, row, words[i], policies[j]);
			open_trial(&other, &twin, words[i], policies[j]);
			for (unsigned int count = 1; count; count = next_count(&one, count)) {
				plan(&one, count);
				plan(&other, count);
				same_plan(&one, &other);
			}
			close_trial(&one);
			close_trial(&other);
		}
	}
}

/* Where several NUMA nodes have the same or overlapping PUs, as with memory behind CXL or HBM, a
 * worker's place is still disjoint from another's: the nodes nearest to the PUs. */
static void test_overlapping_nodes(void **state)
{
	static const char *const sources[] = { "[numa] pack:2 [numa] core:2 pu:2",
					       "pack:2 [numa] l3:2 [numa] core:2 pu:1",
					       "pack:2 [numa] [numa] core:2 pu:2" };

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		struct machine_row row = { sources[i], sources[i], NULL };
		struct trial trial;
		unsigned int count;

		open_trial(&trial, &row, "numa_domains", "spread");
		plan(&trial, 1);
		count = placement_places(trial.placement);
		plan(&trial, count);
		for (unsigned int a = 0; a < count; a++)
			for (unsigned int b = 0; b < a; b++)
				if (hwloc_bitmap_intersects(trial.masks[a], trial.masks[b]))
					fail_msg(WHERE "the places of workers %u and %u overlap",
						 AT(&trial), b, a);
		close_trial(&trial);
	}
}

/* Of equal packages none has two workers more than another, whatever hwloc's Groups hold of
 * them. */
static void test_groups(void **state)
{
	static const char *const selections[] = { "pack:0-2", "pack:0 pack:2-3", "pack:0-2 pack:4",
						  "pack:0-4 pack:6" };

	(void)state;
	for (size_t i = 0; i < sizeof(selections) / sizeof(selections[0]); i++) {
		struct place_request request = { selections[i], "spread",
						 "group:3 pack:3 [numa] core:4 pu:2" };
		struct placement *placement;
		unsigned int cores;

		assert_int_equal(placement_open(&placement, &request), 0);
		cores = placement_machine(placement)->allowed_cores;
		for (unsigned int count = 1; count <= cores; count++) {
			unsigned int loads[9] = { 0 }, used = 0, least = count / (cores / 4);

			assert_int_equal(placement_plan(placement, count, 0, count), 0);
			for (unsigned int w = 0; w < count; w++) {
				struct location at;
				char mask[MASK_TEXT];

				placement_planned(placement, w, mask, &at);
				loads[at.package]++;
			}
			for (unsigned int pack = 0; pack < 9; pack++) {
				used += loads[pack] >= least && loads[pack] > 0;
				assert_true(loads[pack] <= least + 1);
			}
			assert_int_equal(used, count < cores / 4 ? count : cores / 4);
		}
		placement_close(placement);
	}
}

/* With no place for some PUs, they would never be used. */
static void test_places_cover(void **state)
{
	struct trial trial;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		hwloc_bitmap_t all = hwloc_bitmap_alloc();
		bool same;

		open_trial(&trial, *state, words[i], "close");
		plan(&trial, trial.pus);
		for (unsigned int j = 0; j < trial.pus; j++)
			hwloc_bitmap_or(all, all, trial.masks[j]);
		same = hwloc_bitmap_isequal(all, trial.allowed);
		hwloc_bitmap_free(all);
		if (!same)
			fail_msg(WHERE "allowed PUs are left unused", AT(&trial));
		close_trial(&trial);
	}
}

/* Worker by worker, what a person would draw. */
static void test_by_hand(void **state)
{
	static const struct {
		const char *machine, *places, *bind, *masks;
	} cases[] = {
		{ "pack:2 [numa] l3:2 core:4 pu:2", "cores", "spread",
		  "0x3 0x30 0x300 0x3000 0x30000 0x300000 0x3000000 0x30000000" },
		{ "pack:2 [numa] l3:2 core:4 pu:2", "cores", "close", "0x3 0xc 0x30 0xc0 0x300" },
		{ "pack:1 core:2 pu:2", "cores", "close", "0x1 0xc 0x2" },
		{ "pack:1 core:2 pu:2", "cores", "close", "0x1 0x4 0x2 0x8" },
		{ "pack:1 core:2 pu:2", "threads", "close", "0x1 0x2" },
		{ "pack:1 core:2 pu:2", "threads", "spread", "0x1 0x4" },
		{ "pack:1 core:2 pu:2", "threads", "spread", "0x1 0x4 0x2 0x8" },
		/* Caches and groups between core and PU: close takes one of them first. */
		{ "core:2 l1:2 pu:2", "cores", "close", "0x1 0x10 0x2 0x20 0x4" },
		{ "core:2 l1:2 pu:2", "cores", "spread", "0x1 0x10 0x4 0x40 0x2" },
		{ "core:1 group:2 l1:2 pu:2", "threads", "spread", "0x1 0x10 0x4 0x40 0x2" },
		/* Domains have workers by what they hold, and Groups are none. */
		{ "group:2 pack:2 [numa] core:4 pu:1", "pack:0-2", "spread",
		  "0x1 0x4 0x10 0x40 0x100 0x400" },
		{ "pack:2 core:4 pu:1", "core:0 pack:1", "spread", "0x10 0x40" },
		{ "pack:2 core:4 pu:1", "core:0-1 pack:1", "spread", "0x1 0x10 0x40" },
		{ "pack:2 core:6 pu:1", "core:0-2 pack:1", "spread",
		  "0x1 0x2 0x40 0x80 0x200 0x400" },
		{ "pack:2 core:2 pu:2", "sockets", "close", "0xf 0xf 0xf0" },
		{ "pack:2 l3:2 core:2 pu:1", "ll_caches", "spread", "0x3 0x30" },
		{ "pack:2 core:2 pu:1", "cores", "spread", "0x1 0x2 0x4 0x8 0x1" },
		{ "pu:1", "cores", "close", "0x1 0x1 0x1" },
		/* An expression narrows what is allowed, in the middle of a core too. */
		{ "pack:2 core:4 pu:2", "0x700", "close", "0x300 0x400" },
		{ "pack:2 core:4 pu:2", "0x700", "close", "0x100 0x400 0x200" },
		{ "pack:2 core:4 pu:2", "0x700", "spread", "0x100 0x400 0x200 0x100" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct place_request request = { cases[i].places, cases[i].bind, cases[i].machine };
		unsigned int count = 1, length = 0;
		struct placement *placement;
		char text[1024] = "";

		for (const char *at = cases[i].masks; *at; at++)
			count += *at == ' ';
		assert_int_equal(placement_open(&placement, &request), 0);
		/* The first of these is asked for eight of sixteen cores: two in each L3. */
		assert_int_equal(placement_plan(placement, count, 0, count), 0);
		for (unsigned int w = 0; w < count; w++) {
			struct location location;
			char mask[MASK_TEXT];

			placement_planned(placement, w, mask, &location);
			length += (unsigned int)snprintf(text + length, sizeof(text) - length,
							 "%s%s", w ? " " : "", mask);
		}
		placement_close(placement);
		assert_string_equal(text, cases[i].masks);
	}
}

/* --bind none plans no mask for anyone. */
static void test_unbound(void **state)
{
	struct place_request request = { "cores", "none", "pack:2 core:4 pu:2" };
	struct placement *placement;
	struct location location;
	char mask[MASK_TEXT] = "x";

	(void)state;
	assert_int_equal(placement_open(&placement, &request), 0);
	assert_int_equal(placement_plan(placement, 20, 0, 20), 0);
	assert_int_equal(placement_places(placement), 0);
	for (unsigned int i = 0; i < 20; i++) {
		placement_planned(placement, i, mask, &location);
		assert_string_equal(mask, "");
		assert_int_equal(location.core, -1);
	}
	placement_close(placement);
}

/* Where a mask lies, in hwloc's logical numbers, and the PU in the operating system's. */
static void test_location(void **state)
{
	struct place_request request = { "threads", "close",
					 machine_source("2 packages, sockets in turn") };
	struct placement *placement;
	struct location at;
	char mask[MASK_TEXT];

	(void)state;
	assert_int_equal(placement_open(&placement, &request), 0);
	assert_int_equal(placement_plan(placement, 32, 0, 32), 0);
	/* The last PU: package 1, its last core, the sibling. */
	placement_planned(placement, 31, mask, &at);
	assert_string_equal(mask, "0x80000000");
	assert_int_equal(at.package, 1);
	assert_int_equal(at.l3, 3);
	assert_int_equal(at.core, 15);
	assert_int_equal(at.pu, 31);
	/* The first core of package 1 is the second that firmware counts. */
	placement_planned(placement, 16, mask, &at);
	assert_string_equal(mask, "0x2");
	assert_int_equal(at.package, 1);
	assert_int_equal(at.core, 8);
	assert_int_equal(at.pu, 1);
	placement_close(placement);
}

/* Masks of machines with more PUs than a mask's text has room for are not cut to other PUs. */
static void test_beyond_4096(void **state)
{
	struct place_request request = { "threads", "close", "pack:8 core:640 pu:1" };
	struct placement *placement = NULL;
	int ret = placement_open(&placement, &request);
	struct location at;
	char mask[MASK_TEXT];
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	(void)state;
	/* To refuse them is right, too. */
	if (!ret) {
		assert_int_equal(placement_plan(placement, 5120, 0, 5120), 0);
		placement_planned(placement, 4999, mask, &at);
		assert_int_equal(hwloc_bitmap_taskset_sscanf(set, mask), 0);
		assert_int_equal(at.pu, 4999);
		assert_int_equal(hwloc_bitmap_first(set), 4999);
		placement_close(placement);
	}
	hwloc_bitmap_free(set);
}

/* Many more workers than PUs: no PU has two more than another. */
static void test_crowded(void **state)
{
	struct trial trial;

	for (size_t j = 0; j < sizeof(policies) / sizeof(policies[0]); j++) {
		open_trial(&trial, *state, "cores", policies[j]);
		for (unsigned int times = 2; times <= 5; times++) {
			plan(&trial, times * trial.pus);
			stays_allowed(&trial);
			shares_no_pu(&trial);
			plan(&trial, times * trial.pus + trial.pus / 2);
			shares_no_pu(&trial);
		}
		close_trial(&trial);
	}
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Says how long a plan takes; the issue allows 20 ms. No time is asserted: machines differ. */
static void test_time(void **state)
{
	static const char *const sources[] = { "pack:8 [numa] l3:8 core:8 pu:2", "core:1024 pu:1",
					       "pack:12 [numa] core:43 pu:2" };

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		for (size_t j = 0; j < sizeof(policies) / sizeof(policies[0]); j++) {
			struct place_request request = { "cores", policies[j], sources[i] };
			unsigned int counts[] = { 1024, 777, 300 };
			struct placement *placement;

			assert_int_equal(placement_open(&placement, &request), 0);
			for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++) {
				double began = now();

				assert_int_equal(placement_plan(placement, counts[k], 0, counts[k]),
						 0);
				print_message("# %s, %s: %u workers planned in %.2f ms\n",
					      sources[i], policies[j], counts[k],
					      (now() - began) * 1e3);
			}
			placement_close(placement);
		}
	}
}

static const struct {
	const char *name;
	CMUnitTestFunction judge;
} properties[] = {
	{ "inside what is allowed", test_allowed },
	{ "no PU twice while one is free", test_shares_no_pu },
	{ "no sibling while a core is free", test_cores_first },
	{ "the faster kind first", test_fast_first },
	{ "spread differs by one at most", test_spread },
	{ "close uses the fewest domains", test_close },
	{ "places of several PUs are shared evenly", test_even },
	{ "ranks have slices of the plan", test_slices },
	{ "no allowed PU is left out", test_places_cover },
	{ "PUs are shared evenly when crowded", test_crowded },
};
enum { PROPERTIES = sizeof(properties) / sizeof(properties[0]) };

static const struct CMUnitTest others[] = {
	cmocka_unit_test(test_by_hand),
	cmocka_unit_test(test_groups),
	cmocka_unit_test(test_overlapping_nodes),
	cmocka_unit_test(test_unbound),
	cmocka_unit_test(test_location),
	cmocka_unit_test(test_beyond_4096),
	cmocka_unit_test(test_time),
};
enum { OTHERS = sizeof(others) / sizeof(others[0]) };

static void add_test(struct CMUnitTest *test, const struct machine_row *row, const char *name,
		     CMUnitTestFunction judge)
{
	char *text;

	if (asprintf(&text, "%s: %s", row->name, name) < 0)
		abort();
	*test = (struct CMUnitTest){ .name = text,
				     .test_func = judge,
				     .initial_state = (void *)row };
}

int main(void)
{
	static struct CMUnitTest tests[512];
	size_t named = 0, count;
	const struct machine_row *machines;
	int failed;

	/* The defaults that a request leaves open are not this test's. */
	unsetenv("OMP_PLACES");
	unsetenv("OMP_PROC_BIND");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	machines = machines_make();
	if (!machines) {
		puts("Bail out! no temporary directory");
		return 1;
	}
	for (const struct machine_row *row = machines; row->name; row++) {
		for (size_t i = 0; i < PROPERTIES; i++)
			add_test(&tests[named++], row, properties[i].name, properties[i].judge);
		if (row->twin)
			add_test(&tests[named++], row, "other PU numbers, the same places",
				 test_permuted);
	}
	count = named;
	for (size_t i = 0; i < OTHERS; i++)
		tests[count++] = others[i];
	failed = _cmocka_run_group_tests("place", tests, count, NULL, NULL);
	for (size_t i = 0; i < named; i++)
		free((char *)tests[i].name);
	machines_remove();
	return failed != 0;
}
