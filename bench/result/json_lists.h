/* The lists of records that a result has, as JSON names them: for json_write.c and json_read.c. */
#ifndef JSON_LISTS_H
#define JSON_LISTS_H

#include "result.h"

struct json_list {
	const char *group; /* the object that it is a member of; NULL: the document */
	const char *key;
	const struct record *record;
	size_t offset, count_at; /* in struct result */
};

/* The key of a metric, "a.b" for member b of an object a, is shorter than that. */
enum { JSON_KEY_MAX = 256 };

/* Ended by a row without key. Lists of one group stand together. */
extern const struct json_list json_lists[];

#endif
