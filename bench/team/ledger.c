/* Shared pages of commits and slots. */
#define _GNU_SOURCE
#include "ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The head of the block: what all workers change, alone on its cache lines, and what tells a block
 * that arrives from others. */
struct ledger_head {
	_Alignas(128) _Atomic uint64_t next;
	struct batch batch;
};

/* Slots of a run of chunks that lie side by side, first to last: those of its first to its last
 * item. */
static uint64_t ledger_count_slots(const struct ledger *ledger, uint64_t first, uint64_t last)
{
	const struct work *work = ledger->work;
	const struct partition *partition = &ledger->partition;

	return work->type->slot(work, partition_end(partition, last) - 1, last) + 1 -
	       work->type->slot(work, partition_begin(partition, first), first);
}

/* Slots of one of the batch's runs. */
static uint64_t ledger_run_slots(const struct ledger *ledger, const struct batch *batch,
				 uint64_t run)
{
	uint64_t left = batch->count - run * batch->run;
	uint64_t first = batch_chunk(batch, run * batch->run);

	return ledger_count_slots(ledger, first,
				  first + (left < batch->run ? left : batch->run) - 1);
}

static size_t ledger_slots_size(const struct ledger *ledger, const struct batch *batch)
{
	uint64_t slots = 0;

	for (uint64_t run = 0; run < batch_runs(batch); run++)
		slots += ledger_run_slots(ledger, batch, run);
	return slots * ledger->work->type->slot_size;
}

/* Owners first, then the slots, aligned for any plain type. */
static size_t ledger_owners_size(uint64_t count)
{
	return (count * sizeof(uint32_t) + 63) / 64 * 64;
}

static int ledger_place_runs(struct ledger *ledger)
{
	uint64_t runs = batch_runs(&ledger->batch), at = 0;

	ledger->run_slots = calloc(runs + 1, sizeof(*ledger->run_slots));
	if (!ledger->run_slots)
		return -ENOMEM;
	for (uint64_t run = 0; run < runs; run++) {
		ledger->run_slots[run] = at;
		at += ledger_run_slots(ledger, &ledger->batch, run);
	}
	return 0;
}

int ledger_open(struct ledger *ledger, const struct work *work, const struct partition *partition,
		struct batch batch)
{
	size_t owners = ledger_owners_size(batch.count);
	struct ledger_head *head;

