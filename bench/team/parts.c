/* Sorted ranges with their contributions. */
#include "parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/array.h"

void parts_open(struct parts *parts, const struct work *work)
{
	*parts = (struct parts){ .work = work };
}

void parts_close(struct parts *parts)
{
	free(parts->list.bytes);
	free(parts->fresh.bytes);
	*parts = (struct parts){ 0 };
}

/* Bytes of a part, so that the next one is aligned. */
static size_t parts_size(const struct parts *parts)
{
	return (sizeof(struct finished_part) + parts->work->type->slot_size + 15) / 16 * 16;
}

const struct finished_part *parts_at(const struct parts *parts, const struct parts_list *list,
				     size_t i)
{
	return (const struct finished_part *)(list->bytes + i * parts_size(parts));
}

static int parts_make_room(const struct parts *parts, struct parts_list *list, size_t count)
{
	char *grown = array_grow(list->bytes, &list->room, count, parts_size(parts));

	if (!grown)
		return -ENOMEM;
	list->bytes = grown;
	return 0;
}

int parts_add(struct parts *parts, struct work_range range, const void *slot)
{
	const struct work *work = parts->work;
	struct finished_part *part;

	if (range.begin >= range.end || range.end > work->items ||
	    range.end > work->type->part_end(work, range.begin))
		return -EINVAL;
	if (parts_make_room(parts, &parts->fresh, parts->fresh.count + 1))
		return -ENOMEM;
	part = (struct finished_part *)parts_at(parts, &parts->fresh, parts->fresh.count++);
	part->range = range;
	memcpy(part->slot, slot, work->type->slot_size);
	return 0;
}

static int parts_compare(const void *a, const void *b)
{
	const struct work_range *one = a, *other = b;

	return (one->begin > other->begin) - (one->begin < other->begin);
}

/* Joins sorted neighbours of one result. Returns 0, or -EEXIST if two overlap. */
static int parts_join(const struct parts *parts, struct parts_list *list)
{
	const struct work *work = parts->work;
	size_t last = 0;

	for (size_t i = 1; i < list->count; i++) {
		struct finished_part *before = (struct finished_part *)parts_at(parts, list, last);
		const struct finished_part *part = parts_at(parts, list, i);

		if (part->range.begin < before->range.end)
			return -EEXIST;
		if (part->range.begin == before->range.end &&
		    part->range.begin < work->type->part_end(work, before->range.begin)) {
			work->type->add(before->slot, part->slot);
			before->range.end = part->range.end;
		} else if (++last != i) {
			memcpy((void *)parts_at(parts, list, last), part, parts_size(parts));
		}
	}
	list->count = list->count ? last + 1 : 0;
	return 0;
}

int parts_sort(struct parts *parts)
{
	struct parts_list *fresh = &parts->fresh;

	/* All NULL where there is none. */
	if (fresh->count > 1)
		qsort(fresh->bytes, fresh->count, parts_size(parts), parts_compare);
	return parts_join(parts, fresh);
}

int parts_settle(struct parts *parts)
{
	struct parts_list *list = &parts->list, *fresh = &parts->fresh;
	size_t size = parts_size(parts), from, with, to;
	int ret = parts_sort(parts);

	if (ret || !fresh->count)
		return ret;
	if (parts_make_room(parts, list, list->count + fresh->count))
		return -ENOMEM;
	/* From the end, in place. */
	from = list->count;
	with = fresh->count;
	for (to = from + with; with; to--) {
		const struct finished_part *new = parts_at(parts, fresh, with - 1);
		bool old = from && parts_at(parts, list, from - 1)->range.begin > new->range.begin;

		memmove((void *)parts_at(parts, list, to - 1),
			old ? parts_at(parts, list, --from) : parts_at(parts, fresh, --with), size);
	}
	list->count += fresh->count;
	fresh->count = 0;
	return parts_join(parts, list);
}

uint64_t parts_items(const struct parts *parts)
{
	uint64_t items = 0;

	for (size_t i = 0; i < parts->list.count; i++) {
		const struct finished_part *part = parts_at(parts, &parts->list, i);

		items += part->range.end - part->range.begin;
	}
	return items;
}

/* Adds what is missing between two items, cut where results end. */
static int parts_add_missing(const struct parts *parts, uint64_t begin, uint64_t end,
			     struct work_range **ranges, size_t *count, size_t *room)
{
	while (begin < end) {
		uint64_t stop = parts->work->type->part_end(parts->work, begin);

		if (array_reserve(ranges, room, *count + 1))
			return -ENOMEM;
		stop = stop < end ? stop : end;
		(*ranges)[(*count)++] = (struct work_range){ begin, stop };
		begin = stop;
	}
	return 0;
}

int parts_missing(const struct parts *parts, struct work_range **ranges, size_t *count)
{
	uint64_t begin = 0;
	size_t room = 0;
	int ret = 0;

	*ranges = NULL;
	*count = 0;
	for (size_t i = 0; !ret && i < parts->list.count; i++) {
		const struct finished_part *part = parts_at(parts, &parts->list, i);

		ret = parts_add_missing(parts, begin, part->range.begin, ranges, count, &room);
		begin = part->range.end;
	}
	if (!ret)
		ret = parts_add_missing(parts, begin, parts->work->items, ranges, count, &room);
	if (!ret)
		return 0;
	free(*ranges);
	*ranges = NULL;
	return ret;
}
