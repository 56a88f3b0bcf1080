/*
 * Many transfers in one thread: libcurl's multi handles on one epoll.
 *
 * A multi handle slows down with the handles that are in it, so the slots are dealt to groups of a
 * bounded size, each with a multi handle and its connections. What made the difference is noted
 * where it is done; the figures are requests a second against nginx on loopback, 1.5 kB a body.
 */
#define _GNU_SOURCE
#include "fetch.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <xxhash.h>

#include "bench/base/clock.h"
#include "bench/base/say.h"
#include "content.h"

enum {
	GROUP_SLOTS = 128,
	EVENTS = 64,        /* taken from epoll at once */
	SPARE = 8,          /* connections that a group may keep beyond its slots */
	RESOLVING_MAX = 32, /* each is a thread of libcurl's */
	REDIRECTS_MAX = 10,
	PROMPT_NS = 50000, /* in which the answer of a server nearby comes */
	LULL_MS = 1,       /* without an event, after which streams are looked at */
	SPEED_MIN = 10,    /* bytes/s: less is a stall */
};

/* Bytes that one transfer may read at once, and all of a fetcher together: small reads took a 1 GB
 * body from 1.0 to 0.7 of curl's rate, and large ones cost small bodies 2 %. */
enum { BUFFER_MIN = 16 << 10, BUFFER_MAX = 256 << 10, BUFFERS = 16 << 20 };

const struct fetch_options fetch_defaults = { .connect_timeout = 10, .stall_timeout = 30 };

struct group {
	struct fetcher *fetcher;
	CURLM *multi;
	int active;   /* transfers in it that have not been harvested */
	uint64_t due; /* when libcurl wants to be called, by clock_ns(); UINT64_MAX: not at all */
};

struct transfer {
	CURL *easy;
	struct group *group;
	struct fetcher *fetcher;
	struct outcome outcome;
	XXH3_state_t *hash;
	uint64_t seed; /* of a server whose bodies are known, if seeded */
	bool ok, seeded, hashing, too_large, has_login;
};

/* A descriptor: what libcurl waits for, and what epoll was told to. */
struct watch {
	struct group *group;
	uint32_t wanted, armed;
	bool ours; /* opened by open_socket(), so that its close is heard of */
};

struct fetcher {
	struct fetch_options options;
	int epoll;
	unsigned int slots, group_count, harvested;
	struct group *groups;
	struct transfer *transfers;
	struct watch *watches; /* by descriptor */
	size_t watch_count;
	unsigned int resolving; /* descriptors of libcurl's own that are waited for */
	unsigned int fresh;     /* started since the last turn: they may resolve a name, or not */
	char *path;             /* of the URL whose body is compared */
	size_t path_room;
	uint64_t descriptors; /* that were counted for it */
	uint64_t cpu_ns;      /* of the thread, when last booked */
	bool booked;          /* in this turn */
	bool prompt;          /* the last event did not have to be waited for */
	bool multiplexed;     /* there were answers by HTTP/2 ... */
	bool stirred;         /* ... and since the last look at all streams, something came */
};

/* What the fetchers of one process share. A forked child begins anew: libcurl must not be used on
 * both sides of a fork. */
static struct {
	pthread_mutex_t lock;
	pid_t pid;
	unsigned int users;
	bool refused; /* for want of descriptors */
	uint64_t descriptors;
	CURLSH *share;
	pthread_mutex_t locks[CURL_LOCK_DATA_LAST];
} process = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void lock_shared(CURL *easy, curl_lock_data data, curl_lock_access access, void *context)
{
	(void)easy, (void)access, (void)context;
	pthread_mutex_lock(&process.locks[data]);
}

static void unlock_shared(CURL *easy, curl_lock_data data, void *context)
{
	(void)easy, (void)context;
	pthread_mutex_unlock(&process.locks[data]);
}

static int share_open(void)
{
	CURLSH *share;

	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return say_fail(EIO, "libcurl cannot be initialised");
	for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
		pthread_mutex_init(&process.locks[i], NULL);
	share = curl_share_init();
	if (!share) {
		curl_global_cleanup();
		return -ENOMEM;
	}
	curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_shared);
	curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_shared);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	process.share = share;
	return 0;
}

