/* The kernels as tables. */
#include "kernel_tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel.h"
#include "kernel_measure.h"

static const struct column kernel_columns[] = {
	{ "kernel", "kernel", CELL_TEXT },
	{ "serves", "serves", CELL_TEXT },
	{ "available", "here", CELL_FLAG },
	{ "missing", "why not", CELL_TEXT },
};

/* The numbers that the kernel is used for here: "i < 2^39", "2^39 <= i < 2^52", or nothing. */
static void kernel_serves(const struct kernel *kernel, char *text, size_t size)
{
	struct kernel_choice choice = kernel_choose(NULL);
	int first = 0, end;

	while (first < KERNEL_RANGES && choice.of[first] != kernel)
		first++;
	end = first;
	while (end < KERNEL_RANGES && choice.of[end] == kernel)
		end++;
	text[0] = '\0';
	if (first == end)
		return;
	if (first)
		snprintf(text, size, "2^%u <= i < 2^%u", kernel_bits[first - 1],
			 kernel_bits[end - 1]);
	else
		snprintf(text, size, "i < 2^%u", kernel_bits[end - 1]);
}

static void kernel_row(const void *context, size_t row, struct cell *cells)
{
	const struct kernel *const *table = context;
	const char *missing = kernel_missing(table[row]);

	table_set_text(&cells[0], table[row]->name);
	kernel_serves(table[row], cells[1].room, sizeof(cells[1].room));
	table_set_text(&cells[1], cells[1].room[0] ? cells[1].room : NULL);
	table_set_number(&cells[2], CELL_FLAG, missing == NULL);
	table_set_text(&cells[3], missing);
}

struct table kernel_tables_list(void)
{
	struct table table = {
		.key = "kernels", COLUMNS(kernel_columns), .row = kernel_row, .context = kernels
	};

	while (kernels[table.row_count])
		table.row_count++;
	return table;
}

static const struct column measured_columns[] = {
	{ "kernel", "kernel", CELL_TEXT },   { "below", "i below", CELL_TEXT },
	{ "rate", "term/s", CELL_RATE },     { "per_cycle", "a cycle", CELL_RATIO },
	{ "bound", "at most", CELL_RATE },   { "share", "share", CELL_SHARE },
	{ "instructions", "of", CELL_TEXT },
};

struct measured {
	const struct kernel *kernel;
	unsigned int range;
	struct kernel_speed speed;
};

static void measured_row(const void *context, size_t row, struct cell *cells)
{
	const struct measured *one = &((const struct measured *)context)[row];

	table_set_text(&cells[0], one->kernel->name);
	snprintf(cells[1].room, sizeof(cells[1].room), "2^%u", kernel_bits[one->range]);
	table_set_text(&cells[1], cells[1].room);
	table_set_number(&cells[2], CELL_RATE, one->speed.rate);
	table_set_number(&cells[3], CELL_RATIO, one->speed.rate / one->speed.clock);
	table_set_number(&cells[4], CELL_RATE, one->speed.bound);
	table_set_number(&cells[5], CELL_SHARE, one->speed.share);
	table_set_text(&cells[6], one->kernel->instructions);
}

static void measured_release(const void *context)
{
	free((void *)context);
}

int kernel_tables_measured(struct table *table)
{
	size_t count = 0, rows = 0;
	struct measured *measured;

	while (kernels[count])
		count++;
	measured = calloc(count * KERNEL_RANGES, sizeof(*measured));
	if (!measured)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		for (unsigned int range = 0; range < KERNEL_RANGES && !kernel_missing(kernels[i]);
		     range++)
			measured[rows++] = (struct measured){ kernels[i], range,
							      kernel_measure(kernels[i], range) };
	*table = (struct table){ .key = "measured",
				 COLUMNS(measured_columns),
				 .row_count = rows,
				 .row = measured_row,
				 .context = measured,
				 .release = measured_release };
	return 0;
}
