/* Shared pages of commits and cells. */
#define _GNU_SOURCE
#include "ledger.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/base/clock.h"

/* Enough grains a worker that the last ones to finish are within a few per cent of each other. */
#define GRAINS_A_WORKER 32

/* The head of the block: what all workers change, alone on its cache lines, and what tells a block
 * that arrives from others. */
struct head {
	_Alignas(128) _Atomic uint64_t next;
	uint64_t first, count;
};

static bool dealing_is_past(uint64_t until_ns)
{
	return until_ns && clock_ns() >= until_ns;
}

bool dealing_over(const struct dealing *dealing)
{
	if (!dealing)
		return false;
	return atomic_load_explicit(&dealing->stop, memory_order_relaxed) ||
	       dealing_is_past(dealing->until_ns) ||
	       dealing_is_past(
		       atomic_load_explicit(&dealing->measure_until_ns, memory_order_relaxed));
}

struct cut cut_job(const struct work *work, unsigned int workers, uint64_t chunk)
{
	struct cut cut = { .items = work->items, .grain_items = chunk };

	if (!chunk) {
		uint64_t pieces = (uint64_t)workers * GRAINS_A_WORKER;

		cut.grain_items = work->items / pieces + (work->items % pieces != 0);
		if (cut.grain_items < work->grain_min)
			cut.grain_items = work->grain_min;
		if (cut.grain_items > work->grain_max)
			cut.grain_items = work->grain_max;
		/* A job of years has longer grains. */
		if (cut.grain_items < work->items / GRAINS_MAX + 1)
			cut.grain_items = work->items / GRAINS_MAX + 1;
	}
	cut.grains = work->items / cut.grain_items + (work->items % cut.grain_items != 0);
	return cut;
}

static uint64_t cut_begin(const struct cut *cut, uint64_t grain)
{
	return grain * cut->grain_items;
}

static uint64_t cut_end(const struct cut *cut, uint64_t grain)
{
	return grain + 1 < cut->grains ? (grain + 1) * cut->grain_items : cut->items;
}

static uint64_t first_cell(const struct ledger *ledger, uint64_t grain)
{
	return ledger->work->type->cell(ledger->work, cut_begin(&ledger->cut, grain), grain);
}

/* The cells of a run of grains: those of its first to its last item. */
static size_t cells_size(const struct ledger *ledger, uint64_t first, uint64_t count)
{
	const struct work *work = ledger->work;
	uint64_t last = first + count - 1;

	if (!count)
		return 0;
	return (work->type->cell(work, cut_end(&ledger->cut, last) - 1, last) + 1 -
		first_cell(ledger, first)) *
	       work->type->cell_size;
}

/* Owners first, then the cells, aligned for any plain type. */
static size_t owners_size(uint64_t count)
{
	return (count * sizeof(uint32_t) + 63) / 64 * 64;
}

int ledger_open(struct ledger *ledger, const struct work *work, const struct cut *cut,
		uint64_t first, uint64_t count)
{
	struct head *head;

	*ledger = (struct ledger){ .work = work, .cut = *cut, .first = first, .count = count };
	ledger->size = sizeof(struct head) + owners_size(count) + cells_size(ledger, first, count);
	ledger->block = mmap(NULL, ledger->size, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (ledger->block == MAP_FAILED) {
		ledger->block = NULL;
		return -ENOMEM;
	}
	head = ledger->block;
	head->first = first;
	head->count = count;
	ledger->next = &head->next;
	ledger->owner = (void *)(head + 1);
	ledger->cells = (unsigned char *)ledger->owner + owners_size(count);
	ledger_reset(ledger);
	return 0;
}

void ledger_close(struct ledger *ledger)
{
	if (ledger->block)
		munmap(ledger->block, ledger->size);
	ledger->block = NULL;
}

void ledger_reset(struct ledger *ledger)
{
	for (uint64_t i = 0; i < ledger->count; i++)
		atomic_store_explicit(&ledger->owner[i], 0, memory_order_relaxed);
	ledger->scanned = 0;
	ledger->scanned_items = 0;
	atomic_store_explicit(ledger->next, ledger->first, memory_order_release);
}

void ledger_grain(const struct ledger *ledger, uint64_t index, struct grain *grain)
{
	size_t cell = ledger->work->type->cell_size;

	grain->index = index;
	grain->begin = cut_begin(&ledger->cut, index);
	grain->end = cut_end(&ledger->cut, index);
	grain->cells = ledger->cells +
		       (first_cell(ledger, index) - first_cell(ledger, ledger->first)) * cell;
	grain->from = NULL;
}

void ledger_commit(struct ledger *ledger, uint64_t index, unsigned int worker)
{
	atomic_store_explicit(&ledger->owner[index - ledger->first], worker + 1,
			      memory_order_release);
}

static uint64_t grain_items(const struct ledger *ledger, uint64_t i)
{
	return cut_end(&ledger->cut, ledger->first + i) -
	       cut_begin(&ledger->cut, ledger->first + i);
}

uint64_t ledger_done(struct ledger *ledger)
{
	uint64_t items;

	while (ledger->scanned < ledger->count &&
	       atomic_load_explicit(&ledger->owner[ledger->scanned], memory_order_relaxed))
		ledger->scanned_items += grain_items(ledger, ledger->scanned++);
	items = ledger->scanned_items;
	for (uint64_t i = ledger->scanned; i < ledger->count; i++)
		if (atomic_load_explicit(&ledger->owner[i], memory_order_relaxed))
			items += grain_items(ledger, i);
	return items;
}

uint64_t ledger_tally(const struct ledger *ledger, uint64_t *items, unsigned int workers)
{
	uint64_t missing = 0;

	for (uint64_t i = 0; i < ledger->count; i++) {
		uint32_t owner = atomic_load_explicit(&ledger->owner[i], memory_order_acquire);

		if (owner && owner <= workers)
			items[owner - 1] += grain_items(ledger, i);
		else
			missing++;
	}
	return missing;
}

/* Worker + 1 of a grain in a block that arrived, 0 for nobody. */
static uint32_t sent_owner(const unsigned char *owners, uint64_t grain)
{
	uint32_t owner;

	memcpy(&owner, owners + grain * sizeof(owner), sizeof(owner));
	return owner;
}

int ledger_take(struct ledger *ledger, const void *block, size_t length)
{
	const unsigned char *owners = (const unsigned char *)block + sizeof(struct head), *cells;
	struct head head;
	struct grain grain;
	size_t size;

	/* A block that arrives is aligned for nothing. */
	if (length < sizeof(head))
		return -EPROTO;
	memcpy(&head, block, sizeof(head));
	if (!head.count || head.first < ledger->first || head.count > ledger->count ||
	    head.first - ledger->first > ledger->count - head.count)
		return -EPROTO;
	size = cells_size(ledger, head.first, head.count);
	if (length != sizeof(head) + owners_size(head.count) + size)
		return -EPROTO;
	cells = owners + owners_size(head.count);
	for (uint64_t i = 0; i < head.count; i++)
		if (!sent_owner(owners, i))
			return -EPROTO;
	ledger_grain(ledger, head.first, &grain);
	memcpy(grain.cells, cells, size);
	for (uint64_t i = 0; i < head.count; i++)
		ledger_commit(ledger, head.first + i, sent_owner(owners, i) - 1);
	return 0;
}