/* Running out of descriptors would show as names that cannot be resolved. */
static int reserve_descriptors(const struct fetcher *fetcher)
{
	uint64_t needed = process.descriptors + fetcher->descriptors + 64;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= needed)
		return 0;
	if (limit.rlim_max < needed) {
		/* Once is enough: all threads fail alike. */
		if (process.refused)
			return -EINVAL;
		process.refused = true;
		return say_fail(EINVAL,
				"%llu transfers in flight in one process need %llu file "
				"descriptors, and it may have %llu: raise ulimit -Hn, or ask for "
				"fewer with -k or -w",
				(unsigned long long)fetcher->slots * (process.users + 1),
				(unsigned long long)needed, (unsigned long long)limit.rlim_max);
	}
	limit.rlim_cur = needed;
	setrlimit(RLIMIT_NOFILE, &limit);
	return 0;
}

static int process_join(struct fetcher *fetcher)
{
	int ret = 0;

	pthread_mutex_lock(&process.lock);
	if (process.pid != getpid()) {
		process.pid = getpid();
		process.users = 0;
		process.descriptors = 0;
	}
	ret = reserve_descriptors(fetcher);
	if (!ret && !process.users)
		ret = share_open();
	if (!ret) {
		process.users++;
		process.descriptors += fetcher->descriptors;
	} else {
		fetcher->descriptors = 0;
	}
	pthread_mutex_unlock(&process.lock);
	return ret;
}

static void process_leave(struct fetcher *fetcher)
{
	pthread_mutex_lock(&process.lock);
	process.descriptors -= fetcher->descriptors;
	if (!--process.users) {
		curl_share_cleanup(process.share);
		curl_global_cleanup();
	}
	pthread_mutex_unlock(&process.lock);
}

/* NULL if there is no memory for it. */
static struct watch *watch_at(struct fetcher *fetcher, int fd)
{
	size_t count = fetcher->watch_count;
	struct watch *grown;

	if ((size_t)fd < count)
		return &fetcher->watches[fd];
	count = ((size_t)fd + 1) * 3 / 2 + 64;
	grown = realloc(fetcher->watches, count * sizeof(*grown));
	if (!grown)
		return NULL;
	memset(grown + fetcher->watch_count, 0, (count - fetcher->watch_count) * sizeof(*grown));
	fetcher->watches = grown;
	fetcher->watch_count = count;
	return &grown[fd];
}

static void arm(struct group *group, int fd, struct watch *watch, uint32_t events)
{
	struct fetcher *fetcher = group->fetcher;
	struct epoll_event event = {
		.events = events,
		.data.u64 = (uint64_t)(group - fetcher->groups) << 32 | (uint32_t)fd,
	};
	int op = !events ? EPOLL_CTL_DEL : watch->armed ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	epoll_ctl(fetcher->epoll, op, fd, &event);
	watch->armed = events;
}

/*
 * What libcurl waits for. Between two transfers on one connection it waits for nothing, and then
 * for the same again: a connection of ours stays armed, which saves two system calls a transfer.
 */
