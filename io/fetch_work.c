/* Downloading a list of URLs, several at a time. */
#include "fetch_work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/claim.h"
#include "io/engine/loop.h"

/* The longest wait, in ms, of a worker that others need to hear from, or that hears of new items
 * only by asking. */
enum { TICK_MS = 1 };

/* A chunk whose URLs are being fetched. */
struct held {
	struct chunk chunk;
	uint64_t next; /* of its items, to be started */
	uint64_t left; /* items that have not ended */
};

struct fetch_slot {
	struct held *held; /* whose item it is fetching */
	uint64_t item;
};

struct fetch_worker {
	const struct fetch_work *job;
	struct loop *loop;
	uint64_t began; /* of this run, by clock_ns() */
	unsigned int inflight;
	unsigned int busy;        /* slots in use */
	unsigned int *free;       /* the others: free[busy] ... free[inflight - 1] */
	struct fetch_slot *slots; /* inflight of them */
	struct held *at;          /* with items to be started; NULL: the next is to be claimed */
	struct held helds[];      /* inflight of them: each has an item in a slot, or left is 0 */
};

static uint64_t fetch_work_slot(const struct work *work, uint64_t item, uint64_t chunk)
{
	(void)work, (void)chunk;
	return item;
}

static void fetch_work_close(void *state)
{
	struct fetch_worker *own = state;

	if (own->loop)
		loop_close(own->loop);
	free(own->free);
	free(own->slots);
	free(own);
}

static int fetch_work_open(void **state, const struct work *work, unsigned int inflight)
{
	struct fetch_worker *own = calloc(1, sizeof(*own) + inflight * sizeof(own->helds[0]));
	int ret = -ENOMEM;

	if (!own)
		return ret;
	own->job = (const struct fetch_work *)work;
	own->inflight = inflight;
	own->free = calloc(inflight, sizeof(*own->free));
	own->slots = calloc(inflight, sizeof(*own->slots));
	if (own->free && own->slots)
		ret = loop_open(&own->loop, &own->job->options, inflight);
	for (unsigned int i = 0; !ret && i < inflight; i++)
		own->free[i] = i;
	if (ret)
		fetch_work_close(own);
	else
		*state = own;
	return ret;
}

/* Claims a chunk. Returns as claim_next() does. */
static int worker_claim(struct fetch_worker *own, struct claim *claim)
{
	struct held *held = own->helds;
	int ret;

	/* There is one: fewer slots are busy than there are chunks to hold. */
	while (held->left)
		held++;
	ret = claim_next(claim, &held->chunk, own->busy == 0);
	if (ret != 1)
		return ret;
	held->next = held->chunk.begin;
	held->left = held->chunk.end - held->chunk.begin;
	/* What is not done must not look like what was done there before. */
	memset(held->chunk.slots, 0, held->left * sizeof(struct outcome));
	own->at = held;
	return 1;
}

/* Starts the next item of the chunk in hand. */
static int worker_start(struct fetch_worker *own)
{
	unsigned int slot = own->free[own->busy];
	struct held *held = own->at;
	struct url url = urls_get(&own->job->urls, held->next);
	int ret = loop_start(own->loop, slot, &url);

	if (ret)
		return ret;
	own->slots[slot] = (struct fetch_slot){ .held = held, .item = held->next++ };
	own->busy++;
	if (held->next == held->chunk.end)
		own->at = NULL;
	return 0;
}

/*
 * Starts an item in each slot that is free. Claims are not awaited while transfers are under way.
 * Returns 1 if there may be more items, 0 if there are none, -EAGAIN if there is none yet, or
 * another -errno.
 */
static int worker_fill(struct fetch_worker *own, struct claim *claim)
{
	while (own->busy < own->inflight && loop_may_start(own->loop)) {
		int ret = own->at ? 1 : worker_claim(own, claim);

		if (ret != 1)
			return ret;
		ret = worker_start(own);
		if (ret)
			return ret;
	}
	return 1;
}

/* A chunk is committed when the last of its items has ended. */
static void worker_commit(struct fetch_worker *own, struct claim *claim)
{
	const struct outcome *ended;
	unsigned int number;

	while ((ended = loop_ended(own->loop, &number))) {
		const struct fetch_slot *slot = &own->slots[number];
		struct held *held = slot->held;
		struct outcome *outcomes = held->chunk.slots;
		struct outcome *outcome = &outcomes[slot->item - held->chunk.begin];

		*outcome = *ended;
		outcome->start_ns -= own->began;
		if (!--held->left)
			claim_commit(claim, &held->chunk);
		own->free[--own->busy] = number;
	}
}

static int fetch_work_run(void *state, struct claim *claim)
{
	struct fetch_worker *own = state;
	int more = 1, ret = 0;

	own->began = clock_ns();
	loop_begin(own->loop);
	while (!ret) {
		if (more)
			more = worker_fill(own, claim);
		if (more < 0 && more != -EAGAIN)
			return more;
		if (!own->busy)
			return 0;
		ret = loop_turn(own->loop, claim->ticks || more == -EAGAIN ? TICK_MS : -1);
		claim_tick(claim);
		worker_commit(own, claim);
	}
	return ret;
}

static void fetch_work_reset(struct work *work)
{
	struct fetch_work *job = (struct fetch_work *)work;

	memset(job->outcomes, 0, job->urls.count * sizeof(*job->outcomes));
}

