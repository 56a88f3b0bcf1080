/* The test server of fetchall: answers every path, on this machine alone unless told otherwise, as
 * a scenario says. */
#ifndef SERVER_H
#define SERVER_H

#include <stdint.h>

struct listener;
struct scenario;
struct server;

/*
 * Starts a server in threads of its own, with a copy of the scenario. address is NULL for
 * 127.0.0.1, and said to be unsafe if others can reach it; port 0 is any free one. To hold as many
 * connections as it may, it raises the limit of open files of the process.
 *
 * GET and HEAD are answered, anything else gets 405. Bodies are payload_fill()'s of the scenario's
 * seed, which each answer has in its header Corescale-Seed. The number that scenario_answer() asks
 * for counts the requests for a path; two paths may share a count, one in a million pairs of them
 * does. Where there is no body to break off, a drop or a stall comes before the header.
 *
 * Returns 0, or having said why: -EINVAL, -EADDRINUSE, another -errno. Stop it with server_stop().
 */
int server_start(struct server **server, const struct scenario *scenario, const char *address,
		 unsigned int port);

/* Where it listens. */
const struct listener *server_listener(const struct server *server);

/* Requests that came so far. */
uint64_t server_requests(const struct server *server);

/* Breaks off what is under way, and frees the server. */
void server_stop(struct server *server);

#endif
