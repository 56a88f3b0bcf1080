/*
 * Items go from a chunk into a slot, where they are in flight; from there back, if they are tried
 * again, to those that wait; or, if there is a file, to those that are brought to the disk
 * together; and then their chunk is committed.
 */
#include "fetch_worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "bench/claim.h"
#include "fetch_work.h"
#include "io/engine/host_cap.h"
#include "io/engine/loop.h"
#include "io/engine/retry.h"
#include "payload.h"
#include "settling.h"

/* The longest wait, in ms, of a worker that others need to hear from, or that hears of new items
 * only by asking. */
enum { TICK_MS = 1 };

/* How often it looks whether files have arrived on the disk. */
#define SETTLING_LOOK_NS 20000000u

/* Items that are begun before what is in flight is looked at: of those whose files are there, all
 * are over at once. */
enum { AT_ONCE = 256 };

/* A chunk whose URLs are being fetched. */
struct held {
	struct chunk chunk;
	uint64_t next; /* of its items, to be started */
	uint64_t left; /* items that have not ended */
};

struct fetch_slot {
	struct fetch_item item;
	struct list_text text;
};

struct fetch_worker {
	const struct fetch_work *job;
	struct loop *loop;
	struct folder folder;
	uint64_t began; /* of this run, by clock_ns() */
	unsigned int inflight;
	unsigned int busy;          /* slots in use */
	unsigned int *free;         /* the others: free[busy] ... free[inflight - 1] */
	struct fetch_slot *slots;   /* inflight of them */
	struct fetch_item *waiting; /* in the order in which they came */
	unsigned int waiting_count, waiting_room;
	struct settling *settling; /* NULL if nothing is saved */
	unsigned int place;        /* of its slots in job->live */
	struct list_text told;     /* for lines of the log */
	struct held *at;           /* with items to be started; NULL: the next is to be claimed */
	unsigned int last;         /* number of the one that was claimed last */
	unsigned int held_count;   /* so many that one is always free */
	struct held helds[];
};

void fetch_worker_close(void *state)
{
	struct fetch_worker *own = state;

	if (own->loop)
		loop_close(own->loop);
	settling_close(own->settling);
	sink_close_folder(&own->folder);
	for (unsigned int i = 0; own->slots && i < own->inflight; i++)
		free(own->slots[i].text.bytes);
	free(own->told.bytes);
	free(own->free);
	free(own->slots);
	free(own->waiting);
	free(own);
}

static int fetch_worker_open_folder(struct fetch_worker *own)
{
	const struct fetch_options *options = &own->job->options;
	int ret;

	if (!options->output)
		return 0;
	ret = sink_open_folder(&own->folder, options->output, options->clobber);
	if (ret)
		return say_fail(-ret, "nothing can be saved in %s: %s", options->output,
				strerror(-ret));
	own->folder.files = own->inflight + settling_most(own->inflight);
	return settling_open(&own->settling, &own->folder, own->inflight);
}

int fetch_worker_open(void **state, const struct work *work, unsigned int inflight)
{
	/* As many may wait for their hosts as leave others a way past them. */
	unsigned int waiting = 2 * inflight + 32,
		     helds = inflight + waiting + settling_most(inflight) + 1;
	struct fetch_worker *own = calloc(1, sizeof(*own) + helds * sizeof(own->helds[0]));
	int ret = -ENOMEM;

	if (!own)
		return ret;
	own->folder.fd = -1;
	own->job = (const struct fetch_work *)work;
	own->inflight = inflight;
	own->held_count = helds;
	own->place = live_join(own->job->live, inflight);
	own->waiting_room = waiting;
	own->free = calloc(inflight, sizeof(*own->free));
	own->slots = calloc(inflight, sizeof(*own->slots));
	own->waiting = calloc(waiting, sizeof(*own->waiting));
	if (own->free && own->slots && own->waiting)
		ret = fetch_worker_open_folder(own);
	if (!ret)
		ret = loop_open(&own->loop, &own->job->options, &own->folder, own->job->hosts,
				inflight);
	for (unsigned int i = 0; !ret && i < inflight; i++)
		own->free[i] = i;
	if (ret)
		fetch_worker_close(own);
	else
		*state = own;
	return ret;
}

/* Claims a chunk. Returns as claim_next() does. */
static int fetch_worker_claim(struct fetch_worker *own, struct claim *claim)
{
	bool idle = !own->busy && !own->waiting_count && !settling_has(own->settling);
	struct held *held;
	int ret;

	/* Those that were claimed first are mostly free first. */
	while (own->helds[own->last].left)
		own->last = (own->last + 1) % own->held_count;
	held = &own->helds[own->last];
	ret = claim_next(claim, &held->chunk, idle);
	if (ret != 1)
		return ret;
	held->next = held->chunk.begin;
	held->left = held->chunk.end - held->chunk.begin;
	/* Or what is not done would look like what was done there before. */
	memset(held->chunk.slots, 0, fetch_work_slots_size(own->job, &held->chunk));
	own->at = held;
	return 1;
}

