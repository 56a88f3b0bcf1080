/* The verb serve: a server for tests, from a command line. */
#ifndef SERVE_H
#define SERVE_H

struct scenario;

/* NULL if there is a server in this program, or why not. */
const char *serve_missing(void);

/*
 * The verb: starts a server, prints the URL of its root alone on a line of standard output, and
 * serves until SIGINT, SIGTERM or, if standard input is a pipe, the end of all who could write to
 * it, so that it does not outlive who started it. Then it says on standard error how many requests
 * came. Call it before there are other threads: it blocks both signals for their sake. Returns 0,
 * -ENOTSUP if there is no server in this program, or another -errno, having said why.
 */
int serve_run(const struct scenario *scenario, const char *address, unsigned int port);

#endif
