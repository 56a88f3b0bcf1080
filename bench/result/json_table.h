/* Cells and tables of a program's own, read from JSON: for json_read.c. */
#ifndef JSON_TABLE_H
#define JSON_TABLE_H

#include <jansson.h>

#include "result.h"

/* A number that may be unknown, or infinite. Returns whether it is one. */
bool json_table_real(double *number, const json_t *value);

/* What is not an array; its kind follows from the value, and its text lives as long as that. */
void json_table_cell(struct cell *cell, const json_t *value);

/*
 * Adds a table whose columns are the members of its first row, and which keeps the rows. name: of
 * the file, for messages. Returns 0; -EINVAL having said why; -ENOMEM.
 */
int json_table_read(struct result *result, const char *key, json_t *rows, const char *name);

#endif
