/* Downloading a list of URLs, several at a time. */
#include "fetch_work.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/claim.h"
#include "bench/base/say.h"
#include "again.h"
#include "fetch_worker.h"
#include "io/engine/loop.h"
#include "ranks.h"

static uint64_t fetch_work_slot(const struct work *work, uint64_t item, uint64_t chunk)
{
	(void)work, (void)chunk;
	return item;
}

static void fetch_work_undo(struct work *work)
{
	struct fetch_work *job = (struct fetch_work *)work;
	struct fetch_results before = job->before;

	job->before = job->results;
	job->results = before;
}

static void fetch_work_reset(struct work *work)
{
	struct fetch_work *job = (struct fetch_work *)work;

	fetch_work_undo(work);
	fetch_results_clear(&job->results);
}

static void fetch_work_collect(struct work *work, const struct chunk *chunk)
{
	fetch_results_take(&((struct fetch_work *)work)->results, chunk);
}

static int fetch_work_say_failed(const struct fetch_work *job, const struct tally *total)
{
	char kinds[512], reason[ERROR_REASON];

	tally_list_kinds(total, kinds, sizeof(kinds));
	return say_fail(total->kinds[FETCH_WRONG] || total->kinds[FETCH_SUM] ? EILSEQ : EIO,
			"%" PRIu64 " of %" PRIu64 " download%s failed: %s; the first is %.200s: %s",
			tally_failures(total), total->ended, total->ended == 1 ? "" : "s", kinds,
			fetch_work_url(job, total->first_item).text,
			error_reason(&total->first, reason));
}

/* All of them together. Returns 0, or -EBADMSG having said which was not done: nothing that was not
 * is called done. */
static int fetch_work_add_up(const struct fetch_work *job, struct tally *total)
{
	*total = (struct tally){ 0 };
	for (uint64_t i = 0; i < job->list.count; i++) {
		const struct outcome *outcome = &job->results.outcomes[i];

		if (outcome->error >= FETCH_ERRORS ||
		    (!outcome->status && !outcome->error && !(outcome->flags & OUTCOME_THERE)))
			return say_fail(EBADMSG,
					"%.200s was neither fetched nor did it fail: this is an "
					"error in the program",
					fetch_work_url(job, i).text);
		tally_add(total, i, outcome);
	}
	return 0;
}

/* What is left to be done once all have ended, and what is said of it. */
static int fetch_work_conclude(const struct fetch_work *job, const struct tally *total)
{
	int ret = again_write(job), told = tell_finish(job->tell, &job->options);

	if (tally_failures(total))
		return fetch_work_say_failed(job, total);
	if (job->left_out)
		return say_fail(EIO,
				"%" PRIu64 " download%s of the list were wrong, as was said, and "
				"left out",
				job->left_out, job->left_out == 1 ? "" : "s");
	return ret || told ? -EIO : 0;
}

static int fetch_work_verify(const struct work *work)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	struct tally total;
	int ret = fetch_work_add_up(job, &total);

	return ret ? ret : fetch_work_conclude(job, &total);
}

static uint64_t fetch_bulk_slot(const struct work *work, uint64_t item, uint64_t chunk)
{
	(void)work;
	/* Where a chunk ends in the midst of a tally's items, the next has another for the rest. */
	return item / TALLY_ITEMS + chunk;
}

size_t fetch_work_slots_size(const struct fetch_work *job, const struct chunk *chunk)
{
	if (job->options.bulk)
		return fetch_results_tallies(chunk) * sizeof(struct tally);
	return (chunk->end - chunk->begin) * sizeof(struct outcome);
}

static int fetch_bulk_verify(const struct work *work)
{
	const struct fetch_work *job = (const struct fetch_work *)work;

	if (job->results.total.ended != job->list.count)
		return say_fail(EBADMSG,
				"%" PRIu64 " of %" PRIu64 " downloads ended: this is an error in "
				"the program",
				job->results.total.ended, job->list.count);
	return fetch_work_conclude(job, &job->results.total);
}

/* The texts among the options, which travel behind them. */
static const size_t fetch_work_texts[] = {
	offsetof(struct fetch_options, cacert),  offsetof(struct fetch_options, output),
	offsetof(struct fetch_options, headers), offsetof(struct fetch_options, log),
	offsetof(struct fetch_options, failed),  offsetof(struct fetch_options, manifest),
};

enum { TEXTS = sizeof(fetch_work_texts) / sizeof(fetch_work_texts[0]) };

static const char **fetch_work_text_of(struct fetch_options *options, int number)
{
	return (const char **)((char *)options + fetch_work_texts[number]);
}

/* What travels: the options, then their texts; and then the list, in pieces. */
struct parcel {
	struct fetch_options options; /* its texts mean nothing there */
	uint64_t lengths[TEXTS];      /* bytes, the NUL with them; 0 for none */
	uint64_t count;               /* of downloads */
	char bytes[];
};

static int fetch_work_pack(const struct work *work, void **bytes, size_t *length)
{
	const struct fetch_work *job = (const struct fetch_work *)work;
	struct fetch_options options = job->options;
	uint64_t lengths[TEXTS], sum = 0, at = 0;
	struct parcel *parcel;

	for (int i = 0; i < TEXTS; i++) {
		const char *text = *fetch_work_text_of(&options, i);

		sum += lengths[i] = text ? strlen(text) + 1 : 0;
	}
	parcel = calloc(1, sizeof(*parcel) + sum);
	if (!parcel)
		return -ENOMEM;
	for (int i = 0; i < TEXTS; i++) {
		if (lengths[i])
			memcpy(parcel->bytes + at, *fetch_work_text_of(&options, i), lengths[i]);
		parcel->lengths[i] = lengths[i];
		at += lengths[i];
		*fetch_work_text_of(&options, i) = NULL;
	}
	parcel->options = options;
	parcel->count = job->list.count;
	*bytes = parcel;
	*length = sizeof(*parcel) + sum;
	return 0;
}

