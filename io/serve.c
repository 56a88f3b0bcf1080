/* The test server: one thread that libmicrohttpd answers in, and one that wakes what must wait. */
#define _GNU_SOURCE
#include "serve.h"

#include <errno.h>

#include "bench/base/say.h"

#if WITH_MICROHTTPD

#include <inttypes.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "content.h"
#include "model.h"

#define SECOND_NS 1000000000u

/* A limited bandwidth sends a slice, waits, and sends the next. */
#define SLICE_NS (SECOND_NS / 50)

/* A stalled connection looks as often whether its client has gone. */
#define STALL_NS SECOND_NS

enum {
	COUNTERS = 1 << 20, /* of requests by path */
	SMALL = 1 << 15,    /* a body up to so many bytes is sent with its header, in one call */
	BLOCK = 1 << 16,    /* of a larger one, so much at a time */
	FILES_APART = 32,   /* open files that are no connections */
	ENOUGH = 10000,     /* connections that a study may want */
};

/*
 * Memory of each connection; a request's header must fit into half of it. libmicrohttpd clears it
 * for each request: its own 32 KiB cost a fifth of the requests a second.
 */
#define CONNECTION_BYTES ((size_t)1 << 14)

struct server {
	struct MHD_Daemon *daemon;
	struct model model;
	char seed[24];
	char host[NI_MAXHOST];
	unsigned int port;
	uint32_t *counters; /* the answering thread's */
	atomic_ullong requests;

	pthread_t waker;
	bool waking;              /* there is a waker */
	pthread_mutex_t lock;     /* of all below */
	pthread_cond_t earlier;   /* the first due time is another */
	struct request **waiting; /* a heap: none is due before its parent */
	size_t count, room;
	bool stopping;
};

struct request {
	struct server *server;
	struct MHD_Connection *connection;
	struct answer answer;
	bool allowed;      /* GET or HEAD */
	bool has_body;     /* GET of something */
	bool delayed;      /* the delay is over, or under way */
	uint64_t due_ns;   /* when to be woken */
	uint64_t begun_ns; /* when the body could begin */
	char path[];
};

/* Waiting. A connection that waits is suspended, and has its request in the heap. */

static void heap_up(struct request **heap, size_t at, struct request *request)
{
	while (at > 0 && heap[(at - 1) / 2]->due_ns > request->due_ns) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = request;
}

static struct request *heap_pop(struct server *server)
{
	struct request **heap = server->waiting, *first = heap[0], *last = heap[--server->count];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < server->count) {
		if (child + 1 < server->count && heap[child + 1]->due_ns < heap[child]->due_ns)
			child++;
		if (heap[child]->due_ns >= last->due_ns)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return first;
}

static bool heap_make_room(struct server *server)
{
	size_t room = server->room ? 2 * server->room : 1024;
	struct request **waiting;

	if (server->count < server->room)
		return true;
	waiting = realloc(server->waiting, room * sizeof(*waiting));
	if (!waiting)
		return false;
	server->waiting = waiting;
	server->room = room;
	return true;
}

/*
 * Suspends the connection until then. Returns false if it is better given up: there is no memory,
 * or the server stops. The lock is held throughout, so that nobody resumes what is not suspended
 * yet.
 */
static bool suspend_until(struct request *request, uint64_t due_ns)
{
	struct server *server = request->server;
	bool ok;

	pthread_mutex_lock(&server->lock);
	ok = !server->stopping && heap_make_room(server);
	if (ok) {
		request->due_ns = due_ns;
		heap_up(server->waiting, server->count++, request);
		MHD_suspend_connection(request->connection);
		if (server->waiting[0] == request)
			pthread_cond_signal(&server->earlier);
	}
	pthread_mutex_unlock(&server->lock);
	return ok;
}

/* The waker's thread: resumes each when it is due, and all at the end. */
static void *wake_all(void *from)
{
	struct server *server = from;

	/* Linux may otherwise be 50 us late, to spare the battery. */
	prctl(PR_SET_TIMERSLACK, 1);
	pthread_mutex_lock(&server->lock);
	while (!server->stopping || server->count) {
		uint64_t now = clock_ns(), due;
		struct timespec until;

		if (!server->count) {
			pthread_cond_wait(&server->earlier, &server->lock);
			continue;
		}
		due = server->waiting[0]->due_ns;
		if (server->stopping || due <= now) {
			MHD_resume_connection(heap_pop(server)->connection);
			continue;
		}
		until.tv_sec = (time_t)(due / SECOND_NS);
		until.tv_nsec = (long)(due % SECOND_NS);
		pthread_cond_timedwait(&server->earlier, &server->lock, &until);
	}
	pthread_mutex_unlock(&server->lock);
	return NULL;
}

