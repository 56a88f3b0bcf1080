/* A socket that listens, on this host alone unless it is told otherwise. */
#ifndef LISTEN_H
#define LISTEN_H

#include <netdb.h>

struct listener {
	int fd; /* non-blocking; the caller's to close; -1 after a failure */
	char host[NI_MAXHOST];
	unsigned int port;
};

/*
 * Listens at an address of this host; port 0 is any free one. Says that it is unsafe where others
 * can reach it. Returns 0; or, having said why, -EINVAL, -EADDRINUSE or another -errno.
 */
int listen_open(struct listener *listener, const char *address, unsigned int port);

/*
 * An address of this host, as numbers, that other hosts may reach: that of its name, else the first
 * that it has, beside loopback and IPv6's of one link. Returns 0, or -EADDRNOTAVAIL.
 */
int listen_find_address(char *address, size_t size);

#endif
