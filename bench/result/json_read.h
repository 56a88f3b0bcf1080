/* A result from JSON. */
#ifndef JSON_READ_H
#define JSON_READ_H

#include "result.h"

/*
 * Reads what json_write() wrote: any bytes may come. name: of the file, for messages. *result is
 * overwritten, and is to be freed in any case. Returns 0; -EINVAL, having said which member is not
 * what it should be; -ENOMEM.
 */
int json_read(struct result *result, const char *text, size_t length, const char *name);

#endif
