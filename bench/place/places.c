/*
 * Places are found from their PUs: each PU has at most one object of the type around it, and the
 * PUs of one object are a place. No place is lost where a machine is irregular, and none overlaps.
 */
#include <errno.h>
#include <stdlib.h>

#include "places.h"

/* True if a PU is local to one of the NUMA nodes that are attached to an object. */
static bool places_has_node(hwloc_obj_t object, unsigned int pu)
{
	hwloc_obj_t memory = object->memory_first_child;

	for (; memory; memory = memory->next_sibling) {
		/* A node may lie behind a cache of its memory. */
		if (memory->type == HWLOC_OBJ_NUMANODE ? hwloc_bitmap_isset(memory->cpuset, pu)
						       : places_has_node(memory, pu))
			return true;
	}
	return false;
}

/* L1 caches are no places: where nothing more is known, a machine is not said to be that small. */
static bool places_is_cache(hwloc_obj_t object)
{
	return hwloc_obj_type_is_dcache(object->type) && object->attr->cache.depth >= 2;
}

/* The object of a type that a PU is in, NULL if there is none. */
static hwloc_obj_t places_owner(hwloc_obj_type_t type, hwloc_obj_t pu)
{
	hwloc_obj_t owner = NULL;

	for (hwloc_obj_t object = pu; object; object = object->parent) {
		if (type == HWLOC_OBJ_L3CACHE)
			owner = places_is_cache(object) ? object : owner;
		else if (type == HWLOC_OBJ_NUMANODE ? places_has_node(object, pu->os_index)
						    : object->type == type)
			return object;
	}
	return owner;
}

/* The largest object around a PU that has no PU of an owner; for cores, the PU. */
static hwloc_obj_t places_outermost(hwloc_obj_type_t type, hwloc_obj_t pu,
				    hwloc_const_bitmap_t owned)
{
	hwloc_obj_t object = pu;

	while (type != HWLOC_OBJ_CORE && object->parent &&
	       !hwloc_bitmap_intersects(object->parent->cpuset, owned))
		object = object->parent;
	return object;
}

/* The place of an object, a new one if it has none. NULL without memory. */
static struct place *places_of(struct places *places, hwloc_obj_t object)
{
	struct place *place;

	/* Mostly it is that of the PU before. */
	for (unsigned int i = places->count; i-- > 0;)
		if (places->rows[i].object == object)
			return &places->rows[i];
	place = &places->rows[places->count++];
	place->object = object;
	place->whole = hwloc_bitmap_alloc();
	place->allowed = hwloc_bitmap_alloc();
	return place->whole && place->allowed ? place : NULL;
}

static int places_collect(struct places *places, const struct placement *placement,
			  hwloc_obj_type_t type)
{
	hwloc_bitmap_t owned = hwloc_bitmap_alloc();
	int ret = owned ? 0 : -ENOMEM;
	hwloc_obj_t pu = NULL;

	while (!ret && (pu = hwloc_get_next_obj_by_type(placement->topology, HWLOC_OBJ_PU, pu)))
		if (places_owner(type, pu))
			hwloc_bitmap_set(owned, pu->os_index);
	while (!ret && (pu = hwloc_get_next_obj_by_type(placement->topology, HWLOC_OBJ_PU, pu))) {
		hwloc_obj_t object = hwloc_bitmap_isset(owned, pu->os_index)
					     ? places_owner(type, pu)
					     : places_outermost(type, pu, owned);
		struct place *place = places_of(places, object);

		if (!place) {
			ret = -ENOMEM;
			break;
		}
		hwloc_bitmap_set(place->whole, pu->os_index);
		if (hwloc_bitmap_isset(placement->allowed, pu->os_index))
			hwloc_bitmap_set(place->allowed, pu->os_index);
	}
	hwloc_bitmap_free(owned);
	return ret;
}

static void place_free(struct place *place)
{
	hwloc_bitmap_free(place->whole);
	hwloc_bitmap_free(place->allowed);
}

/* Drops the places without an allowed PU, and describes the others. */
static void places_keep_allowed(struct places *places, const struct placement *placement)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < places->count; i++) {
		struct place *place = &places->rows[i];

		if (hwloc_bitmap_iszero(place->allowed)) {
			place_free(place);
			continue;
		}
		place->pus = (unsigned int)hwloc_bitmap_weight(place->allowed);
		if (places->divided)
			place->kind = topology_kind(placement, place->allowed);
		places->rows[kept++] = *place;
	}
	places->count = kept;
}

int places_find(struct places *places, const struct placement *placement, hwloc_obj_type_t type)
{
	int pus = hwloc_get_nbobjs_by_type(placement->topology, HWLOC_OBJ_PU), ret;
	size_t room = pus > 0 ? (size_t)pus : 1;

	*places = (struct places){ .rows = calloc(room, sizeof(*places->rows)),
				   .divided = type == HWLOC_OBJ_CORE || type == HWLOC_OBJ_PU };
	ret = places->rows ? places_collect(places, placement, type) : -ENOMEM;
	if (!ret)
		places_keep_allowed(places, placement);
	return ret;
}

void places_free(struct places *places)
{
	for (unsigned int i = 0; i < places->count; i++)
		place_free(&places->rows[i]);
	free(places->rows);
	*places = (struct places){ 0 };
}

/* Allowed PUs in an object. */
static unsigned int place_count(hwloc_obj_t object, hwloc_const_bitmap_t allowed)
{
	unsigned int count = 0;
	int pu;

	hwloc_bitmap_foreach_begin(pu, object->cpuset) count +=
		(unsigned int)hwloc_bitmap_isset(allowed, (unsigned int)pu);
	hwloc_bitmap_foreach_end();
	return count;
}

/*
 * The child with the turn-th PU of an object; the turn in it replaces the turn. Apart, the children
 * take turns, until they have no more PUs.
 */
static hwloc_obj_t place_child(hwloc_obj_t object, hwloc_const_bitmap_t allowed, unsigned int *turn,
			       bool apart)
{
	hwloc_obj_t child;

	for (unsigned int round = 0;; round++) {
		for (child = object->first_child; child; child = child->next_sibling) {
			unsigned int pus = place_count(child, allowed);
			unsigned int taken = apart ? pus > round : pus;

			if (*turn < taken) {
				*turn = apart ? round : *turn;
				return child;
			}
			*turn -= taken;
		}
	}
}

hwloc_bitmap_t places_pu(const struct placement *placement, const struct place *place,
			 unsigned int turn, bool apart)
{
	hwloc_obj_t object = hwloc_get_obj_covering_cpuset(placement->topology, place->allowed);

	turn %= place->pus;
	while (object->type != HWLOC_OBJ_PU)
		object = place_child(object, place->allowed, &turn, apart);
	return hwloc_bitmap_dup(object->cpuset);
}