static int on_watch(CURL *easy, curl_socket_t fd, int what, void *context, void *unused)
{
	struct group *group = context;
	struct watch *watch = watch_at(group->fetcher, fd);
	uint32_t wanted = 0;

	(void)easy, (void)unused;
	if (!watch)
		return -1;
	if (what != CURL_POLL_REMOVE)
		wanted = (what & CURL_POLL_IN ? EPOLLIN : 0u) |
			 (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	if (!watch->ours)
		group->fetcher->resolving += !!wanted - !!watch->wanted;
	watch->group = group;
	watch->wanted = wanted;
	if (watch->armed != wanted && (wanted || !watch->ours))
		arm(group, fd, watch, wanted);
	return 0;
}

static int on_timer(CURLM *multi, long ms, void *context)
{
	struct group *group = context;

	(void)multi;
	group->due = ms < 0 ? UINT64_MAX : ms ? clock_ns() + (uint64_t)ms * 1000000u : 0;
	return 0;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct fetcher *fetcher = context;
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	struct watch *watch = fd < 0 ? NULL : watch_at(fetcher, fd);

	(void)purpose;
	if (watch)
		*watch = (struct watch){ .ours = true };
	else if (fd >= 0)
		close(fd);
	return watch ? fd : CURL_SOCKET_BAD;
}

static int close_socket(void *context, curl_socket_t fd)
{
	struct fetcher *fetcher = context;

	fetcher->watches[fd] = (struct watch){ 0 };
	return close(fd);
}

/* Compares a piece of a body with what the server's seed says that it is. */
static bool is_as_seeded(struct transfer *transfer, const char *bytes, size_t length)
{
	struct fetcher *fetcher = transfer->fetcher;
	const char *url = "", *path;
	size_t path_length;

	/* Not the URL that was asked for, if there was a redirect. */
	curl_easy_getinfo(transfer->easy, CURLINFO_EFFECTIVE_URL, &url);
	path_length = url_path(url, &path);
	if (path_length >= fetcher->path_room) {
		char *grown = realloc(fetcher->path, path_length + 1);

		if (!grown)
			return false;
		fetcher->path = grown;
		fetcher->path_room = path_length + 1;
	}
	memcpy(fetcher->path, path, path_length);
	fetcher->path[path_length] = '\0';
	return content_matches(bytes, length, transfer->seed, fetcher->path,
			       transfer->outcome.bytes);
}

/* A body that comes in one piece is hashed at once, without a state. */
static void hash_piece(struct transfer *transfer, const char *bytes, size_t length)
{
	curl_off_t whole = -1;

	if (!transfer->hashing) {
		curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &whole);
		if (whole == (curl_off_t)length) {
			transfer->outcome.hash = XXH3_64bits(bytes, length);
			return;
		}
		XXH3_64bits_reset(transfer->hash);
		transfer->hashing = true;
	}
	XXH3_64bits_update(transfer->hash, bytes, length);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	struct outcome *outcome = &transfer->outcome;
	uint64_t most = transfer->fetcher->options.max_filesize;
	size_t length = size * count;

	if (most && outcome->bytes + length > most) {
		transfer->too_large = true;
		return 0;
	}
	if (transfer->seeded) {
		outcome->flags |= OUTCOME_CHECKED;
		if (!is_as_seeded(transfer, bytes, length))
			outcome->flags |= OUTCOME_WRONG;
	}
	hash_piece(transfer, bytes, length);
	outcome->bytes += length;
	transfer->fetcher->stirred = transfer->fetcher->multiplexed;
	return length;
}

/* The head of an answer, the last one of several, says whether we know the body that follows. */
static size_t on_header(char *line, size_t size, size_t count, void *context)
{
	static const char name[] = "corescale-seed:";
	enum { NAME = sizeof(name) - 1 };
	struct transfer *transfer = context;
	size_t length = size * count;
	char value[32];

	if (length > 5 && !memcmp(line, "HTTP/", 5)) {
		const char *space = memchr(line, ' ', length);

		if (length > 6 && line[5] == '2')
			transfer->fetcher->multiplexed = transfer->fetcher->stirred = true;
		transfer->seeded = false;
		transfer->ok = space && line + length - space > 4 && !memcmp(space, " 200", 4);
	} else if (length > NAME && !strncasecmp(line, name, NAME)) {
		snprintf(value, sizeof(value), "%.*s", (int)(length - NAME), line + NAME);
		transfer->seed = strtoull(value, NULL, 10);
		transfer->seeded = transfer->ok;
	}
	return length;
}

static long buffer_size(unsigned int slots)
{
	long size = BUFFERS / (long)slots;

	return size < BUFFER_MIN ? BUFFER_MIN : size > BUFFER_MAX ? BUFFER_MAX : size;
}

