/* Chunks of terms, cut into the tasks that they belong to. */
#include "sumsq.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/claim.h"
#include "closed_form.h"

/* With several chunks in flight, each is advanced so many terms before it is the next one's turn:
 * some tens of microseconds. */
#define TURN ((uint64_t)1 << 20)

/* A chunk alone, of a worker that has duties: so many terms between them, below a second of the
 * slowest kernel. */
#define TURN_ALONE ((uint64_t)1 << 26)

/* A chunk in work: the next term to do, and where it lies. */
struct cursor {
	struct chunk chunk;
	uint64_t item; /* of chunk.begin ... chunk.end */
	size_t task;
	u128 *slot;
};

struct sumsq_worker {
	const struct sumsq *sumsq;
	unsigned int inflight;
	struct cursor cursors[];
};

/* A chunk has one slot for each task that it touches. Counting a slot at each begin of a task or
 * chunk makes them distinct. */
static uint64_t sumsq_slot(const struct work *work, uint64_t item, uint64_t chunk)
{
	return tasks_find(&((const struct sumsq *)work)->tasks, item) + chunk;
}

static int sumsq_open(void **state, const struct work *work, unsigned int inflight)
{
	struct sumsq_worker *own = calloc(1, sizeof(*own) + inflight * sizeof(own->cursors[0]));

	if (!own)
		return -ENOMEM;
	own->sumsq = (const struct sumsq *)work;
	own->inflight = inflight;
	*state = own;
	return 0;
}

static void sumsq_start(const struct tasks *tasks, struct cursor *cursor)
{
	cursor->item = cursor->chunk.begin;
	cursor->task = tasks_find(tasks, cursor->item);
	cursor->slot = cursor->chunk.slots;
	*cursor->slot = 0;
}

/* Does up to `terms` terms. Returns true when the chunk is done. */
static bool sumsq_advance(const struct sumsq *sumsq, struct cursor *cursor, uint64_t terms)
{
	const struct tasks *tasks = &sumsq->tasks;

	while (terms && cursor->item < cursor->chunk.end) {
		const struct task *task = &tasks->list[cursor->task];
		uint64_t begin = task->begin + (cursor->item - tasks->before[cursor->task]);
		uint64_t left = task->end - begin, count = cursor->chunk.end - cursor->item;

		if (!left) {
			cursor->task++;
			*++cursor->slot = 0;
			continue;
		}
		count = count < left ? count : left;
		count = count < terms ? count : terms;
		*cursor->slot += kernel_sum(&sumsq->kernels, begin, begin + count);
		cursor->item += count;
		terms -= count;
	}
	return cursor->item == cursor->chunk.end;
}

static int sumsq_run(void *state, struct claim *claim)
{
	struct sumsq_worker *own = state;
	uint64_t turn = own->inflight > 1 ? TURN : claim->ticks ? TURN_ALONE : UINT64_MAX;
	unsigned int busy = 0;
	int got = 1;

	for (;;) {
		/* Claims are not awaited while others are in hand. */
		while (got && busy < own->inflight) {
			struct cursor *cursor = &own->cursors[busy];

			got = claim_next(claim, &cursor->chunk, busy == 0);
			if (got == -EAGAIN)
				break;
			if (got < 0)
				return got;
			if (!got)
				break;
			sumsq_start(&own->sumsq->tasks, cursor);
			busy++;
		}
		if (!busy)
			return 0;
		for (unsigned int i = 0; i < busy;) {
			if (!sumsq_advance(own->sumsq, &own->cursors[i], turn)) {
				i++;
				continue;
			}
			claim_commit(claim, &own->cursors[i].chunk);
			own->cursors[i] = own->cursors[--busy];
		}
		if (busy && claim->ticks)
			claim_tick(claim);
	}
}

static void sumsq_close(void *state)
{
	free(state);
}

static void sumsq_undo(struct work *work)
{
	struct sumsq *sumsq = (struct sumsq *)work;
	u128 *before = sumsq->before;

	sumsq->before = sumsq->sums;
	sumsq->sums = before;
}