static void fetch_worker_tell(struct fetch_worker *own, const struct fetch_item *item,
			      const struct outcome *outcome, const char *sum)
{
	struct url url;

	/* By the URL that was tried last. */
	if (!list_read(&own->job->list, item->number, item->tries ? item->tries - 1 : 0, &own->told,
		       &url))
		tell_end(own->job->tell, &url, outcome, sum, item->tries);
}

/* All is known of an item. A chunk is committed with its last one. */
static void fetch_worker_end(struct fetch_worker *own, struct claim *claim,
			     const struct fetch_item *item, const struct outcome *outcome,
			     const char *sum)
{
	struct held *held = item->held;
	uint64_t begin = held->chunk.begin, number = item->number;
	struct outcome *outcomes = held->chunk.slots;
	struct tally *tallies = held->chunk.slots;

	if (outcome->error)
		live_failed(own->job->live);
	if (tell_wanted(own->job->tell))
		fetch_worker_tell(own, item, outcome, sum);
	if (own->job->options.bulk) {
		tally_add(&tallies[number / TALLY_ITEMS - begin / TALLY_ITEMS], number, outcome);
	} else {
		outcomes[number - begin] = *outcome;
		outcomes[number - begin].start_ns -= own->began;
	}
	if (!--held->left)
		claim_commit(claim, &held->chunk);
}

/* Takes in the files that have arrived on the disk; wait: one of them at least. */
static void fetch_worker_settle(struct fetch_worker *own, struct claim *claim, bool wait)
{
	const struct settled *settled;

	for (; (settled = settling_next(own->settling, wait)); wait = false)
		fetch_worker_end(own, claim, &settled->item, &settled->outcome, settled->sum);
}

/* Puts an item off. There is room: see fetch_worker_may_claim(). */
static void fetch_worker_wait(struct fetch_worker *own, const struct fetch_item *item, uint64_t due)
{
	own->waiting[own->waiting_count] = *item;
	own->waiting[own->waiting_count++].due = due;
}

/* Puts a download that failed off, if it is tried again; and its host for all, if it wants that. */
static bool fetch_worker_tries_again(struct fetch_worker *own, struct fetch_item *item,
				     const struct loop_end *end)
{
	const struct outcome *outcome = end->outcome;
	uint64_t now = clock_ns();
	struct retry_plan plan = retry_plan(outcome->error, outcome->status, end->retry_after,
					    item->tries, own->job->options.retries, item->mirrors,
					    payload_mix(now ^ item->number));

	/* Also after the last try; a measurement asks as fast as it is told to. */
	if (plan.pause_ns && (plan.again || own->job->options.retries || own->job->options.output))
		host_cap_pause(own->job->hosts, item->host, now + plan.pause_ns);
	/* What is there stays what it is. */
	if (!plan.again || outcome->flags & OUTCOME_THERE)
		return false;
	item->crowded = false;
	fetch_worker_wait(own, item, now + plan.wait_ns);
	return true;
}

/* What became of the item in a slot, whose transfer has ended. */
static void fetch_worker_take_end(struct fetch_worker *own, struct claim *claim,
				  unsigned int number)
{
	struct fetch_slot *slot = &own->slots[number];
	struct loop_end end = loop_end(own->loop, number);

	host_cap_leave(own->job->hosts, slot->item.host);
	live_end(own->job->live, own->place + number, end.outcome->bytes);
	if (fetch_worker_tries_again(own, &slot->item, &end))
		return;
	if (!sink_is_open(end.file)) {
		fetch_worker_end(own, claim, &slot->item, end.outcome, end.sum);
		return;
	}
	for (settling_push(own->settling, false); settling_is_full(own->settling);
	     settling_push(own->settling, false))
		fetch_worker_settle(own, claim, true);
	settling_add(own->settling, &slot->item, end.outcome, end.file, end.sum);
}

/*
 * Starts an item in a slot, if it is its turn. Returns 1 if it has begun or ended; 0 if it is not
 * its turn, with *wait set, in ns; or -errno.
 */
static int fetch_worker_start(struct fetch_worker *own, struct claim *claim,
			      struct fetch_item *item, uint64_t *wait)
{
	unsigned int number = own->free[own->busy];
	struct fetch_slot *slot = &own->slots[number];
	struct host_cap *hosts = own->job->hosts;
	struct url url;
	int ret = list_read(&own->job->list, item->number, item->tries, &slot->text, &url);

	if (ret)
		return ret;
	item->mirrors = url.mirrors;
	item->host = host_cap_find(hosts, url.text);
	*wait = host_cap_enter(hosts, item->host, clock_ns(), &item->crowded);
	if (*wait)
		return 0;
	live_begin(own->job->live, own->place + number, item->number, clock_ns());
	item->tries++;
	slot->item = *item;
	ret = loop_start(own->loop, number, &url);
	if (ret > 0)
		fetch_worker_take_end(own, claim, number);
	own->busy += !ret;
	return ret < 0 ? ret : 1;
}