static int fetch_work_unpack(struct work **work, const void *bytes, size_t length)
{
	const struct parcel *parcel = bytes;
	struct fetch_options options;
	struct list list = { 0 };
	struct fetch_work *job;
	size_t left, at = 0;
	int ret;

	if (length < sizeof(*parcel))
		return -EPROTO;
	left = length - sizeof(*parcel);
	options = parcel->options;
	for (int i = 0; i < TEXTS; i++) {
		uint64_t size = parcel->lengths[i];

		if (size > left - at || (size && parcel->bytes[at + size - 1]))
			return -EPROTO;
		*fetch_work_text_of(&options, i) = size ? parcel->bytes + at : NULL;
		at += size;
	}
	if (left != at)
		return -EPROTO;
	list.count = parcel->count;
	ret = fetch_work_new(&job, &list, &options);
	if (!ret)
		*work = &job->work;
	return ret;
}

static long fetch_work_read(const struct work *work, uint64_t from, void *bytes, size_t room)
{
	return list_copy(&((const struct fetch_work *)work)->list, from, bytes, room);
}

static int fetch_work_take(struct work *work, const void *bytes, size_t length)
{
	struct list *list = &((struct fetch_work *)work)->list;

	return length ? list_take(list, bytes, length) : list_taken(list, work->items);
}

static void fetch_work_free_texts(struct fetch_options *options)
{
	for (int i = 0; i < TEXTS; i++)
		free((char *)*fetch_work_text_of(options, i));
}

static void fetch_work_free(struct work *work)
{
	struct fetch_work *job = (struct fetch_work *)work;

	fetch_work_free_texts(&job->options);
	live_close(job->live);
	tell_close(job->tell);
	free(job->tell);
	host_cap_close(job->hosts);
	list_free(&job->list);
	free(job->text->bytes);
	free(job->text);
	fetch_results_free(&job->results);
	fetch_results_free(&job->before);
	free(job);
}

/* Puts its own copies in the place of the texts. Returns 0 or -ENOMEM; all are to be freed. */
static int fetch_work_copy_texts(struct fetch_options *options)
{
	int ret = 0;

	for (int i = 0; i < TEXTS; i++) {
		const char **text = fetch_work_text_of(options, i), *from = *text;

		*text = from ? strdup(from) : NULL;
		if (from && !*text)
			ret = -ENOMEM;
	}
	return ret;
}

int fetch_work_new(struct fetch_work **out, struct list *list, const struct fetch_options *options)
{
	struct fetch_work *job = calloc(1, sizeof(*job));
	struct host_limits limits = ranks_limits(options);
	int ret;

	if (!job)
		return -ENOMEM;
	job->options = *options;
	ret = fetch_work_copy_texts(&job->options);
	job->tell = calloc(1, sizeof(*job->tell));
	job->live = live_open();
	job->text = calloc(1, sizeof(*job->text));
	if (fetch_results_make(&job->results, list->count, options->bulk) ||
	    fetch_results_make(&job->before, list->count, options->bulk) || !job->text ||
	    !job->tell || !job->live)
		ret = -ENOMEM;
	if (!ret)
		ret = tell_open(job->tell, options);
	if (!ret)
		ret = host_cap_open(&job->hosts, &limits);
	if (ret)
		goto fail;
	job->work = (struct work){ .type = options->bulk ? &fetch_bulk_type : &fetch_work_type,
				   .items = list->count,
				   .chunk_min = 1,
				   .chunk_max = options->bulk ? TALLY_ITEMS : 1 };
	job->list = *list;
	*list = (struct list){ 0 };
	loop_prepare();
	*out = job;
	return 0;
fail:
	fetch_work_free_texts(&job->options);
	fetch_results_free(&job->results);
	fetch_results_free(&job->before);
	free(job->text);
	free(job->tell);
	live_close(job->live);
	free(job);
	return ret;
}

struct url fetch_work_url(const struct fetch_work *job, uint64_t number)
{
	struct url url;

	if (list_read(&job->list, number, 0, job->text, &url))
		return (struct url){ .text = "", .name = "" };
	return url;
}

/* What a bulk does as other downloads do. */
#define FETCH_WORK_BOTH                                                                    \
	.open = fetch_worker_open, .run = fetch_worker_run, .close = fetch_worker_close,   \
	.reset = fetch_work_reset, .collect = fetch_work_collect, .undo = fetch_work_undo, \
	.pack = fetch_work_pack, .unpack = fetch_work_unpack, .read = fetch_work_read,     \
	.take = fetch_work_take, .free = fetch_work_free, .news = ranks_news, .hear = ranks_hear

const struct work_type fetch_work_type = {
	.name = "download",
	.slot_size = sizeof(struct outcome),
	.slot = fetch_work_slot,
	.verify = fetch_work_verify,
	FETCH_WORK_BOTH,
};

const struct work_type fetch_bulk_type = {
	.name = "downloads",
	.slot_size = sizeof(struct tally),
	.slot = fetch_bulk_slot,
	.verify = fetch_bulk_verify,
	FETCH_WORK_BOTH,
};
