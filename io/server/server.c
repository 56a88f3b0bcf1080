/* The test server: one thread that libmicrohttpd answers in, and one that wakes what must wait. */
#include "server.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <microhttpd.h>

#include "bench/base/limits.h"
#include "bench/base/say.h"
#include "listen.h"
#include "respond.h"
#include "wake.h"

enum {
	FILES_APART = 32, /* open files that are no connections */
	ENOUGH = 10000,   /* connections that a study may want */
};

/*
 * Memory of each connection; a request's header must fit into half of it. libmicrohttpd clears it
 * for each request: its own 32 KiB cost a fifth of the requests a second.
 */
#define CONNECTION_BYTES ((size_t)1 << 14)

struct server {
	struct MHD_Daemon *daemon;
	struct listener listener;
	struct responder responder;
};

/* Raises the limit of open files as far as may be. Returns how many connections fit. */
static unsigned int server_connections(void)
{
	uint64_t files = limits_raise_files(UINT64_MAX);

	if (files > INT32_MAX)
		return INT32_MAX;
	return files > FILES_APART ? (unsigned int)files - FILES_APART : 1;
}

/* From then on the daemon closes the listening socket. */
static int server_listen(struct server *server)
{
	unsigned int connections = server_connections();

	if (connections < ENOUGH)
		say_warn("only %u connections fit into the limit of open files: see ulimit -n",
			 connections);
	server->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
						  MHD_USE_SUPPRESS_DATE_NO_CLOCK,
					  0, NULL, NULL, respond_to, &server->responder,
					  MHD_OPTION_LISTEN_SOCKET, server->listener.fd,
					  MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES,
					  MHD_OPTION_CONNECTION_LIMIT, connections,
					  MHD_OPTION_NOTIFY_COMPLETED, respond_forget, NULL,
					  MHD_OPTION_UNESCAPE_CALLBACK, respond_leave_escaped, NULL,
					  MHD_OPTION_END);
	if (server->daemon)
		return 0;
	return errno ? -errno : -ENOMEM;
}

int server_start(struct server **out, const struct scenario *scenario, const char *address,
		 unsigned int port)
{
	struct server *server = calloc(1, sizeof(*server));
	struct responder *responder;
	int ret = -ENOMEM;

	if (!server)
		return say_fail(ENOMEM, "not enough memory for a server");
	server->listener.fd = -1;
	responder = &server->responder;
	responder->scenario = *scenario;
	snprintf(responder->seed, sizeof(responder->seed), "%" PRIu64, scenario->seed);
	responder->counters = calloc(RESPOND_COUNTERS, sizeof(*responder->counters));
	if (!responder->counters) {
		say_fail(ENOMEM, "not enough memory for a server");
		goto fail;
	}
	ret = listen_open(&server->listener, address ? address : "127.0.0.1", port);
	if (ret)
		goto fail;
	ret = wake_open(&responder->wake);
	if (!ret)
		ret = server_listen(server);
	if (ret) {
		say_fail(-ret, "the server did not start: %s", strerror(-ret));
		close(server->listener.fd);
		goto fail;
	}
	*out = server;
	return 0;
fail:
	server_stop(server);
	return ret;
}

const struct listener *server_listener(const struct server *server)
{
	return &server->listener;
}

uint64_t server_requests(const struct server *server)
{
	return atomic_load_explicit(&server->responder.requests, memory_order_relaxed);
}

/* libmicrohttpd must not be stopped while a connection is suspended. */
void server_stop(struct server *server)
{
	struct wake *wake = server->responder.wake;

	if (wake)
		wake_stop(wake);
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	if (wake)
		wake_close(wake);
	free(server->responder.counters);
	free(server);
}
