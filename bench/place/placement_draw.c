/* A picture of the machine: packages, NUMA nodes and caches as lines, cores as cells with the
 * workers in them. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "topology.h"

enum { PAGE = 80, INDENT = 2 };

struct picture {
	const struct placement *placement;
	FILE *file;
	unsigned int *first; /* by PU: 1 + the first worker there, 0 for none */
	unsigned int *more;  /* by PU: how many there are beside it */
	int pus;             /* numbers of PUs: 0 ... pus - 1 */
	int width;           /* of what a PU shows */
	int smt;             /* PUs of the widest core */
	int column;          /* written so far of this line */
};

/* Domains that get a line of their own: those that tell the reader something. */
static bool draw_is_line(hwloc_obj_t object)
{
	return object->type == HWLOC_OBJ_PACKAGE || object->type == HWLOC_OBJ_L3CACHE ||
	       object->type == HWLOC_OBJ_DIE || object->memory_arity;
}

static bool draw_is_cell(hwloc_obj_t object)
{
	return object->type == HWLOC_OBJ_CORE || object->type == HWLOC_OBJ_PU;
}

static void draw_note_worker(struct picture *picture, unsigned int worker, const char *mask)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int pu;

	hwloc_bitmap_taskset_sscanf(set, mask);
	hwloc_bitmap_foreach_begin(pu, set)
	{
		if (pu >= picture->pus)
			continue;
		if (picture->first[pu])
			picture->more[pu]++;
		else
			picture->first[pu] = worker + 1;
	}
	hwloc_bitmap_foreach_end();
	hwloc_bitmap_free(set);
}

/* What stands for one PU: a worker's number, "3+" if others share it, "." free, "x" not allowed. */
static int draw_pu(const struct picture *picture, int pu, char text[16])
{
	if (!picture->first[pu])
		return snprintf(text, 16,
				hwloc_bitmap_isset(picture->placement->allowed, (unsigned int)pu)
					? "."
					: "x");
	return snprintf(text, 16, "%u%s", picture->first[pu] - 1, picture->more[pu] ? "+" : "");
}

static void draw_cell(struct picture *picture, hwloc_obj_t object, int indent)
{
	int width = 2 + picture->smt * (picture->width + 1) - 1, shown = 0, pu;
	char text[16];

	if (picture->column + 1 + width > PAGE) {
		fputc('\n', picture->file);
		picture->column = 0;
	}
	if (!picture->column)
		picture->column = fprintf(picture->file, "%*s", indent, "");
	fputs(" [", picture->file);
	hwloc_bitmap_foreach_begin(pu, object->cpuset)
	{
		draw_pu(picture, pu, text);
		fprintf(picture->file, "%s%*s", shown++ ? " " : "", picture->width, text);
	}
	hwloc_bitmap_foreach_end();
	/* A core of fewer PUs than others keeps the columns. */
	fprintf(picture->file, "%*s]", (picture->smt - shown) * (picture->width + 1), "");
	picture->column += 1 + width;
}

static void draw_end_line(struct picture *picture)
{
	if (picture->column)
		fputc('\n', picture->file);
	picture->column = 0;
}

static void draw_name(struct picture *picture, hwloc_obj_t object, int indent)
{
	const char *name = object->type == HWLOC_OBJ_PACKAGE   ? "package"
			   : object->type == HWLOC_OBJ_L3CACHE ? "L3"
			   : object->type == HWLOC_OBJ_DIE     ? "die"
							       : NULL;
	const char *gap = "";

	draw_end_line(picture);
	fprintf(picture->file, "%*s", indent, "");
	if (name) {
		fprintf(picture->file, "%s %u", name, object->logical_index);
		gap = ", ";
	}
	for (hwloc_obj_t memory = object->memory_first_child; memory;
	     memory = memory->next_sibling) {
		if (memory->type != HWLOC_OBJ_NUMANODE)
			continue;
		fprintf(picture->file, "%sNUMA %u", gap, memory->logical_index);
		gap = ", ";
	}
	fputc('\n', picture->file);
}

static void draw_line(struct picture *picture, hwloc_obj_t object, int indent)
{
	if (hwloc_bitmap_iszero(object->cpuset))
		return;
	if (draw_is_cell(object)) {
		draw_cell(picture, object, indent);
		return;
	}
	if (draw_is_line(object)) {
		draw_name(picture, object, indent);
		indent += INDENT;
	}
	for (hwloc_obj_t child = object->first_child; child; child = child->next_sibling)
		draw_line(picture, child, indent);
	if (draw_is_line(object))
		draw_end_line(picture);
}

static void draw_measure(struct picture *picture)
{
	hwloc_obj_t core = NULL;
	char text[16];

	picture->width = picture->smt = 1;
	for (int pu = 0; pu < picture->pus; pu++) {
		int width = draw_pu(picture, pu, text);

		picture->width = width > picture->width ? width : picture->width;
	}
	while ((core = hwloc_get_next_obj_by_type(picture->placement->topology, HWLOC_OBJ_CORE,
						  core))) {
		int pus = hwloc_bitmap_weight(core->cpuset);

		picture->smt = pus > picture->smt ? pus : picture->smt;
	}
}

int placement_draw(const struct placement *placement, FILE *file, const char *const *masks,
		   unsigned int count)
{
	hwloc_obj_t root = hwloc_get_root_obj(placement->topology);
	struct picture picture = { .placement = placement, .file = file };
	int ret = -ENOMEM;

	picture.pus = hwloc_bitmap_last(root->cpuset) + 1;
	picture.first = calloc((size_t)picture.pus, sizeof(*picture.first));
	picture.more = calloc((size_t)picture.pus, sizeof(*picture.more));
	if (picture.first && picture.more) {
		for (unsigned int i = 0; i < count; i++)
			if (masks[i][0])
				draw_note_worker(&picture, i, masks[i]);
		draw_measure(&picture);
		draw_line(&picture, root, 0);
		draw_end_line(&picture);
		fprintf(file,
			"each [ ] is a core: the worker on each of its PUs, + several, . free%s\n",
			hwloc_bitmap_isequal(placement->allowed, root->cpuset) ? ""
									       : ", x not allowed");
		ret = 0;
	}
	free(picture.first);
	free(picture.more);
	return ret;
}
