/* Downloading a list of URLs, several at a time. */
#include "fetch_work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/claim.h"
#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "io/engine/loop.h"

/* The longest wait, in ms, of a worker that others need to hear from, or that hears of new items
 * only by asking. */
enum { TICK_MS = 1 };

struct worker_state {
	const struct fetch_work *job;
	struct loop *loop;
	uint64_t began; /* of this run, by clock_ns() */
	unsigned int inflight;
	unsigned int busy;     /* slots in use */
	unsigned int *free;    /* the others: free[busy] ... free[inflight - 1] */
	struct grain grains[]; /* of each slot */
};

static uint64_t cell(const struct work *work, uint64_t item, uint64_t grain)
{
	(void)work, (void)grain;
	return item;
}

static void close(void *state)
{
	struct worker_state *own = state;

	if (own->loop)
		loop_close(own->loop);
	free(own->free);
	free(own);
}

static int open(void **state, const struct work *work, unsigned int inflight)
{
	struct worker_state *own = calloc(1, sizeof(*own) + inflight * sizeof(own->grains[0]));
	int ret;

	if (!own)
		return -ENOMEM;
	own->job = (const struct fetch_work *)work;
	own->inflight = inflight;
	own->free = calloc(inflight, sizeof(*own->free));
	ret = own->free ? loop_open(&own->loop, &own->job->options, inflight) : -ENOMEM;
	for (unsigned int i = 0; !ret && i < inflight; i++)
		own->free[i] = i;
	if (ret)
		close(own);
	else
		*state = own;
	return ret;
}

/*
 * Claims an item for each slot that is free. Claims are not awaited while transfers are under way.
 * Returns 1 if there may be more items, 0 if there are none, -EAGAIN if there is none yet, or
 * another -errno.
 */
static int fill(struct worker_state *own, struct claim *claim)
{
	while (own->busy < own->inflight && loop_may_start(own->loop)) {
		unsigned int slot = own->free[own->busy];
		struct grain *grain = &own->grains[slot];
		int ret = claim_next(claim, grain, own->busy == 0);
		struct url url;

		if (ret != 1)
			return ret;
		url = urls_get(&own->job->urls, grain->begin);
		ret = loop_start(own->loop, slot, &url);
		if (ret)
			return ret;
		own->busy++;
	}
	return 1;
}

static void commit_ended(struct worker_state *own, struct claim *claim)
{
	const struct outcome *ended;
	unsigned int slot;

	while ((ended = loop_ended(own->loop, &slot))) {
		struct outcome *outcome = own->grains[slot].cells;

		*outcome = *ended;
		outcome->start_ns -= own->began;
		claim_commit(claim, &own->grains[slot]);
		own->free[--own->busy] = slot;
	}
}

static int run(void *state, struct claim *claim)
{
	struct worker_state *own = state;
	int more = 1, ret = 0;

	own->began = clock_ns();
	loop_begin(own->loop);
	while (!ret) {
		if (more)
			more = fill(own, claim);
		if (more < 0 && more != -EAGAIN)
			return more;
		if (!own->busy)
			return 0;
		ret = loop_turn(own->loop, claim->ticks || more == -EAGAIN ? TICK_MS : -1);
		claim_tick(claim);
		commit_ended(own, claim);
	}
	return ret;
}

static void reset(struct work *work)
{
	struct fetch_work *job = (struct fetch_work *)work;

	memset(job->outcomes, 0, job->urls.count * sizeof(*job->outcomes));
}

static void collect(struct work *work, const struct grain *grain)
{
	struct fetch_work *job = (struct fetch_work *)work;

	memcpy(&job->outcomes[grain->begin], grain->cells,
	       (grain->end - grain->begin) * sizeof(*job->outcomes));
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
	return say_fail(EIO, "%zu of %zu download%s failed: %s; the first is %.200s: %s", failed,
			count, count == 1 ? "" : "s", kinds, urls_get(&job->urls, first).text,
			error_reason(&job->outcomes[first], reason));
}

static int verify(const struct work *work)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	size_t counts[FETCH_ERRORS] = { 0 }, failed = 0, wrong = 0, first = 0, first_wrong = 0;
	size_t count = job->urls.count;

	for (size_t i = 0; i < count; i++) {
		const struct outcome *outcome = &job->outcomes[i];

		if (outcome->flags & OUTCOME_WRONG && !wrong++)
			first_wrong = i;
		if (outcome->error && !failed++)
			first = i;
		counts[outcome->error]++;
	}
	if (wrong)
		return say_fail(EBADMSG,
				"%zu of %zu bodies are not what the server's seed makes them: the "
				"first is that of %.200s",
				wrong, count, urls_get(&job->urls, first_wrong).text);
	return failed ? say_failed(job, failed, first, counts) : 0;
}

/* What travels: the options, then the file of authorities by its name, then the URLs. */
struct parcel {
	struct fetch_options options; /* cacert means nothing there */
	uint64_t cacert, urls;        /* bytes, the NUL with them; 0 for no cacert */
	char texts[];
};

static int pack(const struct work *work, void **bytes, size_t *length)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	size_t cacert = job->cacert ? strlen(job->cacert) + 1 : 0;
	struct parcel *parcel = calloc(1, sizeof(*parcel) + cacert + job->urls.length);

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

static int unpack(struct work **work, const void *bytes, size_t length)
{
	const struct parcel *parcel = bytes;
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

static void free_work(struct work *work)
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
		.type = &fetch_work_type, .items = urls->count, .grain_min = 1, .grain_max = 1
	};
	job->urls = *urls;
	*urls = (struct urls){ 0 };
	job->options = *options;
	job->options.cacert = job->cacert = cacert;
	job->outcomes = outcomes;
	*out = job;
	return 0;
}

const struct work_type fetch_work_type = {
	.name = "download",
	.cell_size = sizeof(struct outcome),
	.cell = cell,
	.open = open,
	.run = run,
	.close = close,
	.reset = reset,
	.collect = collect,
	.verify = verify,
	.pack = pack,
	.unpack = unpack,
	.free = free_work,
};