/*
 * Whom to trust. libcurl keeps the authorities that it has read for the next connection only where
 * no directory of them is searched as well; to read a system's file takes some 25 ms of CPU time.
 */
static void set_up_tls(CURL *easy, const struct fetch_options *options)
{
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options->insecure ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options->insecure ? 0L : 2L);
	if (options->cacert)
		curl_easy_setopt(easy, CURLOPT_CAINFO, options->cacert);
	if (options->cacert || curl_version_info(CURLVERSION_NOW)->cainfo)
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}

/* What is the same for all transfers of a handle. */
static void set_up(struct transfer *transfer)
{
	static const long versions[] = {
		[FETCH_HTTP_AUTO] = CURL_HTTP_VERSION_2TLS,
		[FETCH_HTTP_ONE] = CURL_HTTP_VERSION_1_1,
		[FETCH_HTTP_TWO] = CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
	};
	const struct fetch_options *options = &transfer->fetcher->options;
	CURL *easy = transfer->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_SHARE, process.share);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "fetchall");
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, buffer_size(transfer->fetcher->slots));
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, versions[options->http]);
	set_up_tls(easy, options);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
			 (long)(options->connect_timeout * 1000 + 0.5));
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SPEED_MIN);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(options->stall_timeout + 0.999));
	if (options->max_filesize)
		curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
				 (curl_off_t)options->max_filesize);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer->fetcher);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfer->fetcher);
}

