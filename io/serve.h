/* The test server of fetchall: answers every path, on this machine alone unless told otherwise, as
 * a model says. */
#ifndef SERVE_H
#define SERVE_H

#include <stdint.h>

struct model;
struct server;

/* NULL if there is a server in this program, or why not. */
const char *serve_missing(void);

/*
 * Starts a server in threads of its own, with a copy of the model. address is NULL for 127.0.0.1,
 * and said to be unsafe if others can reach it; port 0 is any free one. To hold as many connections
 * as it may, it raises the limit of open files of the process.
 *
 * GET and HEAD are answered, anything else gets 405. Bodies are content_fill()'s of the model's
 * seed, which each answer has in its header Corescale-Seed. The number that model_answer() asks for
 * counts the requests for a path; two paths may share a count, one in a million pairs of them does.
 * Where there is no body to break off, a drop or a stall comes before the header.
 *
 * Returns 0, or having said why: -EINVAL, -EADDRINUSE, -ENOTSUP if built without the library,
 * another -errno. Stop it with server_stop().
 */
int server_start(struct server **server, const struct model *model, const char *address,
		 unsigned int port);

unsigned int server_port(const struct server *server);

/* Requests that came so far. */
uint64_t server_requests(const struct server *server);

/* Breaks off what is under way, and frees the server. */
void server_stop(struct server *server);

/*
 * The verb: starts a server, prints the URL of its root alone on a line of standard output, and
 * serves until SIGINT, SIGTERM or, if standard input is a pipe, the end of all who could write to
 * it, so that it does not outlive who started it. Then it says on standard error how many requests
 * came. Call it before there are other threads: it blocks both signals for their sake. Returns 0,
 * or -errno having said why.
 */
int serve_run(const struct model *model, const char *address, unsigned int port);

#endif