	*ledger = (struct ledger){ .work = work, .partition = *partition, .batch = batch };
	if (ledger_place_runs(ledger))
		return -ENOMEM;
	ledger->size = sizeof(struct ledger_head) + owners + ledger_slots_size(ledger, &batch);
	ledger->block = mmap(NULL, ledger->size, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (ledger->block == MAP_FAILED) {
		ledger->block = NULL;
		ledger_close(ledger);
		return -ENOMEM;
	}
	head = ledger->block;
	head->batch = batch;
	ledger->next = &head->next;
	ledger->owner = (void *)(head + 1);
	ledger->slots = (unsigned char *)ledger->owner + owners;
	ledger_reset(ledger);
	return 0;
}

void ledger_close(struct ledger *ledger)
{
	if (ledger->block)
		munmap(ledger->block, ledger->size);
	ledger->block = NULL;
	free(ledger->run_slots);
	ledger->run_slots = NULL;
}

void ledger_reset(struct ledger *ledger)
{
	for (uint64_t i = 0; i < ledger->batch.count; i++)
		atomic_store_explicit(&ledger->owner[i], 0, memory_order_relaxed);
	ledger->scanned = 0;
	ledger->scanned_items = 0;
	/* The strategy's go, or the publication of a lease, orders this before all claims. */
	atomic_store_explicit(ledger->next, 0, memory_order_relaxed);
}

void ledger_again(struct ledger *ledger)
{
	atomic_store_explicit(ledger->next, 0, memory_order_relaxed);
}

void ledger_chunk(const struct ledger *ledger, uint64_t position, struct chunk *chunk)
{
	const struct work_type *type = ledger->work->type;
	uint64_t run = position / ledger->batch.run;
	uint64_t index = batch_chunk(&ledger->batch, position);
	uint64_t first = index - position % ledger->batch.run;

	chunk->index = index;
	chunk->position = position;
	chunk->begin = partition_begin(&ledger->partition, index);
	chunk->end = partition_end(&ledger->partition, index);
	chunk->slots =
		ledger->slots +
		(ledger->run_slots[run] + type->slot(ledger->work, chunk->begin, index) -
		 type->slot(ledger->work, partition_begin(&ledger->partition, first), first)) *
			type->slot_size;
	chunk->from = NULL;
}

/*
 * The order is load-bearing: the slots, then the owner. The release pairs with the acquire of
 * ledger_committed() and of ledger_tally(), after which the slots of the chunk are read: by the
 * leader in the end, and by the thread of a checkpoint while the workers work. A worker that dies
 * before this store leaves slots that nobody reads, and one that dies after it has left nothing
 * undone. With a relaxed store here, a CPU or compiler may let the owner be seen before the last
 * slot: a part of the sum would go to the checkpoint before it is there. No CPU that orders its
 * stores shows it; ThreadSanitizer does, in test_checkpoint.
 */
void ledger_commit(struct ledger *ledger, uint64_t position, unsigned int worker)
{
	atomic_store_explicit(&ledger->owner[position], worker + 1, memory_order_release);
}

bool ledger_committed(const struct ledger *ledger, uint64_t position)
{
	/* Pairs with the release of ledger_commit(). */
	return atomic_load_explicit(&ledger->owner[position], memory_order_acquire) != 0;
}

static uint64_t ledger_chunk_items(const struct ledger *ledger, uint64_t position)
{
	uint64_t index = batch_chunk(&ledger->batch, position);

	return partition_end(&ledger->partition, index) -
	       partition_begin(&ledger->partition, index);
}

/* Relaxed: it counts, and reads no slot. */
static bool ledger_is_owned(const struct ledger *ledger, uint64_t position)
{
	return atomic_load_explicit(&ledger->owner[position], memory_order_relaxed) != 0;
}

unsigned int ledger_owner(const struct ledger *ledger, uint64_t position)
{
	return atomic_load_explicit(&ledger->owner[position], memory_order_relaxed) - 1;
}

uint64_t ledger_done(struct ledger *ledger)
{
	uint64_t items;

	while (ledger->scanned < ledger->batch.count && ledger_is_owned(ledger, ledger->scanned))
		ledger->scanned_items += ledger_chunk_items(ledger, ledger->scanned++);
	items = ledger->scanned_items;
	for (uint64_t i = ledger->scanned; i < ledger->batch.count; i++)
		if (ledger_is_owned(ledger, i))
			items += ledger_chunk_items(ledger, i);
	return items;
}

uint64_t ledger_tally(const struct ledger *ledger, uint64_t *items, unsigned int workers)
{
	uint64_t missing = 0;

	for (uint64_t i = 0; i < ledger->batch.count; i++) {
		/* Pairs with the release of ledger_commit(): the chunk's slots are read after
		 * it. */
		uint32_t owner = atomic_load_explicit(&ledger->owner[i], memory_order_acquire);

		if (owner && owner <= workers)
			items[owner - 1] += ledger_chunk_items(ledger, i);
		else
			missing++;
	}
	return missing;
}

/* Worker + 1 of a chunk in a block that arrived, 0 for nobody. */
static uint32_t ledger_sent_owner(const unsigned char *owners, uint64_t position)
{
	uint32_t owner;

	memcpy(&owner, owners + position * sizeof(owner), sizeof(owner));
	return owner;
}

/* The head of a block that arrives, which is aligned for nothing. Returns 0 or -EPROTO. */
static int ledger_read_head(const struct ledger *ledger, struct batch *batch, const void *block,
			    size_t length)
{
	if (length < sizeof(struct ledger_head))
		return -EPROTO;
	memcpy(batch, (const unsigned char *)block + offsetof(struct ledger_head, batch),
	       sizeof(*batch));
	if (ledger->batch.count != ledger->partition.chunks ||
	    !batch_fits(batch, ledger->batch.count) ||
	    length != sizeof(struct ledger_head) + ledger_owners_size(batch->count) +
			      ledger_slots_size(ledger, batch))
		return -EPROTO;
	return 0;
}

int ledger_take(struct ledger *ledger, const void *block, size_t length,
		void (*fresh)(void *context, const struct chunk *chunk), void *context)
{
	const unsigned char *owners = (const unsigned char *)block + sizeof(struct ledger_head),
			    *slots;
	size_t slot_size = ledger->work->type->slot_size;
	struct batch batch;
	int ret = ledger_read_head(ledger, &batch, block, length);

	if (ret)
		return ret;
	for (uint64_t i = 0; i < batch.count; i++)
		if (!ledger_sent_owner(owners, i))
			return -EPROTO;
	slots = owners + ledger_owners_size(batch.count);
	for (uint64_t run = 0; run < batch_runs(&batch); run++) {
		size_t size = ledger_run_slots(ledger, &batch, run) * slot_size;
		struct chunk chunk;

		ledger_chunk(ledger, batch_chunk(&batch, run * batch.run), &chunk);
		memcpy(chunk.slots, slots, size);
		slots += size;
	}
	for (uint64_t i = 0; i < batch.count; i++) {
		uint64_t position = batch_chunk(&batch, i);
		bool again = ledger_is_owned(ledger, position);
		struct chunk chunk;

		ledger_commit(ledger, position, ledger_sent_owner(owners, i) - 1);
		if (again || !fresh)
			continue;
		ledger_chunk(ledger, position, &chunk);
		fresh(context, &chunk);
	}
	return 0;
}