static int group_open(struct group *group, struct fetcher *fetcher, unsigned int slots)
{
	group->fetcher = fetcher;
	group->due = UINT64_MAX;
	group->multi = curl_multi_init();
	if (!group->multi)
		return -ENOMEM;
	curl_multi_setopt(group->multi, CURLMOPT_SOCKETFUNCTION, on_watch);
	curl_multi_setopt(group->multi, CURLMOPT_SOCKETDATA, group);
	curl_multi_setopt(group->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(group->multi, CURLMOPT_TIMERDATA, group);
	curl_multi_setopt(group->multi, CURLMOPT_MAXCONNECTS, (long)slots + SPARE);
	curl_multi_setopt(group->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
	curl_multi_setopt(group->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)GROUP_SLOTS);
	return 0;
}

static int transfer_open(struct transfer *transfer, struct fetcher *fetcher, struct group *group)
{
	transfer->fetcher = fetcher;
	transfer->group = group;
	transfer->hash = XXH3_createState();
	transfer->easy = curl_easy_init();
	if (!transfer->hash || !transfer->easy)
		return -ENOMEM;
	set_up(transfer);
	return 0;
}

int fetcher_open(struct fetcher **out, const struct fetch_options *options, unsigned int slots)
{
	struct fetcher *fetcher = calloc(1, sizeof(*fetcher));
	unsigned int groups = (slots + GROUP_SLOTS - 1) / GROUP_SLOTS;
	int ret;

	if (!fetcher)
		return -ENOMEM;
	fetcher->options = *options;
	fetcher->slots = slots;
	/* A transfer that resolves has a pair of sockets to its thread, a multi handle one of its
	 * own. One that cannot have a second socket to try another address goes on with the first.
	 */
	fetcher->descriptors = 1 + (uint64_t)slots + groups * (SPARE + 2) +
			       2 * (slots < RESOLVING_MAX ? slots : RESOLVING_MAX);
	fetcher->epoll = epoll_create1(EPOLL_CLOEXEC);
	fetcher->groups = calloc(groups, sizeof(*fetcher->groups));
	fetcher->transfers = calloc(slots, sizeof(*fetcher->transfers));
	ret = fetcher->epoll < 0                        ? -errno
	      : !fetcher->groups || !fetcher->transfers ? -ENOMEM
							: process_join(fetcher);
	if (ret)
		fetcher->descriptors = 0;
	while (!ret && fetcher->group_count < groups)
		ret = group_open(&fetcher->groups[fetcher->group_count++], fetcher,
				 slots < GROUP_SLOTS ? slots : GROUP_SLOTS);
	for (unsigned int i = 0; !ret && i < slots; i++)
		ret = transfer_open(&fetcher->transfers[i], fetcher,
				    &fetcher->groups[i / GROUP_SLOTS]);
	if (ret)
		fetcher_close(fetcher);
	else
		*out = fetcher;
	return ret;
}

void fetcher_close(struct fetcher *fetcher)
{
	for (unsigned int i = 0; fetcher->transfers && i < fetcher->slots; i++) {
		struct transfer *transfer = &fetcher->transfers[i];

		if (transfer->easy)
			curl_multi_remove_handle(transfer->group->multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
		XXH3_freeState(transfer->hash);
	}
	for (unsigned int i = 0; i < fetcher->group_count; i++)
		curl_multi_cleanup(fetcher->groups[i].multi);
	if (fetcher->descriptors)
		process_leave(fetcher);
	if (fetcher->epoll >= 0)
		close(fetcher->epoll);
	free(fetcher->groups);
	free(fetcher->transfers);
	free(fetcher->watches);
	free(fetcher->path);
	free(fetcher);
}

static CURLcode set_login(struct transfer *transfer, const struct url *url)
{
	bool wanted = *url->user || *url->password;
	CURLcode code = CURLE_OK;

	if (wanted || transfer->has_login) {
		code = curl_easy_setopt(transfer->easy, CURLOPT_USERNAME,
					wanted ? url->user : NULL);
		if (!code)
			code = curl_easy_setopt(transfer->easy, CURLOPT_PASSWORD,
						wanted ? url->password : NULL);
	}
	transfer->has_login = wanted;
	return code;
}

/* A second transfer on a connection of HTTP/2 without TLS sends the preface again, and fails:
 * libcurl 7.88 (github.com/curl/curl/issues/10634, mended in 8.0.0). */
static bool is_reuse_broken(void)
{
	unsigned int version = curl_version_info(CURLVERSION_NOW)->version_num;

	return version >= 0x075800 && version < 0x080000;
}

/* Whether a URL names this host by its loopback: a proxy could not know which host that is. */
static bool is_here(const char *url)
{
	const char *host = strstr(url, "://") + 3;

	return (!strncmp(host, "127.", 4) && strchr(":/", host[strspn(host, "0123456789.")])) ||
	       !strncmp(host, "[::1]", 5) ||
	       (!strncmp(host, "localhost", 9) && strchr(":/", host[9]));
}

int fetch_start(struct fetcher *fetcher, unsigned int slot, const struct url *url)
{
	struct transfer *transfer = &fetcher->transfers[slot];
	enum fetch_http http = fetcher->options.http;
	/* Where streams may share a connection, wait whether they do before opening another. */
	bool tls = !strncmp(url->text, "https:", 6),
	     lonely = http == FETCH_HTTP_TWO && !tls && is_reuse_broken(),
	     may_share = !lonely && (http == FETCH_HTTP_TWO || (http == FETCH_HTTP_AUTO && tls));
	CURLcode code = curl_easy_setopt(transfer->easy, CURLOPT_URL, url->text);

	if (!code)
		code = set_login(transfer, url);
	if (code)
		return -ENOMEM;
	curl_easy_setopt(transfer->easy, CURLOPT_PROXY, is_here(url->text) ? "" : NULL);
	curl_easy_setopt(transfer->easy, CURLOPT_PIPEWAIT, may_share ? 1L : 0L);
	if (http == FETCH_HTTP_TWO) {
		curl_easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT, lonely ? 1L : 0L);
		curl_easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, lonely ? 1L : 0L);
	}
	transfer->outcome = (struct outcome){ .start_ns = clock_ns() };
	transfer->seeded = transfer->hashing = transfer->too_large = false;
	if (curl_multi_add_handle(transfer->group->multi, transfer->easy))
		return -EIO;
	transfer->group->active++;
	fetcher->fresh++;
	return 0;
}

bool fetch_may_start(const struct fetcher *fetcher)
{
	return fetcher->resolving + fetcher->fresh < RESOLVING_MAX;
}

/* Calls libcurl for the groups that are due. Returns for how long to wait for others, in ms, up to
 * wait_ms. */
