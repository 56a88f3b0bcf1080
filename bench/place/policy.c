/*
 * Policies: which worker goes to which place.
 *
 * Places are the leaves of a tree of domains (packages, NUMA nodes, caches). Workers are dealt in
 * passes: first one to each place of the fastest kind of core, then of the next kind, and when all
 * have one, a second to each place that has a second PU, and so on; when all PUs have one, it
 * begins anew. What a pass cannot fill it deals by the policy: close takes as few domains as it
 * can, spread gives all domains alike. No decision looks at the numbers of the operating system.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "placement.h"

/* A place: a leaf of the tree. */
struct spot {
	hwloc_bitmap_t set; /* its allowed PUs */
	hwloc_obj_t object;
	unsigned int pus;
	int kind;
	unsigned int workers;  /* dealt to it so far */
	bool open;             /* in this pass */
	unsigned int numbered; /* of those, the workers that have their numbers */
};

/* Counts of the domains that a choice uses, level by level, the outermost in the highest bits. */
__extension__ typedef unsigned __int128 cost_t;

struct domain {
	struct domain *children;
	unsigned int count;
	struct spot *spot;   /* of a leaf */
	unsigned int room;   /* open spots in it, in this pass */
	unsigned int used;   /* workers in it, of earlier passes */
	cost_t price;        /* of using it at all */
	cost_t *costs;       /* close: the least cost of 0 ... room spots in it */
	unsigned int *picks; /* close: of child c's share of n: picks[c * (room + 1) + n] */
};

struct plan {
	const struct placement *placement;
	struct spot *spots;
	unsigned int count;
	struct domain root;
	unsigned int widest; /* PUs of the widest spot, 1 if places are shared as a whole */
};

/* Bits of a level's count. A level that counts more only loses its rank among the others. */
enum { LEVEL_BITS = 12, LEVELS = 10 };

/* Takes from the PUs of a NUMA node those that have a node nearer to them. */
static void leave_to_nearer(hwloc_topology_t topology, hwloc_obj_t node, hwloc_bitmap_t set)
{
	hwloc_obj_t other = NULL;

	while ((other = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, other)))
		if (hwloc_bitmap_isincluded(other->cpuset, node->cpuset) &&
		    !hwloc_bitmap_isequal(other->cpuset, node->cpuset))
			hwloc_bitmap_andnot(set, set, other->cpuset);
}

/* True if an earlier spot has these PUs: memory of several kinds may lie beside the same ones. */
static bool is_taken(const struct plan *plan, hwloc_obj_t object)
{
	for (unsigned int i = 0; i < plan->count; i++)
		if (hwloc_bitmap_isequal(object->cpuset, plan->spots[i].object->cpuset))
			return true;
	return false;
}

static int add_spot(struct plan *plan, hwloc_obj_t object)
{
	hwloc_bitmap_t set = hwloc_bitmap_dup(object->cpuset);
	struct spot *spot = &plan->spots[plan->count];
	bool numa = object->type == HWLOC_OBJ_NUMANODE;

	if (!set)
		return -ENOMEM;
	hwloc_bitmap_and(set, set, plan->placement->allowed);
	if (numa)
		leave_to_nearer(plan->placement->topology, object, set);
	if (hwloc_bitmap_iszero(set) || (numa && is_taken(plan, object))) {
		hwloc_bitmap_free(set);
		return 0;
	}
	*spot = (struct spot){ .set = set, .object = object };
	spot->pus = (unsigned int)hwloc_bitmap_weight(set);
	spot->kind = kind_of(plan->placement, set);
	plan->count++;
	return 0;
}

/* True if the PUs of a place are given to its workers one by one; otherwise they share it whole. */
static bool divides(const struct placement *placement)
{
	return placement->type == HWLOC_OBJ_CORE || placement->type == HWLOC_OBJ_PU;
}

static int by_topology(const void *a, const void *b)
{
	const struct spot *one = a, *other = b;

	/* hwloc keeps siblings in the order of their first PU. */
	return hwloc_bitmap_compare_first(one->object->cpuset, other->object->cpuset);
}

