/*
 * The plan: which worker goes to which place.
 *
 * Workers are planned in passes: first one for each place of the fastest kind of core, then of the
 * next kind, and when all have one, a second for each place that has a second PU, and so on; when
 * all PUs have one, it begins anew. Which places a pass that has too few workers leaves out is the
 * policy's to say. No decision looks at the numbers of the operating system.
 */
#include <errno.h>
#include <stdlib.h>

#include "policy.h"

struct planned_workers {
	const struct placement *placement;
	const struct policy *policy;
	struct places places;
	struct domain root;
	unsigned int widest; /* PUs of the widest place, 1 if places are shared as a whole */
	bool whole;          /* a worker that has a place for itself has all PUs of it */
};

/* Whom a worker's number stands for: the turn-th worker of a place. */
struct plan_slot {
	const struct place *place;
	unsigned int turn;
};

/*
 * Threads that keep apart are planned as cores, one of whose PUs each worker has: no sibling works
 * while a core is idle.
 */
static int plan_find_places(struct planned_workers *plan)
{
	hwloc_obj_type_t type = plan->placement->type;
	bool threads = type == HWLOC_OBJ_PU;
	int ret;

	ret = places_find(&plan->places, plan->placement,
			  threads && plan->policy->apart ? HWLOC_OBJ_CORE : type);
	plan->whole = !threads;
	plan->widest = 1;
	for (unsigned int i = 0; plan->places.divided && i < plan->places.count; i++)
		if (plan->places.rows[i].pus > plan->widest)
			plan->widest = plan->places.rows[i].pus;
	return ret;
}

/* Opens the places of a kind that have a PU for one more. Returns how many they are. */
static unsigned int plan_open(struct planned_workers *plan, int kind, unsigned int round)
{
	unsigned int open = 0;

	for (unsigned int i = 0; i < plan->places.count; i++) {
		struct place *place = &plan->places.rows[i];
		unsigned int room = plan->places.divided ? place->pus : 1;

		place->open = place->kind == kind && round < room;
		open += place->open;
	}
	return open;
}

/* Plans `amount` workers for the open places, at most one each. */
static int plan_pass(struct planned_workers *plan, unsigned int amount)
{
	if (domains_count(&plan->root) > amount)
		return plan->policy->deal(&plan->root, amount);
	for (unsigned int i = 0; i < plan->places.count; i++)
		plan->places.rows[i].workers += plan->places.rows[i].open;
	return 0;
}

/* Numbers the workers that places have more than slots, in the order of the topology. */
static unsigned int plan_number(struct planned_workers *plan, struct plan_slot *slots,
				unsigned int next)
{
	for (unsigned int i = 0; i < plan->places.count; i++) {
		struct place *place = &plan->places.rows[i];

		for (; place->numbered < place->workers; place->numbered++)
			slots[next++] = (struct plan_slot){ place, place->numbered };
	}
	return next;
}

/* All workers, pass by pass. */
static int plan_passes(struct planned_workers *plan, struct plan_slot *slots, unsigned int workers)
{
	int kinds = hwloc_cpukinds_get_nr(plan->placement->topology, 0), ret = 0;
	unsigned int planned = 0, numbered = 0, round = 0;

	while (!ret && planned < workers) {
		/* Kinds that hwloc cannot rank are all of rank -1. */
		for (int kind = -1; !ret && kind < (kinds > 0 ? kinds : 1); kind++) {
			unsigned int open = plan_open(plan, kind, round), left = workers - planned;

			if (!open || !left)
				continue;
			open = open < left ? open : left;
			ret = plan_pass(plan, open);
			planned += open;
			/* Workers of one large place bear consecutive numbers. */
			if (plan->places.divided)
				numbered = plan_number(plan, slots, numbered);
		}
		round = (round + 1) % plan->widest;
	}
	if (!ret)
		plan_number(plan, slots, numbered);
	return ret;
}

/* The mask of a worker: its place, or a PU of it where several have one core. */
static hwloc_bitmap_t plan_mask(const struct planned_workers *plan, const struct plan_slot *slot)
{
	if (!plan->places.divided || (plan->whole && slot->place->workers == 1))
		return hwloc_bitmap_dup(slot->place->allowed);
	return places_pu(plan->placement, slot->place, slot->turn, plan->policy->apart);
}

/* PUs of a place that are in use. More workers than PUs make none of them slower than the
 * others. */
static unsigned int plan_used(const struct place *place)
{
	return place->workers < place->pus ? place->workers : place->pus;
}

/* True if the kinds of the cores differ, or the part of its core that each worker has. */
static bool plan_is_unequal(const struct planned_workers *plan)
{
	const struct place *first = NULL;

	for (unsigned int i = 0; plan->places.divided && i < plan->places.count; i++) {
		const struct place *place = &plan->places.rows[i];

		if (!place->workers)
			continue;
		first = first ? first : place;
		if (place->kind != first->kind ||
		    plan_used(place) * first->pus != plan_used(first) * place->pus)
			return true;
	}
	return false;
}

/* Places as --places counts them. */
static unsigned int plan_count(const struct planned_workers *plan)
{
	unsigned int pus = 0;

	if (plan->whole)
		return plan->places.count;
	for (unsigned int i = 0; i < plan->places.count; i++)
		pus += plan->places.rows[i].pus;
	return pus;
}

static int plan_make(struct planned_workers *plan, struct plan_slot *slots, unsigned int workers)
{
	int ret = plan_find_places(plan);

	if (!ret)
		ret = domains_build(&plan->root, plan->placement, &plan->places);
	return ret ? ret : plan_passes(plan, slots, workers);
}

static void plan_keep(struct placement *placement, hwloc_bitmap_t *planned, unsigned int count)
{
	for (unsigned int i = 0; i < placement->count; i++)
		hwloc_bitmap_free(placement->planned[i]);
	free(placement->planned);
	placement->planned = planned;
	placement->count = count;
}

int placement_plan(struct placement *placement, unsigned int workers, unsigned int first,
		   unsigned int count)
{
	struct planned_workers plan = { .placement = placement, .policy = placement->policy };
	struct plan_slot *slots = calloc(workers ? workers : 1, sizeof(*slots));
	hwloc_bitmap_t *planned = calloc(count ? count : 1, sizeof(hwloc_bitmap_t));
	int ret = slots && planned ? 0 : -ENOMEM;

	if (!ret && plan.policy->deal) {
		ret = plan_make(&plan, slots, workers);
		for (unsigned int i = 0; !ret && i < count; i++) {
			planned[i] = plan_mask(&plan, &slots[first + i]);
			ret = planned[i] ? 0 : -ENOMEM;
		}
		placement->unequal = !ret && plan_is_unequal(&plan);
		placement->places = plan_count(&plan);
	}
	if (planned)
		plan_keep(placement, planned, count);
	domains_free(&plan.root);
	places_free(&plan.places);
	free(slots);
	return ret;
}

unsigned int placement_places(const struct placement *placement)
{
	return placement->places;
}

bool placement_unequal(const struct placement *placement)
{
	return placement->unequal;
}