static int run_timers(struct fetcher *fetcher, int wait_ms)
{
	uint64_t now = clock_ns(), nearest = UINT64_MAX, ms;
	int running;

	for (unsigned int i = 0; i < fetcher->group_count; i++) {
		struct group *group = &fetcher->groups[i];

		if (group->due <= now) {
			group->due = UINT64_MAX;
			curl_multi_socket_action(group->multi, CURL_SOCKET_TIMEOUT, 0, &running);
			/* One that has ended by that leaves nothing to wait for. */
			if (running < group->active)
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

static void act(struct fetcher *fetcher, const struct epoll_event *event)
{
	struct group *group = &fetcher->groups[event->data.u64 >> 32];
	int fd = (int)(uint32_t)event->data.u64, what = 0, running;
	struct watch *watch = &fetcher->watches[fd];

	if (!watch->wanted) {
		/* The server closed a connection that no transfer uses, or an earlier event of this
		 * turn closed the descriptor. */
		if (watch->armed)
			arm(group, fd, watch, 0);
		return;
	}
	if (event->events & EPOLLIN)
		what |= CURL_CSELECT_IN;
	if (event->events & EPOLLOUT)
		what |= CURL_CSELECT_OUT;
	if (event->events & (EPOLLERR | EPOLLHUP))
		what |= CURL_CSELECT_ERR;
	curl_multi_socket_action(group->multi, fd, what, &running);
}

/*
 * Has every stream look for what came. libcurl 7.88.1 may read the end of a stream off the socket
 * on behalf of another one, and then never wakes the one that it is for: against nghttpd a transfer
 * of some thousand waited until it was taken for stalled.
 */
static void look_again(struct fetcher *fetcher)
{
	int running;

	fetcher->stirred = false;
	for (size_t fd = 0; fd < fetcher->watch_count; fd++) {
		const struct watch *watch = &fetcher->watches[fd];

		if (watch->ours && watch->wanted & EPOLLIN)
			curl_multi_socket_action(watch->group->multi, (int)fd, CURL_CSELECT_IN,
						 &running);
	}
}

/*
 * Waits for events. To sleep and be woken takes longer than a server nearby needs for its answer:
 * where the last one came at once, the next is looked for before going to sleep, and others may run
 * meanwhile.
 */
static int await_events(struct fetcher *fetcher, struct epoll_event events[EVENTS], int wait_ms)
{
	uint64_t began = clock_ns();
	int count = 0;

	while (fetcher->prompt && wait_ms && !count && clock_ns() - began < PROMPT_NS) {
		sched_yield();
		count = epoll_wait(fetcher->epoll, events, EVENTS, 0);
	}
	if (!count)
		count = epoll_wait(fetcher->epoll, events, EVENTS, wait_ms);
	fetcher->prompt = count > 0 && clock_ns() - began < 2 * PROMPT_NS;
	return count;
}

int fetch_turn(struct fetcher *fetcher, int wait_ms)
{
	struct epoll_event events[EVENTS];
	bool held = fetcher->fresh && !fetch_may_start(fetcher);
	int wait = run_timers(fetcher, wait_ms), count = 0;

	if (fetcher->stirred && (wait < 0 || wait > LULL_MS))
		wait = LULL_MS;
	/* Now that it is known how many resolve, others may start before anything is awaited: else
	 * there would never be as many in flight as were asked for. */
	fetcher->fresh = 0;
	if (!held)
		count = await_events(fetcher, events, wait);
	if (count < 0 && errno != EINTR)
		return -EIO;
	for (int i = 0; i < count; i++)
		act(fetcher, &events[i]);
	if (!held && count == 0 && wait && fetcher->stirred)
		look_again(fetcher);
	fetcher->harvested = 0;
	fetcher->booked = false;
	return 0;
}

static uint32_t phase(CURL *easy, CURLINFO begin, CURLINFO end)
{
	curl_off_t from = 0, to = 0;

	if (begin != CURLINFO_NONE)
		curl_easy_getinfo(easy, begin, &from);
	curl_easy_getinfo(easy, end, &to);
	return to > from ? to - from > UINT32_MAX ? UINT32_MAX : (uint32_t)(to - from) : 0;
}

static enum fetch_error error_of(const struct transfer *transfer, CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return transfer->outcome.status >= 500   ? FETCH_HTTP_5XX
		       : transfer->outcome.status >= 400 ? FETCH_HTTP_4XX
		       /* A part, or a redirect to nowhere: neither was asked for. */
		       : transfer->outcome.status == 206 || transfer->outcome.status >= 300
			       ? FETCH_OTHER
			       : FETCH_OK;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return FETCH_UNRESOLVED;
	case CURLE_COULDNT_CONNECT:
		return FETCH_UNCONNECTED;
	case CURLE_PEER_FAILED_VERIFICATION:
		return FETCH_UNTRUSTED;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CERTPROBLEM:
		return FETCH_TLS;
	case CURLE_OPERATION_TIMEDOUT:
		return FETCH_TIMEOUT;
	case CURLE_TOO_MANY_REDIRECTS:
		return FETCH_REDIRECTS;
	case CURLE_UNSUPPORTED_PROTOCOL:
		/* Also of bytes that are no HTTP. */
		return transfer->outcome.status ? FETCH_SCHEME : FETCH_BROKEN;
	case CURLE_PARTIAL_FILE:
		return FETCH_SHORT;
	case CURLE_FILESIZE_EXCEEDED:
		return FETCH_LARGE;
	case CURLE_WRITE_ERROR:
		return transfer->too_large ? FETCH_LARGE : FETCH_OTHER;
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return FETCH_BROKEN;
	default:
		return FETCH_OTHER;
	}
}

static uint8_t byte(long number)
{
	return number < 0 ? 0 : number > UINT8_MAX ? UINT8_MAX : (uint8_t)number;
}

static uint8_t version(CURL *easy)
{
	long number = 0;

	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &number);
	switch (number) {
	case CURL_HTTP_VERSION_1_0:
		return 10;
	case CURL_HTTP_VERSION_1_1:
		return 11;
	case CURL_HTTP_VERSION_2_0:
		return 20;
	default:
		return 0;
	}
}

static void describe(struct transfer *transfer, CURLcode code)
{
	struct outcome *outcome = &transfer->outcome;
	CURL *easy = transfer->easy;
	long number = 0;

	outcome->total_ns = clock_ns() - outcome->start_ns;
	if (transfer->hashing)
		outcome->hash = XXH3_64bits_digest(transfer->hash);
	else if (!outcome->bytes)
		outcome->hash = XXH3_64bits("", 0);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &number);
	outcome->status = (uint16_t)number;
	outcome->error = error_of(transfer, code);
	outcome->code = byte(code);
	outcome->http = version(easy);
	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &number);
	outcome->connections = byte(number);
	if (number) {
		outcome->resolve_us = phase(easy, CURLINFO_NONE, CURLINFO_NAMELOOKUP_TIME_T);
		outcome->connect_us =
			phase(easy, CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_CONNECT_TIME_T);
		outcome->tls_us = phase(easy, CURLINFO_CONNECT_TIME_T, CURLINFO_APPCONNECT_TIME_T);
	}
	outcome->first_byte_us =
		phase(easy, CURLINFO_PRETRANSFER_TIME_T, CURLINFO_STARTTRANSFER_TIME_T);
	if (outcome->error == FETCH_UNCONNECTED || outcome->error == FETCH_UNTRUSTED) {
		curl_easy_getinfo(easy,
				  outcome->error == FETCH_UNTRUSTED ? CURLINFO_SSL_VERIFYRESULT
								    : CURLINFO_OS_ERRNO,
				  &number);
		outcome->os_error = byte(number);
	}
}

