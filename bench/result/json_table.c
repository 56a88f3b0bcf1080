/* Cells and tables of a program's own, read from JSON. */
#include "json_table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"

bool json_table_real(double *number, const json_t *value)
{
	const char *text = json_string_value(value);

	*number = NAN;
	if (!value || json_is_null(value))
		return true;
	if (text && !strcmp(text, "infinity"))
		*number = INFINITY;
	else if (text && !strcmp(text, "-infinity"))
		*number = -INFINITY;
	else if (json_is_number(value))
		*number = json_number_value(value);
	else
		return false;
	return true;
}

void json_table_cell(struct cell *cell, const json_t *value)
{
	double number;

	*cell = (struct cell){ .kind = CELL_NONE };
	if (json_is_boolean(value))
		table_set_number(cell, CELL_FLAG, json_is_true(value));
	else if (json_table_real(&number, value))
		table_set_number(cell, json_is_integer(value) ? CELL_COUNT : CELL_NUMBER, number);
	else
		table_set_text(cell, json_string_value(value));
}

/* A table that was read. */
struct json_table {
	char *key;
	json_t *rows;
	struct column columns[COLUMNS_MAX];
};

static void json_table_release(const void *context)
{
	struct json_table *table = (struct json_table *)context;

	json_decref(table->rows);
	free(table->key);
	free(table);
}

static void json_table_row(const void *context, size_t row, struct cell *cells)
{
	const struct json_table *table = context;
	const json_t *object = json_array_get(table->rows, row);

	for (size_t c = 0; c < COLUMNS_MAX && table->columns[c].key; c++)
		json_table_cell(&cells[c], json_object_get(object, table->columns[c].key));
}

int json_table_read(struct result *result, const char *key, json_t *rows, const char *name)
{
	struct json_table *table = calloc(1, sizeof(*table));
	size_t count = 0;
	const char *member;
	json_t *value;

	if (!table)
		return -ENOMEM;
	table->rows = json_incref(rows);
	table->key = strdup(key);
	if (!table->key) {
		json_table_release(table);
		return -ENOMEM;
	}
	json_object_foreach (json_array_get(rows, 0), member, value) {
		if (count == COLUMNS_MAX) {
			json_table_release(table);
			return say_fail(EINVAL, "%s: a row of %s has more than %d members", name,
					key, COLUMNS_MAX);
		}
		table->columns[count++] = (struct column){
			.key = member,
			.title = member,
			.kind = json_is_number(value) ? CELL_NUMBER : CELL_TEXT,
		};
	}
	return result_add_table(result, (struct table){ .key = table->key,
							.columns = table->columns,
							.column_count = count,
							.row_count = json_array_size(rows),
							.row = json_table_row,
							.context = table,
							.release = json_table_release });
}
