/* A result as JSON. */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <stdio.h>

#include "result.h"

/*
 * Writes one JSON document, schema corescale-result/2. Numbers are written in full, so that
 * json_read() gives a result that is equal. A number that is not known is null, an infinite one is
 * "infinity" or "-infinity". Tables are written row by row and never held as a whole. Returns 0; -ENOMEM having said so. Whether the file took it all, ferror() tells.
 */
int json_write(FILE *file, const struct result *result);

#endif