/* Small cores of some machines are under no L3: their L2 is their last level. */
static int add_outside(struct plan *plan)
{
	hwloc_topology_t topology = plan->placement->topology;
	unsigned int inside = plan->count;
	hwloc_obj_t object = NULL;
	int ret = 0;

	while (!ret && (object = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_L2CACHE, object)))
		if (!hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_L3CACHE, object))
			ret = add_spot(plan, object);
	if (plan->count > inside)
		qsort(plan->spots, plan->count, sizeof(*plan->spots), by_topology);
	return ret;
}

static int find_spots(struct plan *plan)
{
	hwloc_topology_t topology = plan->placement->topology;
	hwloc_obj_type_t type = plan->placement->type;
	int total = hwloc_get_nbobjs_by_type(topology, type);
	hwloc_obj_t object = NULL;
	int ret = 0;

	total += type == HWLOC_OBJ_L3CACHE ? hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_L2CACHE)
					   : 0;
	plan->spots = calloc(total > 0 ? (size_t)total : 1, sizeof(*plan->spots));
	if (!plan->spots)
		return -ENOMEM;
	while ((object = hwloc_get_next_obj_by_type(topology, type, object)))
		if (add_spot(plan, object))
			return -ENOMEM;
	if (type == HWLOC_OBJ_L3CACHE)
		ret = add_outside(plan);
	plan->widest = 1;
	for (unsigned int i = 0; divides(plan->placement) && i < plan->count; i++)
		plan->widest =
			plan->spots[i].pus > plan->widest ? plan->spots[i].pus : plan->widest;
	for (unsigned int i = 0; !divides(plan->placement) && i < plan->count; i++)
		plan->spots[i].kind = 0;
	if (ret)
		return ret;
	return plan->count ? 0 : say_fail(EINVAL, "no place of that kind has a PU that is allowed");
}

/* What using one more object of a level costs: the outer the level, the more. The root is used
 * anyhow. */
static cost_t level_price(hwloc_obj_t object)
{
	return object->depth > 0 && object->depth <= LEVELS
		       ? (cost_t)1 << (LEVEL_BITS * (LEVELS - object->depth))
		       : 0;
}

/* The child that a spot lies in, NULL if it lies in none of them. */
static hwloc_obj_t child_around(hwloc_obj_t object, const struct spot *spot)
{
	hwloc_obj_t child = object->first_child;

	while (child && !hwloc_bitmap_isincluded(spot->object->cpuset, child->cpuset))
		child = child->next_sibling;
	return child;
}

/* The first of the spots from first + 1 to end that does not lie in an object, or end. */
static unsigned int end_inside(const struct plan *plan, hwloc_obj_t object, unsigned int first,
			       unsigned int end)
{
	unsigned int last = first + 1;

	while (object && last < end &&
	       hwloc_bitmap_isincluded(plan->spots[last].object->cpuset, object->cpuset))
		last++;
	return last;
}

/* Builds the tree below an object, of the spots first ... end - 1, which lie in it. */
static int grow(struct plan *plan, struct domain *domain, hwloc_obj_t object, unsigned int first,
		unsigned int end)
{
	hwloc_obj_t child = NULL;
	int ret = 0;

	/* Down to where it branches, or to the spot itself. */
	while (object != plan->spots[first].object) {
		domain->price += level_price(object);
		child = child_around(object, &plan->spots[first]);
		if (!child || end_inside(plan, child, first, end) < end)
			break;
		object = child;
	}
	if (end - first == 1) {
		domain->spot = &plan->spots[first];
		return 0;
	}
	domain->children = calloc(end - first, sizeof(*domain->children));
	if (!domain->children)
		return -ENOMEM;
	while (!ret && first < end) {
		unsigned int last;

		child = child_around(object, &plan->spots[first]);
		last = end_inside(plan, child, first, end);
		ret = grow(plan, &domain->children[domain->count++],
			   child ? child : plan->spots[first].object, first, last);
		first = last;
	}
	return ret;
}

static void fell(struct domain *domain)
{
	for (unsigned int i = 0; i < domain->count; i++)
		fell(&domain->children[i]);
	free(domain->children);
	free(domain->costs);
	free(domain->picks);
}

