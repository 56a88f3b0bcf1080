/* The descriptors of a loop: opened and closed for libcurl, and watched by one epoll. */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include <curl/curl.h>

/* A descriptor: what libcurl waits for, and what epoll was told to. */
struct watch {
	unsigned int group; /* of the loop, whose it is */
	uint32_t wanted, armed;
	bool ours;     /* opened by sockets_create(), so that its close is heard of */
	bool http2;    /* a server may send on it while nothing is asked for */
	bool dead;     /* it was shut down */
	uint16_t port; /* of this end; 0: not known yet */
	uint64_t read; /* bytes that libcurl had read when it was measured */
	bool paused;   /* its transfer is not read from for a while */
};

/* A port at this end, of the connection that had it last. */
struct port {
	int fd;
	bool closed; /* TLS's own close was read on it */
};

struct sockets {
	int epoll;
	pthread_mutex_t lock;  /* of the table, and of which are open: a watchdog looks at them */
	struct watch *watches; /* by descriptor */
	size_t count;
	struct port *by_port; /* all 65,536 of them */
	bool closed; /* TLS's own close was read in this turn, on who knows which connection */
	bool prompt; /* the last event did not have to be waited for */
	unsigned int resolving; /* descriptors of libcurl's own that are waited for */
};

/* Returns 0 or -errno. */
int sockets_open(struct sockets *sockets);
void sockets_close(struct sockets *sockets);

/* The watch of a connection of ours; NULL if it is none. */
struct watch *sockets_find(const struct sockets *sockets, int fd);

/* The connection of ours with that port at this end, or -1: libcurl 7.88 does not say which
 * descriptor a transfer that is under way has. */
int sockets_at_port(const struct sockets *sockets, long port);

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

/* Where it is noted that TLS's own close was read on a connection; fd < 0: it may be any. */
bool *sockets_closed_at(struct sockets *sockets, int fd);

/*
 * Before a request is sent on a connection that was used before. What came on it when nothing was
 * asked for is no answer to what is asked for now: if there is such, the connection is shut down,
 * so that libcurl takes another. HTTP/2 says itself what its frames belong to.
 */
void sockets_recheck(struct sockets *sockets, int fd);

/* Ends a connection, whoever uses it; libcurl hears of it. */
void sockets_shut(struct sockets *sockets, int fd);

/* Whether nothing has come on a connection for so many seconds. */
bool sockets_silent_for(int fd, double seconds);

/* For another thread, while the loop's is kept in libcurl: notes how much of each connection was
 * read; and shuts down that of which most was read since. */
void sockets_measure(struct sockets *sockets);
void sockets_shut_busiest(struct sockets *sockets);

/*
 * Waits for events. To sleep and be woken takes longer than a server nearby needs for its answer:
 * where the last one came at once, the next is looked for before going to sleep, and others may run
 * meanwhile.
 *
 * Takes up to `room` events, for up to wait_ms (-1: without end). Returns how many, or -1 with
 * errno.
 */
int sockets_await(struct sockets *sockets, struct epoll_event *events, int room, int wait_ms);

/*
 * The descriptor that an event is of. Returns what came of what libcurl waits for, as CURL_CSELECT_
 * has it, or 0: nothing that it needs to hear of.
 */
int sockets_came(struct sockets *sockets, const struct epoll_event *event, int *fd);

#endif
