/*
 * One growing array. Its elements are of any type; the pointer keeps that type, so that the
 * compiler checks what is done with it:
 *
 *	struct task *list = NULL;
 *	size_t count = 0, room = 0;
 *
 *	if (array_reserve(&list, &room, count + 1))
 *		return -ENOMEM;
 *	list[count++] = task;
 *	...
 *	free(list);
 */
#ifndef ARRAY_H
#define ARRAY_H

#include <errno.h>
#include <stddef.h>

/*
 * Makes room for `count` elements at least. list: the address of the pointer, NULL or malloc'd;
 * room: the address of how many there is room for, 0 at first. Room grows by half, so that adding
 * one by one is linear. NULL, where a list is short and nobody keeps its room: it gets room for
 * `count` and no more. Is 0, or -ENOMEM with the array as it was, also where so many elements
 * cannot be addressed.
 */
#define array_reserve(list, room, count)                                        \
	({                                                                      \
		__typeof__(*(list)) grown_ =                                    \
			array_grow(*(list), (room), (count), sizeof(**(list))); \
                                                                                \
		if (grown_)                                                     \
			*(list) = grown_;                                       \
		grown_ ? 0 : -ENOMEM;                                           \
	})

/* What array_reserve() does, for elements of `size` bytes. Returns where they are now, or NULL. */
void *array_grow(void *list, size_t *room, size_t count, size_t size);

#endif