static bool fetch_worker_may_start(const struct fetch_worker *own)
{
	return own->busy < own->inflight && loop_may_start(own->loop);
}

/* Starts those of the waiting whose time has come. Returns 0 or -errno. */
static int fetch_worker_start_waiting(struct fetch_worker *own, struct claim *claim, bool ended)
{
	unsigned int count = own->waiting_count, kept = 0;
	uint64_t now = clock_ns();
	int ret = 0;

	/* Those that come to wait anew meanwhile go behind the others. */
	for (unsigned int i = 0; i < count; i++) {
		struct fetch_item item = own->waiting[i];
		uint64_t wait = 0;
		bool due = item.due <= now || (ended && item.crowded);
		int started = 0;

		if (!ret && due && fetch_worker_may_start(own))
			started = fetch_worker_start(own, claim, &item, &wait);
		if (started < 0)
			ret = started;
		if (started == 1)
			continue;
		if (wait)
			item.due = now + wait;
		own->waiting[kept++] = item;
	}
	memmove(&own->waiting[kept], &own->waiting[count],
		(own->waiting_count - count) * sizeof(own->waiting[0]));
	own->waiting_count -= count - kept;
	return ret;
}

/* Every item in flight may come to wait. */
static bool fetch_worker_may_claim(const struct fetch_worker *own)
{
	return own->waiting_count + own->busy < own->waiting_room;
}

/*
 * Starts an item in each slot that is free. Claims are not awaited while transfers are under way.
 * Returns 1 if there may be more items, 0 if there are none, -EAGAIN if none yet, or -errno.
 */
static int fetch_worker_fill(struct fetch_worker *own, struct claim *claim)
{
	for (int i = 0; i < AT_ONCE && fetch_worker_may_start(own) && fetch_worker_may_claim(own);
	     i++) {
		int ret = own->at ? 1 : fetch_worker_claim(own, claim);
		struct fetch_item item;
		uint64_t wait;

		if (ret != 1)
			return ret;
		item = (struct fetch_item){ .held = own->at, .number = own->at->next++ };
		if (own->at->next == own->at->chunk.end)
			own->at = NULL;
		ret = fetch_worker_start(own, claim, &item, &wait);
		if (ret < 0)
			return ret;
		if (!ret)
			fetch_worker_wait(own, &item, clock_ns() + wait);
	}
	return 1;
}

/* For how long to wait for what is in flight, in ms; -1: until it moves. */
static int fetch_worker_patience(const struct fetch_worker *own, bool more, bool tick)
{
	uint64_t now = clock_ns(), due = UINT64_MAX, ms;

	if (more && fetch_worker_may_start(own) && fetch_worker_may_claim(own))
		return 0;
	if (tick)
		return TICK_MS;
	for (unsigned int i = 0; i < own->waiting_count; i++)
		due = own->waiting[i].due < due ? own->waiting[i].due : due;
	if (settling_has(own->settling) && due > now + SETTLING_LOOK_NS)
		due = now + SETTLING_LOOK_NS;
	if (due == UINT64_MAX)
		return -1;
	ms = due > now ? (due - now) / 1000000 + 1 : 0;
	return ms > 1000 ? 1000 : (int)ms;
}

int fetch_worker_run(void *state, struct claim *claim)
{
	struct fetch_worker *own = state;
	int more = 1, ret = 0;
	unsigned int number;
	bool ended = false;

	own->began = clock_ns();
	loop_begin(own->loop, claim->until_ns);
	while (!ret) {
		if (own->waiting_count)
			ret = fetch_worker_start_waiting(own, claim, ended);
		if (!ret && more)
			more = fetch_worker_fill(own, claim);
		if (ret || (more < 0 && more != -EAGAIN))
			return ret ? ret : more;
		if (settling_has(own->settling)) {
			settling_push(own->settling, !own->busy);
			fetch_worker_settle(own, claim, !own->busy && !own->waiting_count);
		}
		/* At the end of the time, what waits for another try is not done. */
		if (!own->busy && ((!own->waiting_count && !more) ||
				   (claim->until_ns && clock_ns() >= claim->until_ns)))
			break;
		ret = loop_turn(own->loop, fetch_worker_patience(own, more == 1,
								 claim->ticks || more == -EAGAIN));
		claim_tick(claim);
		ended = false;
		while (loop_ended(own->loop, &number)) {
			own->free[--own->busy] = number;
			fetch_worker_take_end(own, claim, number);
			ended = true;
		}
	}
	while (!ret && settling_has(own->settling)) {
		settling_push(own->settling, true);
		fetch_worker_settle(own, claim, true);
	}
	return ret;
}