/* Bodies. */

/* Bytes of a body that the bandwidth has let through, so long after its beginning. */
static uint64_t let_through(uint64_t size, uint64_t bandwidth, uint64_t elapsed_ns,
			    uint64_t *next_ns)
{
	double all_ns = (double)size / (double)bandwidth * SECOND_NS;
	uint64_t slices = elapsed_ns / SLICE_NS;
	double bytes = (double)slices * SLICE_NS / SECOND_NS * (double)bandwidth;

	*next_ns = (slices + 1) * SLICE_NS;
	if ((double)*next_ns > all_ns)
		*next_ns = (uint64_t)all_ns + 1;
	return (double)elapsed_ns >= all_ns || bytes >= (double)size ? size : (uint64_t)bytes;
}

static bool client_has_gone(const struct request *request)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	ssize_t got;
	char byte;

	if (!info)
		return true;
	got = recv(info->connect_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

static bool stall(struct request *request)
{
	return !client_has_gone(request) && suspend_until(request, clock_ns() + STALL_NS);
}

/* Gives libmicrohttpd the next bytes of a body; none if it is to come again when resumed. */
static ssize_t read_body(void *from, uint64_t position, char *bytes, size_t room)
{
	struct request *request = from;
	const struct answer *answer = &request->answer;
	const struct model *model = &request->server->model;
	uint64_t until = answer->sent, next_ns;

	if (position >= answer->sent) {
		if (answer->ending == ENDING_STALL && stall(request))
			return 0;
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	if (model->bandwidth) {
		uint64_t through = let_through(answer->size, model->bandwidth,
					       clock_ns() - request->begun_ns, &next_ns);

		if (through <= position)
			return suspend_until(request, request->begun_ns + next_ns)
				       ? 0
				       : MHD_CONTENT_READER_END_WITH_ERROR;
		until = through < until ? through : until;
	}
	if (room > until - position)
		room = until - position;
	content_fill(bytes, room, model->seed, request->path, position);
	return (ssize_t)room;
}

/* A small whole body is made at once, which lets it leave together with its header. */
static struct MHD_Response *make_response(struct request *request)
{
	const struct answer *answer = &request->answer;
	const struct model *model = &request->server->model;
	size_t size = answer->size;
	void *bytes;

	if (!size)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (size > SMALL || !request->has_body || model->bandwidth || answer->sent < size)
		return MHD_create_response_from_callback(size, size < BLOCK ? size : BLOCK,
							 read_body, request, NULL);
	bytes = malloc(size);
	if (!bytes)
		return NULL;
	content_fill(bytes, size, model->seed, request->path, 0);
	return MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_MUST_FREE);
}

/* Requests. */

static bool add_headers(struct MHD_Response *response, const struct request *request)
{
	const struct server *server = request->server;
	char seconds[16];
	bool ok;

	ok = MHD_add_response_header(response, "Content-Type", "application/octet-stream") &&
	     MHD_add_response_header(response, "Corescale-Seed", server->seed);
	if (ok && !request->allowed)
		ok = MHD_add_response_header(response, "Allow", "GET, HEAD");
	if (ok && !server->model.keepalive)
		ok = MHD_add_response_header(response, "Connection", "close");
	if (ok && request->answer.retry_after >= 0) {
		snprintf(seconds, sizeof(seconds), "%d", request->answer.retry_after);
		ok = MHD_add_response_header(response, "Retry-After", seconds);
	}
	return ok;
}

static enum MHD_Result respond(struct request *request)
{
	struct MHD_Response *response;
	enum MHD_Result ret = MHD_NO;

	request->begun_ns = clock_ns();
	response = make_response(request);
	if (!response)
		return MHD_NO;
	if (add_headers(response, request))
		ret = MHD_queue_response(request->connection, request->answer.status, response);
	MHD_destroy_response(response);
	return ret;
}

static struct request *request_new(struct server *server, struct MHD_Connection *connection,
				   const char *path, const char *method)
{
	size_t length = strlen(path) + 1;
	struct request *request = malloc(sizeof(*request) + length);
	bool get = !strcmp(method, "GET");
	uint64_t number;

	if (!request)
		return NULL;
	*request = (struct request){
		.server = server,
		.connection = connection,
		.answer = { .status = MHD_HTTP_METHOD_NOT_ALLOWED, .retry_after = -1 },
		.allowed = get || !strcmp(method, "HEAD"),
	};
	memcpy(request->path, path, length);
	if (request->allowed) {
		number = server->counters[content_key(0, path) % COUNTERS]++;
		request->answer = model_answer(&server->model, path, number);
		request->has_body = get && request->answer.size;
	}
	atomic_fetch_add_explicit(&server->requests, 1, memory_order_relaxed);
	return request;
}

/* Called when a header is there, for each part of a body, at the end of the request, and after
 * each wait. */
static enum MHD_Result handle(void *from, struct MHD_Connection *connection, const char *path,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_length, void **state)
{
	struct request *request = *state;

	(void)version;
	(void)upload;
	if (!request) {
		*state = request_new(from, connection, path, method);
		return *state ? MHD_YES : MHD_NO;
	}
	if (*upload_length) {
		*upload_length = 0;
		return MHD_YES;
	}
	if (request->answer.delay_ns && !request->delayed) {
		request->delayed = true;
		return suspend_until(request, clock_ns() + request->answer.delay_ns) ? MHD_YES
										     : MHD_NO;
	}
	/* Woken before its time, because the server stops: no answer may come early. */
	if (request->delayed && clock_ns() < request->due_ns)
		return MHD_NO;
	if (!request->has_body && request->answer.ending == ENDING_DROP)
		return MHD_NO;
	if (!request->has_body && request->answer.ending == ENDING_STALL)
		return stall(request) ? MHD_YES : MHD_NO;
	return respond(request);
}

static void forget(void *from, struct MHD_Connection *connection, void **state,
		   enum MHD_RequestTerminationCode why)
{
	(void)from;
	(void)connection;
	(void)why;
	free(*state);
	*state = NULL;
}

/* Percent signs stay in the path: a client that checks the body has the path of its URL. */
static size_t leave_escaped(void *from, struct MHD_Connection *connection, char *text)
{
	(void)from;
	(void)connection;
	return strlen(text);
}

/* Starting and stopping. */

/* Raises the limit of open files as far as may be. Returns how many connections fit. */
static unsigned int connections_allowed(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return ENOUGH;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	getrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_cur > INT32_MAX)
		return INT32_MAX;
	return files.rlim_cur > FILES_APART ? (unsigned int)files.rlim_cur - FILES_APART : 1;
}

