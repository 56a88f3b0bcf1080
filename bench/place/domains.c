/* Domains are hwloc's objects around places, less those that hold one domain only. */
#include <errno.h>
#include <stdlib.h>

#include "domains.h"

/* Bits of a level's count. A level that counts more only loses its rank among the others. */
enum { LEVEL_BITS = 12, LEVELS = 10 };

/* Some of the places, which lie in one object. */
struct stretch {
	const struct places *places;
	unsigned int first, end;
};

/* What using one more object of a level costs: the outer the level, the more. The root is used
 * anyhow. */
static domain_cost domain_price(hwloc_obj_t object)
{
	return object->depth > 0 && object->depth <= LEVELS
		       ? (domain_cost)1 << (LEVEL_BITS * (LEVELS - object->depth))
		       : 0;
}

/* The domain below an object that the first place lies in, NULL if it lies in none of them. */
static hwloc_obj_t domain_around_first(const struct stretch *stretch, hwloc_obj_t object)
{
	hwloc_const_bitmap_t place = stretch->places->rows[stretch->first].whole;

	object = object->first_child;
	while (object && !hwloc_bitmap_isincluded(place, object->cpuset))
		object = object->next_sibling;
	return object;
}

/* Those of a stretch, from the first on, that lie in an object; the first alone without one. */
static struct stretch stretch_inside(const struct stretch *stretch, hwloc_obj_t object)
{
	struct stretch inside = *stretch;

	inside.end = inside.first + 1;
	while (object && inside.end < stretch->end &&
	       hwloc_bitmap_isincluded(stretch->places->rows[inside.end].whole, object->cpuset))
		inside.end++;
	return inside;
}

/* True if all that is left is one place, and the object is that. What is inside is no domain. */
static bool domain_is_place(const struct stretch *stretch, hwloc_obj_t object)
{
	return stretch->end - stretch->first == 1 &&
	       object == stretch->places->rows[stretch->first].object;
}

/* Builds the tree below an object, which may be NULL for a single place in no object. */
static int domain_grow(struct domain *domain, hwloc_obj_t object, struct stretch stretch)
{
	hwloc_obj_t child;
	int ret = 0;

	/* Down to where it branches. */
	while (object && !domain_is_place(&stretch, object)) {
		domain->price += domain_price(object);
		child = domain_around_first(&stretch, object);
		if (!child || stretch_inside(&stretch, child).end < stretch.end)
			break;
		object = child;
	}
	if (stretch.end - stretch.first == 1) {
		domain->place = &stretch.places->rows[stretch.first];
		return 0;
	}
	domain->children = calloc(stretch.end - stretch.first, sizeof(*domain->children));
	if (!domain->children)
		return -ENOMEM;
	while (!ret && stretch.first < stretch.end) {
		struct stretch inside;

		child = domain_around_first(&stretch, object);
		inside = stretch_inside(&stretch, child);
		ret = domain_grow(&domain->children[domain->count++], child, inside);
		stretch.first = inside.end;
	}
	return ret;
}

int domains_build(struct domain *root, const struct placement *placement,
		  const struct places *places)
{
	struct stretch all = { .places = places, .end = places->count };

	*root = (struct domain){ 0 };
	return domain_grow(root, hwloc_get_root_obj(placement->topology), all);
}

void domains_free(struct domain *root)
{
	for (unsigned int i = 0; i < root->count; i++)
		domains_free(&root->children[i]);
	free(root->children);
	free(root->costs);
	free(root->picks);
}

unsigned int domains_count(struct domain *root)
{
	root->room = root->place ? root->place->open : 0;
	root->used = root->place ? root->place->workers : 0;
	for (unsigned int i = 0; i < root->count; i++) {
		root->room += domains_count(&root->children[i]);
		root->used += root->children[i].used;
	}
	return root->room;
}
