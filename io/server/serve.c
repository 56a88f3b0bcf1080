/* Serving until somebody ends it. */
#define _GNU_SOURCE
#include "serve.h"

#include <errno.h>

#include "bench/base/say.h"

#if WITH_MICROHTTPD

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "listen.h"
#include "server.h"

/* Waits for a signal, or for the end of who holds the other end of standard input. */
static int serve_until_end(int signals)
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

static int serve_print_url(const struct server *server)
{
	const struct listener *listener = server_listener(server);
	bool colons = strchr(listener->host, ':') != NULL;

	if (printf("http://%s%s%s:%u/\n", colons ? "[" : "", listener->host, colons ? "]" : "",
		   listener->port) < 0 ||
	    fflush(stdout))
		return say_fail(errno, "cannot write to standard output: %s", strerror(errno));
	return 0;
}

int serve_run(const struct scenario *scenario, const char *address, unsigned int port)
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
			  : server_start(&server, scenario, address, port);
	if (ret)
		goto out;
	ret = serve_print_url(server);
	if (!ret)
		ret = serve_until_end(signals);
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

int serve_run(const struct scenario *scenario, const char *address, unsigned int port)
{
	(void)scenario;
	(void)address;
	(void)port;
	return say_fail(
		ENOTSUP,
		"there is no server in this program, it was %s: install that and build again",
		serve_missing());
}

#endif