static bool is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
	return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 ==
	       IN_LOOPBACKNET;
}

static int listen_on(int *fd, const struct addrinfo *where)
{
	const int on = 1;
	int ret;

	*fd = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return -errno;
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!bind(*fd, where->ai_addr, where->ai_addrlen) && !listen(*fd, SOMAXCONN))
		return 0;
	ret = -errno;
	close(*fd);
	*fd = -1;
	return ret;
}

/* What the socket really listens on, as numbers. */
static int name_listener(struct server *server, int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char port[NI_MAXSERV];

	if (getsockname(fd, (struct sockaddr *)&address, &length))
		return -errno;
	if (getnameinfo((struct sockaddr *)&address, length, server->host, sizeof(server->host),
			port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
		return -EINVAL;
	server->port = (unsigned int)strtoul(port, NULL, 10);
	return 0;
}

static int open_listener(struct server *server, int *fd, const char *address, unsigned int port)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *where = NULL;
	char service[12];
	int ret;

	if (port > UINT16_MAX)
		return say_fail(EINVAL, "--port takes a number from 0 to %d, not %u", UINT16_MAX,
				port);
	snprintf(service, sizeof(service), "%u", port);
	ret = getaddrinfo(address, service, &hints, &where);
	if (ret)
		return say_fail(EINVAL, "cannot serve at '%s': %s; give an address of this host",
				address, gai_strerror(ret));
	ret = listen_on(fd, where);
	if (ret == -EADDRINUSE)
		say_fail(-ret, "port %u of %s is taken: give another --port, or 0 for any free one",
			 port, address);
	else if (ret)
		say_fail(-ret, "cannot serve at %s, port %u: %s", address, port, strerror(-ret));
	else if (!is_loopback(where->ai_addr))
		say_warn("others can reach %s: this server is for tests, on 127.0.0.1", address);
	if (!ret)
		ret = name_listener(server, *fd);
	freeaddrinfo(where);
	return ret;
}

static int start_waker(struct server *server)
{
	pthread_condattr_t monotonic;
	int ret;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&server->earlier, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&server->lock, NULL);
	ret = pthread_create(&server->waker, NULL, wake_all, server);
	server->waking = !ret;
	return -ret;
}

/* From then on the daemon closes the listening socket. */
static int start_daemon(struct server *server, int fd)
{
	unsigned int connections = connections_allowed();

	if (connections < ENOUGH)
		say_warn("only %u connections fit into the limit of open files: see ulimit -n",
			 connections);
	server->daemon =
		MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
					 MHD_USE_SUPPRESS_DATE_NO_CLOCK,
				 0, NULL, NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, fd,
				 MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES,
				 MHD_OPTION_CONNECTION_LIMIT, connections,
				 MHD_OPTION_NOTIFY_COMPLETED, forget, NULL,
				 MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_END);
	if (server->daemon)
		return 0;
	return errno ? -errno : -ENOMEM;
}