static uint64_t thread_cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void fetch_begin(struct fetcher *fetcher)
{
	fetcher->cpu_ns = thread_cpu_ns();
}

/* The thread's CPU time since it was last asked goes to the first transfer that ends in a turn: to
 * ask takes a system call. */
static uint64_t book_cpu(struct fetcher *fetcher)
{
	uint64_t before = fetcher->cpu_ns;

	if (fetcher->booked)
		return 0;
	fetcher->booked = true;
	fetcher->cpu_ns = thread_cpu_ns();
	return fetcher->cpu_ns - before;
}

const struct outcome *fetch_ended(struct fetcher *fetcher, unsigned int *slot)
{
	for (; fetcher->harvested < fetcher->group_count; fetcher->harvested++) {
		struct group *group = &fetcher->groups[fetcher->harvested];
		struct transfer *transfer;
		CURLMsg *message;
		CURLcode code;
		int left;

		message = curl_multi_info_read(group->multi, &left);
		if (!message)
			continue;
		code = message->data.result;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
		describe(transfer, code);
		transfer->outcome.cpu_ns = book_cpu(fetcher);
		curl_multi_remove_handle(group->multi, transfer->easy);
		group->active--;
		*slot = (unsigned int)(transfer - fetcher->transfers);
		return &transfer->outcome;
	}
	return NULL;
}

