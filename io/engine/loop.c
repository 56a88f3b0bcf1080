/*
 * Many transfers in one thread: libcurl's multi handles on one epoll.
 *
 * A multi handle slows down with the handles that are in it, so the slots are dealt to groups of a
 * bounded size, each with a multi handle and its connections.
 */
#include "loop.h"

#include <errno.h>
#include <stdlib.h>

#include <curl/curl.h>

#include "bench/base/clock.h"
#include "bandwidth.h"
#include "outcome.h"
#include "quirks.h"
#include "shared.h"
#include "sockets.h"
#include "transfer.h"
#include "watchdog.h"

enum {
	GROUP_SLOTS = 128,
	EVENTS = 64,        /* taken from epoll at once */
	SPARE = 8,          /* connections that a group may keep beyond its slots */
	RESOLVING_MAX = 32, /* each is a thread of libcurl's */
	LULL_MS = 1,        /* without an event, after which streams are looked at */
};

struct group {
	struct loop *loop;
	CURLM *multi;
	int active;   /* transfers in it that have not been harvested */
	uint64_t due; /* when libcurl wants to be called, by clock_ns(); UINT64_MAX: not at all */
};

struct loop {
	struct fetch_options options;
	struct transfer_home home;
	struct sockets sockets;
	struct watchdog watchdog;
	unsigned int group_count, harvested;
	struct group *groups;
	struct transfer
		*transfers;   /* home.slots of them; that of slot i is in group i / GROUP_SLOTS */
	unsigned int fresh;   /* started since the last turn: they may resolve a name, or not */
	uint64_t descriptors; /* that were counted for it */
	uint64_t cpu_ns;      /* of the thread, when last booked */
	uint64_t looked_ns;   /* when all transfers were looked at, by clock_ns() */
	uint64_t period_ns;   /* how often that is */
	uint64_t until_ns;    /* when they are given up, by clock_ns() */
	unsigned int over;    /* transfers that were given up, and not reported yet */
	bool booked;          /* in this turn */
};

static int loop_on_watch(CURL *easy, curl_socket_t fd, int what, void *context, void *unused)
{
	struct group *group = context;
	struct loop *loop = group->loop;

	(void)easy, (void)unused;
	return sockets_watch(&loop->sockets, (unsigned int)(group - loop->groups), fd, what);
}

static int loop_on_timer(CURLM *multi, long ms, void *context)
{
	struct group *group = context;

	(void)multi;
	group->due = ms < 0 ? UINT64_MAX : ms ? clock_ns() + (uint64_t)ms * 1000000u : 0;
	return 0;
}

static int loop_group_open(struct group *group, struct loop *loop, unsigned int slots)
{
	group->loop = loop;
	group->due = UINT64_MAX;
	group->multi = curl_multi_init();
	if (!group->multi)
		return -ENOMEM;
	curl_multi_setopt(group->multi, CURLMOPT_SOCKETFUNCTION, loop_on_watch);
	curl_multi_setopt(group->multi, CURLMOPT_SOCKETDATA, group);
	curl_multi_setopt(group->multi, CURLMOPT_TIMERFUNCTION, loop_on_timer);
	curl_multi_setopt(group->multi, CURLMOPT_TIMERDATA, group);
	curl_multi_setopt(group->multi, CURLMOPT_MAXCONNECTS, (long)slots + SPARE);
	curl_multi_setopt(group->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
	curl_multi_setopt(group->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)GROUP_SLOTS);
	return 0;
}

/* Every call that may take something in goes through here, where the watchdog sees it. */
static int loop_call(struct loop *loop, struct group *group, int fd, int what)
{
	int running;

	quirks_expect_close(sockets_closed_at(&loop->sockets, fd));
	watchdog_flip(&loop->watchdog);
	curl_multi_socket_action(group->multi, fd, what, &running);
	watchdog_flip(&loop->watchdog);
	return running;
}

static struct group *loop_group_of(const struct loop *loop, const struct transfer *transfer)
{
	return &loop->groups[(transfer - loop->transfers) / GROUP_SLOTS];
}

static void loop_remove(struct loop *loop, struct transfer *transfer)
{
	struct group *group = loop_group_of(loop, transfer);

	curl_multi_remove_handle(group->multi, transfer->easy);
	transfer->busy = false;
	group->active--;
}

void loop_prepare(void)
{
	shared_prepare();
}

