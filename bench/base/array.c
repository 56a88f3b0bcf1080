/* One growing array. */
#include "array.h"

#include <stdint.h>
#include <stdlib.h>

/* The smallest room, in elements: most lists never grow out of it. */
#define ROOM_MIN 16

void *array_grow(void *list, size_t *room, size_t count, size_t size)
{
	size_t had = room ? *room : 0, most = PTRDIFF_MAX / size, more = had + had / 2;
	void *grown;

	if (list && count <= had)
		return list;
	if (count > most)
		return NULL;
	if (room && more < ROOM_MIN)
		more = ROOM_MIN;
	/* Half as much again may be more than there is, where what is asked for is not. */
	if (more < count || more > most)
		more = count;
	grown = realloc(list, more * size);
	if (grown && room)
		*room = more;
	return grown;
}