/* Counts the open spots of each domain. */
static unsigned int count_room(struct domain *domain)
{
	domain->room = domain->spot ? domain->spot->open : 0;
	domain->used = domain->spot ? domain->spot->workers : 0;
	for (unsigned int i = 0; i < domain->count; i++) {
		domain->room += count_room(&domain->children[i]);
		domain->used += domain->children[i].used;
	}
	return domain->room;
}

static unsigned int round_up(unsigned int amount, unsigned int parts)
{
	return amount / parts + (amount % parts != 0);
}

/* Gives `amount` workers to open spots of the domain, its children alike: they differ by one, or
 * are full. */
static int deal_spread(struct domain *domain, unsigned int amount)
{
	unsigned int *shares, open = 0, turn = 0;
	int ret = 0;

	if (domain->spot)
		domain->spot->workers += amount;
	if (domain->spot || !amount)
		return 0;
	shares = calloc(domain->count, sizeof(*shares));
	if (!shares)
		return -ENOMEM;
	/* Whole rounds, as long as there is one for every child that has room. */
	for (;;) {
		open = 0;
		for (unsigned int i = 0; i < domain->count; i++)
			open += shares[i] < domain->children[i].room;
		if (!open || amount < open)
			break;
		for (unsigned int i = 0; i < domain->count; i++) {
			unsigned int more = shares[i] < domain->children[i].room;

			shares[i] += more;
			amount -= more;
		}
	}
	/* The rest at equal distances. */
	for (unsigned int i = 0; open && i < domain->count; i++) {
		if (shares[i] >= domain->children[i].room)
			continue;
		shares[i] += round_up((turn + 1) * amount, open) > round_up(turn * amount, open);
		turn++;
	}
	for (unsigned int i = 0; !ret && i < domain->count; i++)
		ret = deal_spread(&domain->children[i], shares[i]);
	free(shares);
	return ret;
}

/*
 * The least cost of every number of spots in a domain: child after child, the best share for each.
 * On equal cost the earlier child has more.
 */
static int price_close(struct domain *domain)
{
	unsigned int room = domain->room, sofar = 0;
	cost_t *costs = calloc(room + 1, sizeof(*costs)), *next = calloc(room + 1, sizeof(*next));
	int ret = costs && next ? 0 : -ENOMEM;

	domain->picks = calloc((size_t)(domain->count ? domain->count : 1) * (room + 1),
			       sizeof(*domain->picks));
	if (!domain->picks)
		ret = -ENOMEM;
	for (unsigned int c = 0; !ret && c < domain->count; c++) {
		struct domain *child = &domain->children[c];

		ret = price_close(child);
		for (unsigned int n = 0; !ret && n <= sofar + child->room; n++) {
			unsigned int least = n > sofar ? n - sofar : 0,
				     most = n < child->room ? n : child->room;

			next[n] = ~(cost_t)0;
			for (unsigned int pick = least; pick <= most; pick++) {
				cost_t cost = costs[n - pick] + child->costs[pick];

				if (cost >= next[n])
					continue;
				next[n] = cost;
				domain->picks[c * (room + 1) + n] = pick;
			}
		}
		sofar += child->room;
		for (unsigned int n = 0; !ret && n <= sofar; n++)
			costs[n] = next[n];
	}
	/* What earlier passes use costs nothing more. */
	for (unsigned int n = 1; !ret && !domain->used && n <= room; n++)
		costs[n] += domain->price;
	free(next);
	domain->costs = costs;
	return ret;
}

static void deal_close(struct domain *domain, unsigned int amount)
{
	if (domain->spot)
		domain->spot->workers += amount;
	for (unsigned int c = domain->count; c-- > 0;) {
		unsigned int pick = domain->picks[c * (domain->room + 1) + amount];

		deal_close(&domain->children[c], pick);
		amount -= pick;
	}
}

static void forget_prices(struct domain *domain)
{
	for (unsigned int i = 0; i < domain->count; i++)
		forget_prices(&domain->children[i]);
	free(domain->costs);
	free(domain->picks);
	domain->costs = NULL;
	domain->picks = NULL;
}