int loop_open(struct loop **out, const struct fetch_options *options, const struct folder *folder,
	      struct host_cap *hosts, unsigned int slots)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	unsigned int groups = (slots + GROUP_SLOTS - 1) / GROUP_SLOTS;
	/* A transfer that resolves has a pair of sockets to its thread, a multi handle one; a
	 * transfer that cannot have a second to try another address goes on with the first. */
	uint64_t descriptors = 1 + (uint64_t)slots + folder->files + groups * (SPARE + 2) +
			       2 * (slots < RESOLVING_MAX ? slots : RESOLVING_MAX);
	int ret;

	if (!loop)
		return -ENOMEM;
	loop->options = *options;
	loop->period_ns = timeouts_period_ns(options);
	loop->home = (struct transfer_home){ .options = &loop->options,
					     .sockets = &loop->sockets,
					     .folder = folder,
					     .hosts = hosts,
					     .slots = slots,
					     .proxies = shared_has_proxies(),
					     .has_authorities = shared_has_authorities(),
					     .tells_closes = quirks_tells_closes(),
					     .one_each = quirks_one_transfer_a_handle() };
	loop->groups = calloc(groups, sizeof(*loop->groups));
	loop->transfers = calloc(slots, sizeof(*loop->transfers));
	ret = sockets_open(&loop->sockets);
	if (!ret && (!loop->groups || !loop->transfers))
		ret = -ENOMEM;
	if (!ret)
		ret = shared_join(descriptors, slots);
	if (!ret)
		loop->descriptors = descriptors;
	while (!ret && loop->group_count < groups)
		ret = loop_group_open(&loop->groups[loop->group_count++], loop,
				      slots < GROUP_SLOTS ? slots : GROUP_SLOTS);
	for (unsigned int i = 0; !ret && i < slots; i++)
		ret = transfer_open(&loop->transfers[i], &loop->home);
	if (!ret) {
		loop->watchdog = (struct watchdog){ .sockets = &loop->sockets,
						    .limit_s = options->stall_timeout };
		ret = watchdog_open(&loop->watchdog);
	}
	if (ret)
		loop_close(loop);
	else
		*out = loop;
	return ret;
}

void loop_close(struct loop *loop)
{
	watchdog_close(&loop->watchdog);
	for (unsigned int i = 0; loop->transfers && i < loop->home.slots; i++) {
		struct transfer *transfer = &loop->transfers[i];

		if (transfer->busy)
			loop_remove(loop, transfer);
		transfer_close(transfer);
	}
	for (unsigned int i = 0; i < loop->group_count; i++)
		curl_multi_cleanup(loop->groups[i].multi);
	if (loop->descriptors)
		shared_leave(loop->descriptors);
	sockets_close(&loop->sockets);
	free(loop->groups);
	free(loop->transfers);
	free(loop);
}

/* Hands a transfer that is ready to libcurl. */
static int loop_add(struct loop *loop, struct transfer *transfer)
{
	struct group *group = loop_group_of(loop, transfer);

	if (curl_multi_add_handle(group->multi, transfer->easy))
		return -EIO;
	transfer->busy = true;
	group->active++;
	loop->fresh++;
	return 0;
}

int loop_start(struct loop *loop, unsigned int slot, const struct url *url)
{
	struct transfer *transfer = &loop->transfers[slot];
	int ret = transfer_begin(transfer, url);

	return ret ? ret : loop_add(loop, transfer);
}

struct loop_end loop_end(struct loop *loop, unsigned int slot)
{
	struct transfer *transfer = &loop->transfers[slot];
	return (struct loop_end){ &transfer->outcome, &transfer->saving.sink, transfer->saving.sum,
				  transfer->head.retry_after };
}

bool loop_may_start(const struct loop *loop)
{
	return loop->sockets.resolving + loop->fresh < RESOLVING_MAX;
}

/* Calls libcurl for what is due. Returns for how long to wait for others, in ms, up to wait_ms. */
static int loop_run_timers(struct loop *loop, int wait_ms)
{
	uint64_t now = clock_ns(), nearest = UINT64_MAX, ms;

	for (unsigned int i = 0; i < loop->group_count; i++) {
		struct group *group = &loop->groups[i];

		if (group->due <= now) {
			group->due = UINT64_MAX;
			/* One that has ended by that leaves nothing to wait for. */
			if (loop_call(loop, group, CURL_SOCKET_TIMEOUT, 0) < group->active)
				wait_ms = 0;
		}
		if (group->due < nearest)
			nearest = group->due;
	}
	if (nearest == UINT64_MAX)
		return wait_ms;
	if (nearest <= now)
		return 0;
	ms = (nearest - now + 999999) / 1000000;
	return wait_ms >= 0 && ms > (uint64_t)wait_ms ? wait_ms : ms > INT32_MAX ? -1 : (int)ms;
}

/*
 * Has every stream look for what came. libcurl 7.88.1 may read the end of a stream off the socket
 * on behalf of another one, and then never wakes the one that it is for: against nghttpd a transfer
 * of some thousand waited until it was taken for stalled.
 */
static void loop_look_again(struct loop *loop)
{
	loop->home.stirred = false;
	for (size_t fd = 0; fd < loop->sockets.count; fd++) {
		const struct watch *watch = &loop->sockets.watches[fd];

		if (watch->ours && watch->wanted & EPOLLIN)
			loop_call(loop, &loop->groups[watch->group], (int)fd, CURL_CSELECT_IN);
	}
}

