/*
 * Placement on machines that nobody would draw: levels in any number, objects between core and PU,
 * nodes above and below packages, PUs taken away, hidden or of other kinds. Each machine follows
 * from its number, which a failure names. What holds for all of them is judged from the masks.
 */
#define _GNU_SOURCE
#include <hwloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/place/placement.h"

enum { MACHINES = 200, PUS_MOST = 160 };

static const char *const words[] = { "threads", "cores", "ll_caches", "numa_domains", "sockets" };
static const char *const policies[] = { "close", "spread", "none" };

static char path[] = "/tmp/corescale-random-XXXXXX";

/* xorshift64*, by Vigna: the same machines everywhere. */
static uint64_t seed;

static unsigned int draw(unsigned int below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (unsigned int)((seed * UINT64_C(2685821657736338717)) >> 33) % below;
}

/* Levels from the outside in, each there or not. */
static void describe(char *text, size_t size)
{
	static const char *const levels[] = { "group", "package", "group", "die",   "group", "l3",
					      "l2",    "core",    "l1",    "group", "pu" };
	unsigned int pus = 1;
	size_t length = 0;

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		unsigned int most = PUS_MOST / pus < 4 ? PUS_MOST / pus : 4;
		bool last = !strcmp(levels[i], "pu");
		unsigned int arity = 1 + draw(most);

		if (!last && draw(2))
			continue;
		pus *= arity;
		length += (size_t)snprintf(text + length, size - length, "%s%s:%u",
					   length ? " " : "", levels[i], arity);
		/* Memory of one or two kinds, at any level above the cores. */
		for (int nodes = draw(4) ? 0 : 1 + (int)draw(2); i < 7 && nodes > 0; nodes--)
			length += (size_t)snprintf(text + length, size - length, " [numa]");
	}
}

/* Each PU with a chance of one in `chance`. */
static void draw_pus(hwloc_bitmap_t set, hwloc_topology_t topology, unsigned int chance)
{
	int pu;

	hwloc_bitmap_zero(set);
	hwloc_bitmap_foreach_begin(pu,
				   hwloc_topology_get_topology_cpuset(topology)) if (!draw(chance))
		hwloc_bitmap_set(set, (unsigned int)pu);
	hwloc_bitmap_foreach_end();
}

/* Takes PUs away, hides some, gives some a kind. */
static void edit(hwloc_topology_t topology)
{
	hwloc_bitmap_t some = hwloc_bitmap_alloc(), left = hwloc_bitmap_alloc();

	if (draw(2)) {
		draw_pus(some, topology, 2 + draw(6));
		hwloc_bitmap_andnot(left, hwloc_topology_get_topology_cpuset(topology), some);
		if (!hwloc_bitmap_iszero(left))
			hwloc_topology_restrict(topology, left,
						draw(2) ? HWLOC_RESTRICT_FLAG_REMOVE_CPULESS : 0);
	}
	if (!draw(4)) {
		draw_pus(some, topology, 2);
		if (!hwloc_bitmap_iszero(some))
			hwloc_topology_allow(topology, some, NULL, HWLOC_ALLOW_FLAG_CUSTOM);
	}
	if (!draw(3)) {
		hwloc_bitmap_copy(left, hwloc_topology_get_topology_cpuset(topology));
		draw_pus(some, topology, 2);
		hwloc_bitmap_andnot(left, left, some);
		hwloc_cpukinds_register(topology, some, 2, 0, NULL, 0);
		hwloc_cpukinds_register(topology, left, 1, 0, NULL, 0);
	}
	hwloc_bitmap_free(some);
	hwloc_bitmap_free(left);
}

/* Makes the machine of a number, and its file. NULL if hwloc takes no such description. */
static hwloc_topology_t make_machine(unsigned int number)
{
	hwloc_topology_t topology;
	char text[512];

	seed = UINT64_C(0x9e3779b97f4a7c15) * (number + 1);
	describe(text, sizeof(text));
	hwloc_topology_init(&topology);
	hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
	if (hwloc_topology_set_synthetic(topology, text) < 0 || hwloc_topology_load(topology) < 0) {
		hwloc_topology_destroy(topology);
		return NULL;
	}
	edit(topology);
	assert_int_equal(hwloc_topology_export_xml(topology, path, 0), 0);
	hwloc_topology_destroy(topology);
	/* Judged as it is read. */
	hwloc_topology_init(&topology);
	assert_int_equal(hwloc_topology_set_xml(topology, path), 0);
	assert_int_equal(hwloc_topology_load(topology), 0);
	return topology;
}

/* A plan, and what it is judged by. */
struct trial {
	unsigned int number, workers, places, pus;
	const char *word, *policy;
	hwloc_topology_t topology;
	hwloc_const_bitmap_t allowed;
	hwloc_bitmap_t *masks;
};

#define REQUIRE(trial, condition)                                                          \
	do {                                                                               \
		if (!(condition))                                                          \
			fail_msg("machine %u, %s, %s, %u workers, %u places: " #condition, \
				 (trial)->number, (trial)->word, (trial)->policy,          \
				 (trial)->workers, (trial)->places);                       \
	} while (0)

static bool is_word(const struct trial *trial, const char *word)
{
	return !strcmp(trial->word, word);
}