/* Deals `amount` workers to the open spots, at most one each. */
static int deal(struct plan *plan, unsigned int amount)
{
	int ret = 0;

	if (count_room(&plan->root) == amount) {
		for (unsigned int i = 0; i < plan->count; i++)
			plan->spots[i].workers += plan->spots[i].open;
	} else if (!strcmp(plan->placement->request.bind, "spread")) {
		ret = deal_spread(&plan->root, amount);
	} else {
		ret = price_close(&plan->root);
		if (!ret)
			deal_close(&plan->root, amount);
		forget_prices(&plan->root);
	}
	return ret;
}

/* Whom a worker's number stands for: the turn-th worker of a spot. */
struct seat {
	const struct spot *spot;
	unsigned int turn;
};

/* Numbers the workers that the spots have more than seats, in the order of the topology. */
static unsigned int number(struct plan *plan, struct seat *seats, unsigned int next)
{
	for (unsigned int i = 0; i < plan->count; i++)
		for (; plan->spots[i].numbered < plan->spots[i].workers; plan->spots[i].numbered++)
			seats[next++] = (struct seat){ &plan->spots[i], plan->spots[i].numbered };
	return next;
}

/* Opens the spots of a kind that have a PU for one more. Returns how many they are. */
static unsigned int open_spots(struct plan *plan, int kind, unsigned int round)
{
	unsigned int open = 0;

	for (unsigned int i = 0; i < plan->count; i++) {
		struct spot *spot = &plan->spots[i];

		spot->open =
			spot->kind == kind && round < (divides(plan->placement) ? spot->pus : 1);
		open += spot->open;
	}
	return open;
}

/* All workers, pass by pass. */
static int deal_all(struct plan *plan, struct seat *seats, unsigned int workers)
{
	int kinds = hwloc_cpukinds_get_nr(plan->placement->topology, 0);
	unsigned int dealt = 0, numbered = 0;
	int ret = 0;

	while (!ret && dealt < workers) {
		for (unsigned int round = 0; round < plan->widest; round++) {
			/* Kinds that hwloc cannot rank are all of rank -1. */
			for (int kind = -1; !ret && kind < (kinds > 0 ? kinds : 1); kind++) {
				unsigned int open = open_spots(plan, kind, round),
					     left = workers - dealt;

				if (!open || !left)
					continue;
				open = open < left ? open : left;
				ret = deal(plan, open);
				dealt += open;
				/* Workers of one large place bear consecutive numbers. */
				if (divides(plan->placement))
					numbered = number(plan, seats, numbered);
			}
		}
	}
	number(plan, seats, numbered);
	return ret;
}

/* The mask of a worker: its place, or a PU of it where several have one core. */
static hwloc_bitmap_t seat_mask(const struct seat *seat, bool divided)
{
	const struct spot *spot = seat->spot;
	unsigned int turn = seat->turn % spot->pus;
	hwloc_obj_t pu = spot->object->first_child;

	if (!divided || spot->workers == 1 || !pu)
		return hwloc_bitmap_dup(spot->set);
	while (!hwloc_bitmap_isincluded(pu->cpuset, spot->set) || turn--)
		pu = pu->next_sibling;
	return hwloc_bitmap_dup(pu->cpuset);
}

/* PUs of a spot that are in use. More workers than PUs make none of them slower than the others. */
static unsigned int used_pus(const struct spot *spot)
{
	return spot->workers < spot->pus ? spot->workers : spot->pus;
}

static bool find_unequal(const struct plan *plan)
{
	const struct spot *first = NULL;

	for (unsigned int i = 0; divides(plan->placement) && i < plan->count; i++) {
		const struct spot *spot = &plan->spots[i];

		if (!spot->workers)
			continue;
		first = first ? first : spot;
		if (spot->kind != first->kind ||
		    used_pus(spot) * first->pus != used_pus(first) * spot->pus)
			return true;
	}
	return false;
}

static void keep_plan(struct placement *placement, hwloc_bitmap_t *planned, unsigned int count)
{
	for (unsigned int i = 0; i < placement->count; i++)
		hwloc_bitmap_free(placement->planned[i]);
	free(placement->planned);
	placement->planned = planned;
	placement->count = count;
}