static void fetch_work_collect(struct work *work, const struct chunk *chunk)
{
	struct fetch_work *job = (struct fetch_work *)work;

	memcpy(&job->outcomes[chunk->begin], chunk->slots,
	       (chunk->end - chunk->begin) * sizeof(*job->outcomes));
}

/* "2 could not connect, 1 timed out" */
static void list_kinds(char *text, size_t size, const size_t counts[FETCH_ERRORS])
{
	size_t at = 0;

	text[0] = '\0';
	for (int kind = FETCH_OK + 1; kind < FETCH_ERRORS; kind++)
		if (counts[kind] && at < size)
			at += (size_t)snprintf(text + at, size - at, "%s%zu %s", at ? ", " : "",
					       counts[kind], error_names[kind].name);
}

static int say_failed(const struct fetch_work *job, size_t failed, size_t first,
		      const size_t counts[FETCH_ERRORS])
{
	char kinds[512], reason[ERROR_REASON];
	size_t count = job->urls.count;

	list_kinds(kinds, sizeof(kinds), counts);
	return say_fail(counts[FETCH_WRONG] ? EILSEQ : EIO,
			"%zu of %zu download%s failed: %s; the first is %.200s: %s", failed, count,
			count == 1 ? "" : "s", kinds, urls_get(&job->urls, first).text,
			error_reason(&job->outcomes[first], reason));
}

static int fetch_work_verify(const struct work *work)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	size_t counts[FETCH_ERRORS] = { 0 }, failed = 0, first = 0;
	size_t count = job->urls.count;

	for (size_t i = 0; i < count; i++) {
		const struct outcome *outcome = &job->outcomes[i];

		/* Nothing that was not done is called done. */
		if (outcome->error >= FETCH_ERRORS || (!outcome->status && !outcome->error))
			return say_fail(EBADMSG,
					"%.200s was neither fetched nor did it fail: this is an "
					"error in the program",
					urls_get(&job->urls, i).text);
		if (outcome->error && !failed++)
			first = i;
		counts[outcome->error]++;
	}
	return failed ? say_failed(job, failed, first, counts) : 0;
}

/* What travels: the options, then the file of authorities by its name, then the URLs. */
struct fetch_parcel {
	struct fetch_options options; /* cacert means nothing there */
	uint64_t cacert, urls;        /* bytes, the NUL with them; 0 for no cacert */
	char texts[];
};

static int fetch_work_pack(const struct work *work, void **bytes, size_t *length)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	size_t cacert = job->cacert ? strlen(job->cacert) + 1 : 0;
	struct fetch_parcel *parcel = calloc(1, sizeof(*parcel) + cacert + job->urls.length);

	if (!parcel)
		return -ENOMEM;
	parcel->options = job->options;
	parcel->options.cacert = NULL;
	parcel->cacert = cacert;
	parcel->urls = job->urls.length;
	if (cacert)
		memcpy(parcel->texts, job->cacert, cacert);
	if (job->urls.length)
		memcpy(parcel->texts + cacert, job->urls.block, job->urls.length);
	*bytes = parcel;
	*length = sizeof(*parcel) + cacert + job->urls.length;
	return 0;
}

static int fetch_work_unpack(struct work **work, const void *bytes, size_t length)
{
	const struct fetch_parcel *parcel = bytes;
	struct fetch_options options;
	struct urls urls = { 0 };
	struct fetch_work *job;
	size_t texts;
	int ret;

	if (length < sizeof(*parcel))
		return -EPROTO;
	texts = length - sizeof(*parcel);
	if (parcel->cacert > texts || parcel->urls != texts - parcel->cacert ||
	    (parcel->cacert && parcel->texts[parcel->cacert - 1]))
		return -EPROTO;
	options = parcel->options;
	options.cacert = parcel->cacert ? parcel->texts : NULL;
	ret = urls_add_block(&urls, parcel->texts + parcel->cacert, parcel->urls);
	if (!ret)
		ret = fetch_work_new(&job, &urls, &options);
	if (ret)
		urls_free(&urls);
	else
		*work = &job->work;
	return ret;
}

static void fetch_work_free(struct work *work)
{
	struct fetch_work *job = (struct fetch_work *)work;

	urls_free(&job->urls);
	free(job->outcomes);
	free(job->cacert);
	free(job);
}

int fetch_work_new(struct fetch_work **out, struct urls *urls, const struct fetch_options *options)
{
	struct fetch_work *job = calloc(1, sizeof(*job));
	struct outcome *outcomes = calloc(urls->count ? urls->count : 1, sizeof(*outcomes));
	char *cacert = options->cacert ? strdup(options->cacert) : NULL;

	if (!job || !outcomes || (options->cacert && !cacert)) {
		free(job);
		free(outcomes);
		free(cacert);
		return -ENOMEM;
	}
	job->work = (struct work){
		.type = &fetch_work_type, .items = urls->count, .chunk_min = 1, .chunk_max = 1
	};
	job->urls = *urls;
	*urls = (struct urls){ 0 };
	loop_prepare();
	job->options = *options;
	job->options.cacert = job->cacert = cacert;
	job->outcomes = outcomes;
	*out = job;
	return 0;
}

const struct work_type fetch_work_type = {
	.name = "download",
	.slot_size = sizeof(struct outcome),
	.slot = fetch_work_slot,
	.open = fetch_work_open,
	.run = fetch_work_run,
	.close = fetch_work_close,
	.reset = fetch_work_reset,
	.collect = fetch_work_collect,
	.verify = fetch_work_verify,
	.pack = fetch_work_pack,
	.unpack = fetch_work_unpack,
	.free = fetch_work_free,
};
