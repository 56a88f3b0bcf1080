/* Downloading a list of URLs, several at a time. */
#include "download.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/claim.h"
#include "bench/base/clock.h"
#include "bench/base/say.h"

/* The longest wait, in ms, of a worker that others need to hear from, or that hears of new items
 * only by asking. */
enum { TICK_MS = 1 };

struct worker_state {
	const struct download *download;
	struct fetcher *fetcher;
	uint64_t began; /* of this run, by clock_ns() */
	unsigned int inflight;
	unsigned int busy;     /* slots in use */
	unsigned int *free;    /* the others: free[busy] ... free[inflight - 1] */
	struct chunk chunks[]; /* of each slot */
};

static uint64_t download_slot(const struct work *work, uint64_t item, uint64_t chunk)
{
	(void)work, (void)chunk;
	return item;
}

static void close(void *state)
{
	struct worker_state *own = state;

	if (own->fetcher)
		fetcher_close(own->fetcher);
	free(own->free);
	free(own);
}

static int open(void **state, const struct work *work, unsigned int inflight)
{
	struct worker_state *own = calloc(1, sizeof(*own) + inflight * sizeof(own->chunks[0]));
	int ret;

	if (!own)
		return -ENOMEM;
	own->download = (const struct download *)work;
	own->inflight = inflight;
	own->free = calloc(inflight, sizeof(*own->free));
	ret = own->free ? fetcher_open(&own->fetcher, &own->download->options, inflight) : -ENOMEM;
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
	while (own->busy < own->inflight && fetch_may_start(own->fetcher)) {
		unsigned int slot = own->free[own->busy];
		struct chunk *chunk = &own->chunks[slot];
		int ret = claim_next(claim, chunk, own->busy == 0);
		struct url url;

		if (ret != 1)
			return ret;
		url = urls_get(&own->download->urls, chunk->begin);
		ret = fetch_start(own->fetcher, slot, &url);
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

	while ((ended = fetch_ended(own->fetcher, &slot))) {
		struct outcome *outcome = own->chunks[slot].slots;

		*outcome = *ended;
		outcome->start_ns -= own->began;
		claim_commit(claim, &own->chunks[slot]);
		own->free[--own->busy] = slot;
	}
}

static int run(void *state, struct claim *claim)
{
	struct worker_state *own = state;
	int more = 1, ret = 0;

	own->began = clock_ns();
	fetch_begin(own->fetcher);
	while (!ret) {
		if (more)
			more = fill(own, claim);
		if (more < 0 && more != -EAGAIN)
			return more;
		if (!own->busy)
			return 0;
		ret = fetch_turn(own->fetcher, claim->ticks || more == -EAGAIN ? TICK_MS : -1);
		claim_tick(claim);
		commit_ended(own, claim);
	}
	return ret;
}

static void reset(struct work *work)
{
	struct download *download = (struct download *)work;

	memset(download->outcomes, 0, download->urls.count * sizeof(*download->outcomes));
}

static void collect(struct work *work, const struct chunk *chunk)
{
	struct download *download = (struct download *)work;

	memcpy(&download->outcomes[chunk->begin], chunk->slots,
	       (chunk->end - chunk->begin) * sizeof(*download->outcomes));
}

/* "2 could not connect, 1 timed out" */
static void list_kinds(char *text, size_t size, const size_t counts[FETCH_ERRORS])
{
	size_t at = 0;

	text[0] = '\0';
	for (int kind = FETCH_OK + 1; kind < FETCH_ERRORS; kind++)
		if (counts[kind] && at < size)
			at += (size_t)snprintf(text + at, size - at, "%s%zu %s", at ? ", " : "",
					       counts[kind], fetch_errors[kind].name);
}

static int say_failed(const struct download *download, size_t failed, size_t first,
		      const size_t counts[FETCH_ERRORS])
{
	char kinds[512], reason[REASON_TEXT];
	size_t count = download->urls.count;

	list_kinds(kinds, sizeof(kinds), counts);
	return say_fail(EIO, "%zu of %zu download%s failed: %s; the first is %.200s: %s", failed,
			count, count == 1 ? "" : "s", kinds, urls_get(&download->urls, first).text,
			outcome_reason(&download->outcomes[first], reason));
}

static int verify(const struct work *work)
{
	const struct download *download = (const struct download *)work;
	size_t counts[FETCH_ERRORS] = { 0 }, failed = 0, wrong = 0, first = 0, first_wrong = 0;
	size_t count = download->urls.count;

	for (size_t i = 0; i < count; i++) {
		const struct outcome *outcome = &download->outcomes[i];

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
				wrong, count, urls_get(&download->urls, first_wrong).text);
	return failed ? say_failed(download, failed, first, counts) : 0;
}

/* What travels: the options, then the file of authorities by its name, then the URLs. */
struct parcel {
	struct fetch_options options; /* cacert means nothing there */
	uint64_t cacert, urls;        /* bytes, the NUL with them; 0 for no cacert */
	char texts[];
};

static int pack(const struct work *work, void **bytes, size_t *length)
{
	const struct download *download = (const struct download *)work;
	size_t cacert = download->cacert ? strlen(download->cacert) + 1 : 0;
	struct parcel *parcel = calloc(1, sizeof(*parcel) + cacert + download->urls.length);

	if (!parcel)
		return -ENOMEM;
	parcel->options = download->options;
	parcel->options.cacert = NULL;
	parcel->cacert = cacert;
	parcel->urls = download->urls.length;
	if (cacert)
		memcpy(parcel->texts, download->cacert, cacert);
	if (download->urls.length)
		memcpy(parcel->texts + cacert, download->urls.block, download->urls.length);
	*bytes = parcel;
	*length = sizeof(*parcel) + cacert + download->urls.length;
	return 0;
}

static int unpack(struct work **work, const void *bytes, size_t length)
{
	const struct parcel *parcel = bytes;
	struct fetch_options options;
	struct urls urls = { 0 };
	struct download *download;
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
		ret = download_new(&download, &urls, &options);
	if (ret)
		urls_free(&urls);
	else
		*work = &download->work;
	return ret;
}

static void free_work(struct work *work)
{
	struct download *download = (struct download *)work;

	urls_free(&download->urls);
	free(download->outcomes);
	free(download->cacert);
	free(download);
}

int download_new(struct download **out, struct urls *urls, const struct fetch_options *options)
{
	struct download *download = calloc(1, sizeof(*download));
	struct outcome *outcomes = calloc(urls->count ? urls->count : 1, sizeof(*outcomes));
	char *cacert = options->cacert ? strdup(options->cacert) : NULL;

	if (!download || !outcomes || (options->cacert && !cacert)) {
		free(download);
		free(outcomes);
		free(cacert);
		return -ENOMEM;
	}
	download->work = (struct work){
		.type = &download_work, .items = urls->count, .chunk_min = 1, .chunk_max = 1
	};
	download->urls = *urls;
	*urls = (struct urls){ 0 };
	download->options = *options;
	download->options.cacert = download->cacert = cacert;
	download->outcomes = outcomes;
	*out = download;
	return 0;
}

const struct work_type download_work = {
	.name = "download",
	.slot_size = sizeof(struct outcome),
	.slot = download_slot,
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