static int make_plan(struct plan *plan, struct seat *seats, unsigned int workers)
{
	int ret = find_spots(plan);

	if (!ret)
		ret = grow(plan, &plan->root, hwloc_get_root_obj(plan->placement->topology), 0,
			   plan->count);
	if (!ret)
		ret = deal_all(plan, seats, workers);
	return ret;
}

int placement_plan(struct placement *placement, unsigned int workers, unsigned int first,
		   unsigned int count)
{
	struct plan plan = { .placement = placement };
	struct seat *seats = calloc(workers ? workers : 1, sizeof(*seats));
	hwloc_bitmap_t *planned = calloc(count ? count : 1, sizeof(*planned));
	int ret = seats && planned ? 0 : -ENOMEM;

	if (!ret && strcmp(placement->request.bind, "none")) {
		ret = make_plan(&plan, seats, workers);
		for (unsigned int i = 0; !ret && i < count; i++) {
			planned[i] = seat_mask(&seats[first + i], divides(placement));
			ret = planned[i] ? 0 : -ENOMEM;
		}
		placement->unequal = !ret && find_unequal(&plan);
		placement->places = plan.count;
	}
	if (planned)
		keep_plan(placement, planned, count);
	fell(&plan.root);
	for (unsigned int i = 0; i < plan.count; i++)
		hwloc_bitmap_free(plan.spots[i].set);
	free(plan.spots);
	free(seats);
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

/* Of the masks that are not planned yet, the narrowest. Returns the first rank that has it, or
 * count. */
static unsigned int narrowest(const struct rank_mask *ranks, const bool *planned,
			      unsigned int count)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	unsigned int found = count;
	int least = 0;

	for (unsigned int i = 0; i < count; i++) {
		if (planned[i] || hwloc_bitmap_taskset_sscanf(set, ranks[i].allowed) < 0)
			continue;
		if (found == count || hwloc_bitmap_weight(set) < least) {
			found = i;
			least = hwloc_bitmap_weight(set);
		}
	}
	hwloc_bitmap_free(set);
	return found;
}

/*
 * Plans all ranks that have the mask of ranks[group], outside of what is taken if there is room;
 * `me` may be one of them. What they take is added to taken.
 */
static int plan_group(struct placement *placement, const struct rank_mask *ranks,
		      unsigned int count, unsigned int group, unsigned int me, bool *planned,
		      hwloc_bitmap_t taken)
{
	unsigned int workers = 0, first = 0;
	bool mine = !strcmp(ranks[group].allowed, ranks[me].allowed);
	hwloc_bitmap_t own = hwloc_bitmap_alloc();
	int ret;

	for (unsigned int i = 0; i < count; i++) {
		if (strcmp(ranks[i].allowed, ranks[group].allowed))
			continue;
		planned[i] = true;
		first += i < me ? ranks[i].workers : 0;
		workers += ranks[i].workers;
	}
	hwloc_bitmap_taskset_sscanf(placement->allowed, ranks[group].allowed);
	hwloc_bitmap_andnot(own, placement->allowed, taken);
	if (hwloc_bitmap_weight(own) >= (int)workers)
		hwloc_bitmap_copy(placement->allowed, own);
	hwloc_bitmap_free(own);
	ret = placement_plan(placement, workers, mine ? first : 0,
			     mine ? ranks[me].workers : workers);
	for (unsigned int i = 0; !ret && i < placement->count && placement->planned[i]; i++)
		hwloc_bitmap_or(taken, taken, placement->planned[i]);
	return ret;
}

int placement_plan_ranks(struct placement *placement, const struct rank_mask *ranks,
			 unsigned int count, unsigned int me)
{
	bool *planned = calloc(count, sizeof(*planned));
	hwloc_bitmap_t taken = hwloc_bitmap_alloc(), allowed = hwloc_bitmap_dup(placement->allowed);
	int ret = planned && taken && allowed ? 0 : -ENOMEM;

	while (!ret && !planned[me]) {
		unsigned int group = narrowest(ranks, planned, count);

		ret = group < count ? plan_group(placement, ranks, count, group, me, planned, taken)
				    : -EINVAL;
	}
	if (allowed)
		hwloc_bitmap_copy(placement->allowed, allowed);
	hwloc_bitmap_free(allowed);
	hwloc_bitmap_free(taken);
	free(planned);
	return ret;
}