static void sumsq_reset(struct work *work)
{
	struct sumsq *sumsq = (struct sumsq *)work;

	sumsq_undo(work);
	memset(sumsq->sums, 0, sumsq->tasks.count * sizeof(*sumsq->sums));
	sumsq->at = 0;
}

/* Chunks come in their order, so the tasks are gone through once. */
static void sumsq_collect(struct work *work, const struct chunk *chunk)
{
	struct sumsq *sumsq = (struct sumsq *)work;
	const struct tasks *tasks = &sumsq->tasks;
	const u128 *sum = chunk->slots;

	/* Most often it is the task of the chunk before. */
	if (tasks->before[sumsq->at] > chunk->begin ||
	    (sumsq->at + 1 < tasks->count && tasks->before[sumsq->at + 1] <= chunk->begin))
		sumsq->at = tasks_find(tasks, chunk->begin);
	for (;;) {
		sumsq->sums[sumsq->at] += *sum++;
		if (sumsq->at + 1 == tasks->count || tasks->before[sumsq->at + 1] >= chunk->end)
			break;
		sumsq->at++;
	}
}

static int sumsq_verify(const struct work *work)
{
	const struct sumsq *sumsq = (const struct sumsq *)work;
	size_t wrong = 0, first = 0;
	u128 right, should = 0;

	for (size_t i = 0; i < sumsq->tasks.count; i++) {
		const struct task *task = &sumsq->tasks.list[i];

		if (!closed_form(&right, task->begin, task->end) && right == sumsq->sums[i])
			continue;
		if (!wrong++) {
			first = i;
			should = right;
		}
	}
	if (wrong) {
		char text[TASK_TEXT], is[U128_TEXT], ought[U128_TEXT];

		tasks_format(&sumsq->tasks.list[first], text);
		return say_fail(
			EBADMSG,
			"%zu of %zu sums are wrong: the first is that of %s, %s instead of %s",
			wrong, sumsq->tasks.count, text, u128_format(sumsq->sums[first], is),
			u128_format(should, ought));
	}
	return 0;
}

/* What travels: the kernel's name if it is forced, and the tasks. */
struct sumsq_parcel {
	char kernel[16];
	struct task list[];
};

static int sumsq_pack(const struct work *work, void **bytes, size_t *length)
{
	const struct sumsq *sumsq = (const struct sumsq *)work;
	size_t list = sumsq->tasks.count * sizeof(struct task);
	struct sumsq_parcel *parcel = calloc(1, sizeof(*parcel) + list);

	if (!parcel)
		return -ENOMEM;
	if (sumsq->forced)
		strncpy(parcel->kernel, sumsq->forced->name, sizeof(parcel->kernel) - 1);
	if (list)
		memcpy(parcel->list, sumsq->tasks.list, list);
	*bytes = parcel;
	*length = sizeof(*parcel) + list;
	return 0;
}

static int sumsq_unpack(struct work **work, const void *bytes, size_t length)
{
	const struct sumsq_parcel *parcel = bytes;
	const struct kernel *forced = NULL;
	struct tasks tasks = { 0 };
	struct sumsq *sumsq;
	int ret = 0;

	if (length < sizeof(*parcel))
		return -EPROTO;
	if (parcel->kernel[0])
		ret = kernel_find(&forced, parcel->kernel);
	for (size_t i = 0; !ret && i < (length - sizeof(*parcel)) / sizeof(struct task); i++)
		ret = tasks_add(&tasks, parcel->list[i]);
	if (!ret)
		ret = sumsq_new(&sumsq, &tasks, forced);
	if (ret)
		tasks_free(&tasks);
	else
		*work = &sumsq->work;
	return ret;
}

static void sumsq_free(struct work *work)
{
	struct sumsq *sumsq = (struct sumsq *)work;

	tasks_free(&sumsq->tasks);
	free(sumsq->sums);
	free(sumsq->before);
	free(sumsq);
}

