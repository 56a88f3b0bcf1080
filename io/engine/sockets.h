/* The descriptors of a loop: opened and closed for libcurl, and watched by one epoll. */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include <curl/curl.h>

/* A descriptor: what libcurl waits for, and what epoll was told to. */
struct watch {
	unsigned int group; /* of the loop, whose it is */
	uint32_t wanted, armed;
	bool ours; /* opened by sockets_create(), so that its close is heard of */
};

struct sockets {
	int epoll;
	struct watch *watches; /* by descriptor */
	size_t count;
	unsigned int resolving; /* descriptors of libcurl's own that are waited for */
};

/* Returns 0 or -errno. */
int sockets_open(struct sockets *sockets);
void sockets_close(struct sockets *sockets);

/* For CURLOPT_OPENSOCKETFUNCTION and CURLOPT_CLOSESOCKETFUNCTION; from is the sockets. */
curl_socket_t sockets_create(void *from, curlsocktype purpose, struct curl_sockaddr *address);
int sockets_destroy(void *from, curl_socket_t fd);

/*
 * What libcurl waits for, as CURL_POLL_ has it, for a group. Returns 0 or -1 for want of memory.
 *
 * Between two transfers on one connection it waits for nothing, and then for the same again: a
 * connection of ours stays armed, which saves two system calls a transfer.
 */
int sockets_watch(struct sockets *sockets, unsigned int group, int fd, int what);

/*
 * The descriptor that an event is of. Returns what came of what libcurl waits for, as CURL_CSELECT_
 * has it, or 0: nothing that it needs to hear of.
 */
int sockets_came(struct sockets *sockets, const struct epoll_event *event, int *fd);

#endif