const struct fetch_error_name fetch_errors[FETCH_ERRORS] = {
	[FETCH_OK] = { "succeeded", "succeeded" },
	[FETCH_UNRESOLVED] = { "name not resolved", "name_not_resolved" },
	[FETCH_UNCONNECTED] = { "could not connect", "could_not_connect" },
	[FETCH_UNTRUSTED] = { "TLS not trusted", "tls_not_trusted" },
	[FETCH_TLS] = { "TLS failed", "tls_failed" },
	[FETCH_TIMEOUT] = { "timed out", "timed_out" },
	[FETCH_REDIRECTS] = { "redirect loop", "redirect_loop" },
	[FETCH_SCHEME] = { "redirected to another scheme", "redirected_scheme" },
	[FETCH_SHORT] = { "body too short", "body_too_short" },
	[FETCH_LARGE] = { "too large", "too_large" },
	[FETCH_BROKEN] = { "broken off", "broken_off" },
	[FETCH_HTTP_4XX] = { "HTTP 4xx", "http_4xx" },
	[FETCH_HTTP_5XX] = { "HTTP 5xx", "http_5xx" },
	[FETCH_OTHER] = { "other", "other" },
};

const char *outcome_reason(const struct outcome *outcome, char text[REASON_TEXT])
{
	enum fetch_error error = outcome->error;

	/* An answer that came whole, and was not what was asked for. */
	if (error == FETCH_OTHER && outcome->code == CURLE_OK)
		error = FETCH_HTTP_5XX;
	switch (error) {
	case FETCH_HTTP_4XX:
	case FETCH_HTTP_5XX:
		snprintf(text, REASON_TEXT, "HTTP %u", outcome->status);
		break;
	case FETCH_UNTRUSTED:
		/* OpenSSL's word for it; below 2 it found nothing wrong with the certificate. */
		snprintf(text, REASON_TEXT, "%s",
			 outcome->os_error > 1
				 ? "no authority that is trusted vouches for it: see --cacert"
				 : "its certificate is for another host");
		break;
	case FETCH_REDIRECTS:
		snprintf(text, REASON_TEXT, "redirected over %d times", REDIRECTS_MAX);
		break;
	case FETCH_LARGE:
		snprintf(text, REASON_TEXT, "more than --max-filesize allows");
		break;
	case FETCH_TIMEOUT:
		snprintf(text, REASON_TEXT, "%s",
			 outcome->bytes || outcome->status ? "stalled after its answer began"
							   : "no answer in time");
		break;
	case FETCH_BROKEN:
		if (outcome->code == CURLE_UNSUPPORTED_PROTOCOL) {
			snprintf(text, REASON_TEXT, "the answer is not HTTP");
			break;
		}
		/* fall through */
	default:
		snprintf(text, REASON_TEXT, "%s",
			 outcome->os_error ? strerror(outcome->os_error)
					   : curl_easy_strerror((CURLcode)outcome->code));
	}
	return text;
}