/* The fastest of the kernels that the job needs sets the chunks: a millisecond of it, and no more
 * than some of a slower one. */
static uint64_t sumsq_terms_per_ms(const struct sumsq *sumsq)
{
	bool ranges[KERNEL_RANGES];
	uint64_t most = 0;

	sumsq_ranges(sumsq, ranges);
	for (int range = 0; range < KERNEL_RANGES; range++) {
		uint64_t terms = kernel_rate(sumsq->kernels.of[range], range);

		if (ranges[range] && terms > most)
			most = terms;
	}
	return most ? most : kernel_scalar.ranges[0].terms_per_ms;
}

int sumsq_new(struct sumsq **out, struct tasks *tasks, const struct kernel *forced)
{
	struct sumsq *sumsq = calloc(1, sizeof(*sumsq));
	u128 *sums = calloc(tasks->count + 1, sizeof(*sums));
	u128 *before = calloc(tasks->count + 1, sizeof(*before));

	if (!sumsq || !sums || !before) {
		free(sumsq);
		free(sums);
		free(before);
		return -ENOMEM;
	}
	sumsq->tasks = *tasks;
	*tasks = (struct tasks){ 0 };
	sumsq->kernels = kernel_choose(forced);
	sumsq->forced = forced;
	sumsq->work = (struct work){
		.type = &sumsq_work,
		.items = sumsq->tasks.terms,
		.chunk_min = sumsq_terms_per_ms(sumsq) / 100,
		.chunk_max = sumsq_terms_per_ms(sumsq),
	};
	sumsq->sums = sums;
	sumsq->before = before;
	*out = sumsq;
	return 0;
}

void sumsq_ranges(const struct sumsq *sumsq, bool ranges[KERNEL_RANGES])
{
	memset(ranges, 0, KERNEL_RANGES * sizeof(*ranges));
	for (size_t i = 0; i < sumsq->tasks.count; i++) {
		const struct task *task = &sumsq->tasks.list[i];

		if (task->begin == task->end)
			continue;
		for (unsigned int range = kernel_range(task->begin);
		     range <= kernel_range(task->end - 1); range++)
			ranges[range] = true;
	}
}

static uint64_t sumsq_part_end(const struct work *work, uint64_t item)
{
	const struct tasks *tasks = &((const struct sumsq *)work)->tasks;
	size_t task = tasks_find(tasks, item);

	return tasks->before[task] + (tasks->list[task].end - tasks->list[task].begin);
}

static void sumsq_add(void *slot, const void *other)
{
	*(u128 *)slot += *(const u128 *)other;
}

/* Each range is a task of its own. */
static int sumsq_rest(struct work **rest, const struct work *work, const struct work_range *ranges,
		      size_t count)
{
	const struct sumsq *sumsq = (const struct sumsq *)work;
	struct tasks tasks = { 0 };
	struct sumsq *made;
	int ret = 0;

	for (size_t i = 0; !ret && i < count; i++) {
		size_t of = tasks_find(&sumsq->tasks, ranges[i].begin);
		uint64_t begin =
			sumsq->tasks.list[of].begin + (ranges[i].begin - sumsq->tasks.before[of]);

		ret = tasks_add(&tasks,
				(struct task){ begin, begin + (ranges[i].end - ranges[i].begin) });
	}
	if (!ret)
		ret = sumsq_new(&made, &tasks, sumsq->forced);
	tasks_free(&tasks);
	if (!ret)
		*rest = &made->work;
	return ret;
}

const struct work_type sumsq_work = {
	.name = "sumsq",
	.slot_size = sizeof(u128),
	.slot = sumsq_slot,
	.open = sumsq_open,
	.run = sumsq_run,
	.close = sumsq_close,
	.reset = sumsq_reset,
	.collect = sumsq_collect,
	.undo = sumsq_undo,
	.verify = sumsq_verify,
	.pack = sumsq_pack,
	.unpack = sumsq_unpack,
	.free = sumsq_free,
	.part_end = sumsq_part_end,
	.add = sumsq_add,
	.rest = sumsq_rest,
};