/* Gives up the transfers for which a limit of time is over. Returns in how many ms to look next. */
static int loop_look_at_times(struct loop *loop)
{
	uint64_t now = clock_ns(), passed = now - loop->looked_ns, period = loop->period_ns;

	if (passed < period)
		return (int)((period - passed) / 1000000) + 1;
	loop->looked_ns = now;
	/* If it took longer, that was this loop's fault, or the machine's. */
	passed = passed > 2 * period ? 2 * period : passed;
	for (unsigned int i = 0; i < loop->home.slots; i++) {
		struct transfer *transfer = &loop->transfers[i];
		enum timeouts_end end;

		if (!transfer->busy)
			continue;
		end = now >= loop->until_ns ? TIMEOUTS_RUN : transfer_look(transfer, passed);
		if (end == TIMEOUTS_LASTS)
			continue;
		outcome_fill(transfer, CURLE_OPERATION_TIMEDOUT, end);
		loop_remove(loop, transfer);
		transfer->over = true;
		loop->over++;
	}
	return loop->over ? 0 : (int)(period / 1000000) + 1;
}

int loop_turn(struct loop *loop, int wait_ms)
{
	struct epoll_event events[EVENTS];
	bool held = loop->fresh && !loop_may_start(loop);
	int wait = bandwidth_release(loop->transfers, loop->home.slots, wait_ms),
	    look = loop_look_at_times(loop), count = 0;

	wait = loop_run_timers(loop, wait);
	if (wait < 0 || wait > look)
		wait = look;
	if (loop->home.stirred && (wait < 0 || wait > LULL_MS))
		wait = LULL_MS;
	/* Now that it is known how many resolve, others may start before anything is awaited: else
	 * there would never be as many in flight as were asked for. */
	loop->fresh = 0;
	loop->sockets.closed = false;
	if (!held)
		count = sockets_await(&loop->sockets, events, EVENTS, wait);
	if (count < 0 && errno != EINTR)
		return -EIO;
	for (int i = 0; i < count; i++) {
		int fd, what = sockets_came(&loop->sockets, &events[i], &fd);

		if (what)
			loop_call(loop, &loop->groups[events[i].data.u64 >> 32], fd, what);
	}
	if (!held && count == 0 && wait && loop->home.stirred)
		loop_look_again(loop);
	loop->harvested = 0;
	loop->booked = false;
	return 0;
}

void loop_begin(struct loop *loop, uint64_t until_ns)
{
	loop->looked_ns = clock_ns();
	loop->until_ns = until_ns ? until_ns : UINT64_MAX;
	loop->cpu_ns = clock_cpu_ns();
}

/* The thread's CPU time since it was last asked goes to the first transfer that ends in a turn: to
 * ask takes a system call. */
static uint64_t loop_book_cpu(struct loop *loop)
{
	uint64_t before = loop->cpu_ns;

	if (loop->booked)
		return 0;
	loop->booked = true;
	loop->cpu_ns = clock_cpu_ns();
	return loop->cpu_ns - before;
}

/* One that was given up; NULL if there is none. */
static struct transfer *loop_given_up(struct loop *loop)
{
	struct transfer *transfer = loop->transfers;

	if (!loop->over)
		return NULL;
	while (!transfer->over)
		transfer++;
	transfer->over = false;
	loop->over--;
	return transfer;
}

/* One whose handle has ended, out of its multi handle; NULL if there is none. */
static struct transfer *loop_finished(struct loop *loop, struct group *group)
{
	struct transfer *transfer;
	CURLMsg *message;
	CURLcode code;
	int left;

	while ((message = curl_multi_info_read(group->multi, &left))) {
		code = message->data.result;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
		if (transfer_may_repeat(transfer, code)) {
			loop_remove(loop, transfer);
			if (!transfer_repeat(transfer) && !loop_add(loop, transfer))
				continue;
			code = CURLE_OUT_OF_MEMORY;
		}
		outcome_fill(transfer, code, TIMEOUTS_LASTS);
		if (transfer->busy)
			loop_remove(loop, transfer);
		return transfer;
	}
	return NULL;
}

const struct outcome *loop_ended(struct loop *loop, unsigned int *slot)
{
	struct transfer *transfer = loop_given_up(loop);

	for (; !transfer && loop->harvested < loop->group_count; loop->harvested++) {
		transfer = loop_finished(loop, &loop->groups[loop->harvested]);
		if (transfer)
			break;
	}
	if (!transfer)
		return NULL;
	transfer->outcome.cpu_ns = loop_book_cpu(loop);
	*slot = (unsigned int)(transfer - loop->transfers);
	return &transfer->outcome;
}
