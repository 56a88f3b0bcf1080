/* Shared pages of commits and slots. */
#define _GNU_SOURCE
#include "ledger.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/base/clock.h"

/* Enough chunks a worker that the last ones to finish are within a few per cent of each other. */
#define CHUNKS_A_WORKER 32

/* The head of the block: what all workers change, alone on its cache lines, and what tells a block
 * that arrives from others. */
struct head {
	_Alignas(128) _Atomic uint64_t next;
	uint64_t first, count;
};

bool dealing_over(const struct dealing *dealing)
{
	uint64_t until;

	if (!dealing)
		return false;
	until = atomic_load_explicit(&dealing->measure_until_ns, memory_order_relaxed);
	return atomic_load_explicit(&dealing->stop, memory_order_relaxed) ||
	       (until && clock_ns() >= until);
}

struct partition partition_job(const struct work *work, unsigned int workers, uint64_t chunk_items)
{
	struct partition partition = { .items = work->items, .chunk_items = chunk_items };

	if (!chunk_items) {
		uint64_t pieces = (uint64_t)workers * CHUNKS_A_WORKER;

		partition.chunk_items = work->items / pieces + (work->items % pieces != 0);
		if (partition.chunk_items < work->chunk_min)
			partition.chunk_items = work->chunk_min;
		if (partition.chunk_items > work->chunk_max)
			partition.chunk_items = work->chunk_max;
		/* A job of years has longer chunks. */
		if (partition.chunk_items < work->items / CHUNKS_MAX + 1)
			partition.chunk_items = work->items / CHUNKS_MAX + 1;
	}
	partition.chunks =
		work->items / partition.chunk_items + (work->items % partition.chunk_items != 0);
	return partition;
}

static uint64_t partition_begin(const struct partition *partition, uint64_t chunk)
{
	return chunk * partition->chunk_items;
}

static uint64_t partition_end(const struct partition *partition, uint64_t chunk)
{
	return chunk + 1 < partition->chunks ? (chunk + 1) * partition->chunk_items
					     : partition->items;
}

static uint64_t ledger_first_slot(const struct ledger *ledger, uint64_t chunk)
{
	return ledger->work->type->slot(ledger->work, partition_begin(&ledger->partition, chunk),
					chunk);
}

/* The slots of a run of chunks: those of its first to its last item. */
static size_t ledger_slots_size(const struct ledger *ledger, uint64_t first, uint64_t count)
{
	const struct work *work = ledger->work;
	uint64_t last = first + count - 1;

	if (!count)
		return 0;
	return (work->type->slot(work, partition_end(&ledger->partition, last) - 1, last) + 1 -
		ledger_first_slot(ledger, first)) *
	       work->type->slot_size;
}

/* Owners first, then the slots, aligned for any plain type. */
static size_t ledger_owners_size(uint64_t count)
{
	return (count * sizeof(uint32_t) + 63) / 64 * 64;
}

int ledger_open(struct ledger *ledger, const struct work *work, const struct partition *partition,
		uint64_t first, uint64_t count)
{
	struct head *head;

	*ledger = (struct ledger){
		.work = work, .partition = *partition, .first = first, .count = count
	};
	ledger->size = sizeof(struct head) + ledger_owners_size(count) +
		       ledger_slots_size(ledger, first, count);
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
	ledger->slots = (unsigned char *)ledger->owner + ledger_owners_size(count);
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

void ledger_chunk(const struct ledger *ledger, uint64_t index, struct chunk *chunk)
{
	size_t slot = ledger->work->type->slot_size;

	chunk->index = index;
	chunk->begin = partition_begin(&ledger->partition, index);
	chunk->end = partition_end(&ledger->partition, index);
	chunk->slots = ledger->slots + (ledger_first_slot(ledger, index) -
					ledger_first_slot(ledger, ledger->first)) *
					       slot;
	chunk->from = NULL;
}

void ledger_commit(struct ledger *ledger, uint64_t index, unsigned int worker)
{
	atomic_store_explicit(&ledger->owner[index - ledger->first], worker + 1,
			      memory_order_release);
}

static uint64_t ledger_chunk_items(const struct ledger *ledger, uint64_t i)
{
	return partition_end(&ledger->partition, ledger->first + i) -
	       partition_begin(&ledger->partition, ledger->first + i);
}

uint64_t ledger_done(struct ledger *ledger)
{
	uint64_t items;

	while (ledger->scanned < ledger->count &&
	       atomic_load_explicit(&ledger->owner[ledger->scanned], memory_order_relaxed))
		ledger->scanned_items += ledger_chunk_items(ledger, ledger->scanned++);
	items = ledger->scanned_items;
	for (uint64_t i = ledger->scanned; i < ledger->count; i++)
		if (atomic_load_explicit(&ledger->owner[i], memory_order_relaxed))
			items += ledger_chunk_items(ledger, i);
	return items;
}

uint64_t ledger_tally(const struct ledger *ledger, uint64_t *items, unsigned int workers)
{
	uint64_t missing = 0;

	for (uint64_t i = 0; i < ledger->count; i++) {
		uint32_t owner = atomic_load_explicit(&ledger->owner[i], memory_order_acquire);

		if (owner && owner <= workers)
			items[owner - 1] += ledger_chunk_items(ledger, i);
		else
			missing++;
	}
	return missing;
}

/* Worker + 1 of a chunk in a block that arrived, 0 for nobody. */
static uint32_t ledger_sent_owner(const unsigned char *owners, uint64_t chunk)
{
	uint32_t owner;

	memcpy(&owner, owners + chunk * sizeof(owner), sizeof(owner));
	return owner;
}

int ledger_take(struct ledger *ledger, const void *block, size_t length)
{
	const unsigned char *owners = (const unsigned char *)block + sizeof(struct head), *slots;
	struct head head;
	struct chunk chunk;
	size_t size;

	/* A block that arrives is aligned for nothing. */
	if (length < sizeof(head))
		return -EPROTO;
	memcpy(&head, block, sizeof(head));
	if (!head.count || head.first < ledger->first || head.count > ledger->count ||
	    head.first - ledger->first > ledger->count - head.count)
		return -EPROTO;
	size = ledger_slots_size(ledger, head.first, head.count);
	if (length != sizeof(head) + ledger_owners_size(head.count) + size)
		return -EPROTO;
	slots = owners + ledger_owners_size(head.count);
	for (uint64_t i = 0; i < head.count; i++)
		if (!ledger_sent_owner(owners, i))
			return -EPROTO;
	ledger_chunk(ledger, head.first, &chunk);
	memcpy(chunk.slots, slots, size);
	for (uint64_t i = 0; i < head.count; i++)
		ledger_commit(ledger, head.first + i, ledger_sent_owner(owners, i) - 1);
	return 0;
}
