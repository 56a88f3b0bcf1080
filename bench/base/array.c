/* One growing array. */
#include "array.h"

#include <stdint.h>
#include <stdlib.h>

/* The smallest room, in elements: most lists never grow out of it. */
#define ROOM_MIN 16

void *array_grow(void *list, size_t *room, size_t count, size_t size)
{
	size_t most = PTRDIFF_MAX / size, more = *room + *room / 2;
	void *grown;

	if (list && count <= *room)
		return list;
	if (count > most)
		return NULL;
	more = more < ROOM_MIN ? ROOM_MIN : more;
	/* Half as much again may be more than there is, where what is asked for is not. */
	if (more < count || more > most)
		more = count;
	grown = realloc(list, more * size);
	if (grown)
		*room = more;
	return grown;
}
