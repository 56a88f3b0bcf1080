/* The table of workers: where each was planned, and where it is. */
#include <stdlib.h>
#include <string.h>

#include "bench/result/document.h"

/* A mask longer than this is shown as a list of PUs, which --places takes. */
enum { MASK_SHOWN = 10 };

static const struct column columns[] = {
	{ "worker", "worker" }, { "host", NULL },     { NULL, "host" },   { "package", "package" },
	{ "numa", "NUMA" },     { "l3", "L3" },       { "core", "core" }, { "kind", "kind" },
	{ "pu", "PU" },         { "planned", NULL },  { "bound", NULL },  { NULL, "planned" },
	{ NULL, "bound" },      { "state", "state" },
};

/* The value of a hex digit. */
static int digit_of(char digit)
{
	return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

/* "0x30000000c" as "2-3,32-33", as far as there is room. */
static void list_pus(const char *mask, char *text, size_t size)
{
	size_t digits = strlen(mask) - 2, at = 0;
	int begun = -1;

	text[0] = '\0';
	for (int pu = 0; pu <= (int)digits * 4 && at + 16 < size; pu++) {
		bool set = pu < (int)digits * 4 &&
			   digit_of(mask[2 + digits - 1 - (size_t)pu / 4]) >> pu % 4 & 1;

		if (set && begun < 0)
			begun = pu;
		if (set || begun < 0)
			continue;
		at += (size_t)snprintf(text + at, size - at, at ? ",%d" : "%d", begun);
		if (pu - 1 > begun)
			at += (size_t)snprintf(text + at, size - at, "-%d", pu - 1);
		begun = -1;
	}
}

static void show_mask(struct cell *cell, const char *mask)
{
	if (!mask[0])
		return;
	if (strlen(mask) <= MASK_SHOWN) {
		cell_text(cell, mask);
		return;
	}
	strcpy(cell->room, "pu:");
	list_pus(mask, cell->room + 3, sizeof(cell->room) - 3);
	cell_text(cell, cell->room);
}

static void put_index(struct cell *cell, int index)
{
	if (index >= 0)
		cell_number(cell, CELL_COUNT, index);
}

static void row(const void *context, size_t number, struct cell *cells)
{
	const struct run *run = context;
	const struct worker *worker = &run->per_worker[number];
	struct cell *at = cells;

	cell_number(at++, CELL_COUNT, (double)number);
	cell_text(at++, worker->host);
	cell_text(at++, worker->host);
	put_index(at++, worker->at.package);
	put_index(at++, worker->at.numa);
	put_index(at++, worker->at.l3);
	put_index(at++, worker->at.core);
	put_index(at++, worker->at.kind);
	put_index(at++, worker->at.pu);
	cell_text(at++, worker->planned[0] ? worker->planned : NULL);
	cell_text(at++, worker->bound[0] ? worker->bound : NULL);
	show_mask(at++, worker->planned);
	show_mask(at++, worker->bound);
	cell_text(at++, worker->bound[0] ? "bound" : worker->planned[0] ? "planned" : "unbound");
}

struct table workers_table(const struct run *run)
{
	return (struct table){
		.key = "placement",
		COLUMNS(columns),
		.row_count = run->per_worker_count,
		.row = row,
		.context = run,
	};
}