/* How many cores have an allowed PU in a set; a PU in no core is one. */
static unsigned int count_cores(const struct trial *trial, hwloc_const_bitmap_t set)
{
	hwloc_bitmap_t left = hwloc_bitmap_dup(set);
	unsigned int count = 0;

	hwloc_bitmap_and(left, left, trial->allowed);
	while (!hwloc_bitmap_iszero(left)) {
		hwloc_obj_t object = hwloc_get_pu_obj_by_os_index(
			trial->topology, (unsigned int)hwloc_bitmap_first(left));
		hwloc_obj_t core =
			hwloc_get_ancestor_obj_by_type(trial->topology, HWLOC_OBJ_CORE, object);

		hwloc_bitmap_andnot(left, left, core ? core->cpuset : object->cpuset);
		count++;
	}
	hwloc_bitmap_free(left);
	return count;
}

/* The most and the least workers of an allowed PU. */
static void count_loads(const struct trial *trial, unsigned int *least, unsigned int *most)
{
	int pu;

	*least = UINT32_MAX;
	*most = 0;
	hwloc_bitmap_foreach_begin(pu, trial->allowed)
	{
		unsigned int load = 0;

		for (unsigned int i = 0; i < trial->workers; i++)
			load += hwloc_bitmap_isset(trial->masks[i], (unsigned int)pu) != 0;
		*least = load < *least ? load : *least;
		*most = load > *most ? load : *most;
	}
	hwloc_bitmap_foreach_end();
}

static void judge(const struct trial *trial)
{
	bool small = is_word(trial, "threads") || is_word(trial, "cores");
	hwloc_bitmap_t all = hwloc_bitmap_alloc();
	unsigned int least, most, cores = count_cores(trial, trial->allowed);

	for (unsigned int i = 0; i < trial->workers; i++) {
		REQUIRE(trial, !hwloc_bitmap_iszero(trial->masks[i]));
		REQUIRE(trial, hwloc_bitmap_isincluded(trial->masks[i], trial->allowed));
		REQUIRE(trial,
			!is_word(trial, "threads") || hwloc_bitmap_weight(trial->masks[i]) == 1);
		REQUIRE(trial,
			!is_word(trial, "cores") || count_cores(trial, trial->masks[i]) == 1);
		hwloc_bitmap_or(all, all, trial->masks[i]);
	}
	count_loads(trial, &least, &most);
	REQUIRE(trial, trial->workers > trial->places || most <= 1);
	REQUIRE(trial, !small || trial->workers > trial->pus || most <= 1);
	REQUIRE(trial, !small || trial->workers < trial->pus || most <= least + 1);
	REQUIRE(trial, trial->workers < (small ? trial->pus : trial->places) ||
			       hwloc_bitmap_isequal(all, trial->allowed));
	/* Idle cores before siblings. */
	if (is_word(trial, "cores") || (small && !strcmp(trial->policy, "spread")))
		REQUIRE(trial, count_cores(trial, all) ==
				       (trial->workers < cores ? trial->workers : cores));
	hwloc_bitmap_free(all);
}

static void plan(struct trial *trial, struct placement *placement)
{
	bool none = !strcmp(trial->policy, "none");

	assert_int_equal(placement_plan(placement, trial->workers, 0, trial->workers), 0);
	trial->places = placement_places(placement);
	trial->masks = calloc(trial->workers, sizeof(hwloc_bitmap_t));
	for (unsigned int i = 0; i < trial->workers; i++) {
		struct location location;
		char text[MASK_TEXT];

		trial->masks[i] = hwloc_bitmap_alloc();
		placement_planned(placement, i, text, &location);
		REQUIRE(trial, !*text == none);
		hwloc_bitmap_taskset_sscanf(trial->masks[i], none ? "0x0" : text);
	}
	if (!none)
		judge(trial);
	for (unsigned int i = 0; i < trial->workers; i++)
		hwloc_bitmap_free(trial->masks[i]);
	free(trial->masks);
}

/* One, a few, about as many as there are places, cores and PUs, and more. */
static void plan_counts(struct trial *trial, struct placement *placement)
{
	unsigned int cores = count_cores(trial, trial->allowed);

	trial->workers = 1;
	plan(trial, placement);
	for (unsigned int i = 0; i < 2; i++) {
		const unsigned int counts[] = { trial->places,      cores + 1,
						trial->pus,         1 + draw(trial->pus),
						2 * trial->pus + 1, trial->pus / 2 + 1 };

		for (size_t j = 0; j < sizeof(counts) / sizeof(counts[0]); j++) {
			trial->workers = counts[j] + i;
			if (trial->workers)
				plan(trial, placement);
		}
	}
}

static void test_machines(void **state)
{
	unsigned int made = 0;

	(void)state;
	for (unsigned int number = 0; number < MACHINES; number++) {
		struct trial trial = { .number = number, .topology = make_machine(number) };

		if (!trial.topology)
			continue;
		made++;
		trial.allowed = hwloc_topology_get_allowed_cpuset(trial.topology);
		trial.pus = (unsigned int)hwloc_bitmap_weight(trial.allowed);
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			for (size_t j = 0; j < sizeof(policies) / sizeof(policies[0]); j++) {
				struct place_request request = { words[i], policies[j], path };
				struct placement *placement;

				trial.word = words[i];
				trial.policy = policies[j];
				assert_int_equal(placement_open(&placement, &request), 0);
				plan_counts(&trial, placement);
				placement_close(placement);
			}
		}
		hwloc_topology_destroy(trial.topology);
	}
	assert_true(made > MACHINES / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_machines) };
	int file = mkstemp(path), failed;

	if (file < 0) {
		puts("Bail out! no temporary file");
		return 1;
	}
	close(file);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