int server_start(struct server **out, const struct model *model, const char *address,
		 unsigned int port)
{
	struct server *server = calloc(1, sizeof(*server));
	int fd = -1, ret = -ENOMEM;

	if (!server)
		return say_fail(ENOMEM, "not enough memory for a server");
	server->model = *model;
	snprintf(server->seed, sizeof(server->seed), "%" PRIu64, model->seed);
	server->counters = calloc(COUNTERS, sizeof(*server->counters));
	if (!server->counters) {
		say_fail(ENOMEM, "not enough memory for a server");
		goto fail;
	}
	ret = open_listener(server, &fd, address ? address : "127.0.0.1", port);
	if (ret)
		goto fail;
	ret = start_waker(server);
	if (!ret)
		ret = start_daemon(server, fd);
	if (ret) {
		say_fail(-ret, "the server did not start: %s", strerror(-ret));
		close(fd);
		goto fail;
	}
	*out = server;
	return 0;
fail:
	server_stop(server);
	return ret;
}

unsigned int server_port(const struct server *server)
{
	return server->port;
}

uint64_t server_requests(const struct server *server)
{
	return atomic_load(&server->requests);
}

/* libmicrohttpd must not be stopped while a connection is suspended: the waker resumes them all
 * and goes, and no other is suspended from then on. */
void server_stop(struct server *server)
{
	if (server->waking) {
		pthread_mutex_lock(&server->lock);
		server->stopping = true;
		pthread_cond_signal(&server->earlier);
		pthread_mutex_unlock(&server->lock);
		pthread_join(server->waker, NULL);
	}
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	if (server->waking) {
		pthread_cond_destroy(&server->earlier);
		pthread_mutex_destroy(&server->lock);
	}
	free(server->waiting);
	free(server->counters);
	free(server);
}

/* The verb. */

/* Waits for a signal, or for the end of who holds the other end of standard input. */
static int await_end(int signals)
{
	struct pollfd ends[] = { { .fd = signals, .events = POLLIN }, { .fd = -1 } };
	struct stat input;

	if (!fstat(STDIN_FILENO, &input) && S_ISFIFO(input.st_mode))
		ends[1].fd = STDIN_FILENO;
	while (poll(ends, 2, -1) < 0)
		if (errno != EINTR)
			return say_fail(errno, "cannot wait for the end: %s", strerror(errno));
	return 0;
}

static int print_url(const struct server *server)
{
	bool colons = strchr(server->host, ':') != NULL;

	if (printf("http://%s%s%s:%u/\n", colons ? "[" : "", server->host, colons ? "]" : "",
		   server->port) < 0 ||
	    fflush(stdout))
		return say_fail(errno, "cannot write to standard output: %s", strerror(errno));
	return 0;
}

int serve_run(const struct model *model, const char *address, unsigned int port)
{
	struct server *server = NULL;
	struct signalfd_siginfo came;
	sigset_t ending, before;
	int signals, ret;

	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ending, &before);
	signals = signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
	ret = signals < 0 ? say_fail(errno, "cannot wait for signals: %s", strerror(errno))
			  : server_start(&server, model, address, port);
	if (ret)
		goto out;
	ret = print_url(server);
	if (!ret)
		ret = await_end(signals);
	if (say_level() == SAY_NORMAL || say_level() == SAY_VERBOSE)
		fprintf(stderr, "served %" PRIu64 " requests\n", server_requests(server));
	server_stop(server);
out:
	/* What came is dealt with, and must not strike when it is unblocked. */
	while (read(signals, &came, sizeof(came)) > 0)
		;
	if (signals >= 0)
		close(signals);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ret;
}

const char *serve_missing(void)
{
	return NULL;
}

#else

const char *serve_missing(void)
{
	return "built without libmicrohttpd";
}

int server_start(struct server **server, const struct model *model, const char *address,
		 unsigned int port)
{
	(void)server;
	(void)model;
	(void)address;
	(void)port;
	return say_fail(
		ENOTSUP,
		"there is no server in this program, it was %s: install that and build again",
		serve_missing());
}

/* Of servers that cannot be. */
unsigned int server_port(const struct server *server)
{
	(void)server;
	return 0;
}

uint64_t server_requests(const struct server *server)
{
	(void)server;
	return 0;
}

void server_stop(struct server *server)
{
	(void)server;
}

int serve_run(const struct model *model, const char *address, unsigned int port)
{
	struct server *server;

	return server_start(&server, model, address, port);
}

#endif
