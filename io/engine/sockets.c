/* A table of descriptors beside an epoll. */
#define _GNU_SOURCE
#include "sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/tcp.h>

#include "bench/base/array.h"
#include "bench/base/clock.h"

/* In which the answer of a server nearby comes. */
enum { PROMPT_NS = 50000 };

int sockets_open(struct sockets *sockets)
{
	*sockets = (struct sockets){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
	pthread_mutex_init(&sockets->lock, NULL);
	sockets->by_port = calloc(UINT16_MAX + 1, sizeof(*sockets->by_port));
	if (!sockets->by_port)
		return -ENOMEM;
	return sockets->epoll < 0 ? -errno : 0;
}

void sockets_close(struct sockets *sockets)
{
	if (sockets->epoll >= 0)
		close(sockets->epoll);
	pthread_mutex_destroy(&sockets->lock);
	free(sockets->watches);
	free(sockets->by_port);
}

/* NULL if there is no memory for it. */
static struct watch *sockets_at(struct sockets *sockets, int fd)
{
	size_t count = sockets->count;

	if ((size_t)fd < count)
		return &sockets->watches[fd];
	pthread_mutex_lock(&sockets->lock);
	if (!array_reserve(&sockets->watches, &count, (size_t)fd + 1)) {
		memset(sockets->watches + sockets->count, 0,
		       (count - sockets->count) * sizeof(*sockets->watches));
		sockets->count = count;
	}
	pthread_mutex_unlock(&sockets->lock);
	return (size_t)fd < count ? &sockets->watches[fd] : NULL;
}

static void sockets_arm(struct sockets *sockets, int fd, struct watch *watch, uint32_t events)
{
	struct epoll_event event = {
		.events = events,
		.data.u64 = (uint64_t)watch->group << 32 | (uint32_t)fd,
	};
	int op = !events ? EPOLL_CTL_DEL : watch->armed ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	epoll_ctl(sockets->epoll, op, fd, &event);
	watch->armed = events;
}

curl_socket_t sockets_create(void *from, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct sockets *sockets = from;
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	struct watch *watch = fd < 0 ? NULL : sockets_at(sockets, fd);

	(void)purpose;
	if (!watch) {
		if (fd >= 0)
			close(fd);
		return CURL_SOCKET_BAD;
	}
	pthread_mutex_lock(&sockets->lock);
	*watch = (struct watch){ .ours = true };
	pthread_mutex_unlock(&sockets->lock);
	return fd;
}

int sockets_destroy(void *from, curl_socket_t fd)
{
	struct sockets *sockets = from;
	int ret;

	/* Closed before anybody else may think that it is ours. */
	pthread_mutex_lock(&sockets->lock);
	sockets->watches[fd] = (struct watch){ 0 };
	ret = close(fd);
	pthread_mutex_unlock(&sockets->lock);
	return ret;
}

struct watch *sockets_find(const struct sockets *sockets, int fd)
{
	struct watch *watch = fd >= 0 && (size_t)fd < sockets->count ? &sockets->watches[fd] : NULL;

	return watch && watch->ours ? watch : NULL;
}

/* Once it connects, it has a port. */
static void sockets_note_port(struct sockets *sockets, int fd, struct watch *watch)
{
	struct sockaddr_storage own;
	socklen_t length = sizeof(own);

	if (getsockname(fd, (struct sockaddr *)&own, &length))
		return;
	watch->port = ntohs(own.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&own)->sin6_port
						      : ((struct sockaddr_in *)&own)->sin_port);
	sockets->by_port[watch->port] = (struct port){ .fd = fd };
}

int sockets_at_port(const struct sockets *sockets, long port)
{
	int fd = port > 0 && port <= UINT16_MAX ? sockets->by_port[port].fd : -1;
	const struct watch *watch = sockets_find(sockets, fd);

	return watch && watch->port == port ? fd : -1;
}

int sockets_watch(struct sockets *sockets, unsigned int group, int fd, int what)
{
	struct watch *watch = sockets_at(sockets, fd);
	uint32_t wanted = 0;

	if (!watch)
		return -1;
	if (what != CURL_POLL_REMOVE)
		wanted = (what & CURL_POLL_IN ? EPOLLIN : 0u) |
			 (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	if (!watch->ours)
		sockets->resolving += !!wanted - !!watch->wanted;
	else if (!watch->port)
		sockets_note_port(sockets, fd, watch);
	watch->group = group;
	watch->wanted = wanted;
	if (watch->armed != wanted && (wanted || !watch->ours))
		sockets_arm(sockets, fd, watch, wanted);
	return 0;
}

bool *sockets_closed_at(struct sockets *sockets, int fd)
{
	const struct watch *watch = sockets_find(sockets, fd);

	return watch ? &sockets->by_port[watch->port].closed : &sockets->closed;
}

void sockets_shut(struct sockets *sockets, int fd)
{
	sockets->watches[fd].dead = true;
	shutdown(fd, SHUT_RDWR);
}

void sockets_recheck(struct sockets *sockets, int fd)
{
	struct watch *watch = sockets_find(sockets, fd);
	char byte;

	if (watch && !watch->http2 && !watch->wanted &&
	    recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0)
		sockets_shut(sockets, fd);
}

bool sockets_silent_for(int fd, double seconds)
{
	struct tcp_info info;
	socklen_t length = sizeof(info);

	return !getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) &&
	       info.tcpi_last_data_recv >= seconds * 1000;
}

/* Bytes of a connection that were read: those that came, but for those that wait. */
static uint64_t sockets_read(int fd)
{
	struct tcp_info info;
	socklen_t length = sizeof(info);
	int waiting = 0;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) || ioctl(fd, FIONREAD, &waiting))
		return 0;
	return info.tcpi_bytes_received - (uint64_t)waiting;
}

void sockets_measure(struct sockets *sockets)
{
	pthread_mutex_lock(&sockets->lock);
	for (size_t fd = 0; fd < sockets->count; fd++)
		if (sockets->watches[fd].ours)
			sockets->watches[fd].read = sockets_read((int)fd);
	pthread_mutex_unlock(&sockets->lock);
}

void sockets_shut_busiest(struct sockets *sockets)
{
	uint64_t most = 0;
	int busiest = -1;

	pthread_mutex_lock(&sockets->lock);
	for (size_t fd = 0; fd < sockets->count; fd++) {
		const struct watch *watch = &sockets->watches[fd];
		uint64_t now = watch->ours ? sockets_read((int)fd) : 0;

		if (watch->ours && now > watch->read && now - watch->read > most) {
			most = now - watch->read;
			busiest = (int)fd;
		}
	}
	if (busiest >= 0)
		shutdown(busiest, SHUT_RDWR);
	pthread_mutex_unlock(&sockets->lock);
}

int sockets_came(struct sockets *sockets, const struct epoll_event *event, int *fd)
{
	struct watch *watch;
	int what = 0;

	*fd = (int)(uint32_t)event->data.u64;
	watch = &sockets->watches[*fd];
	if (!watch->wanted) {
		/* The server closed a connection that no transfer uses, or sends what nobody asked
		 * for; or an earlier event of this turn closed the descriptor. */
		if (watch->armed)
			sockets_arm(sockets, *fd, watch, 0);
		if (watch->ours && !watch->http2 && !watch->paused)
			sockets_shut(sockets, *fd);
		return 0;
	}
	if (event->events & EPOLLIN)
		what |= CURL_CSELECT_IN;
	if (event->events & EPOLLOUT)
		what |= CURL_CSELECT_OUT;
	if (event->events & (EPOLLERR | EPOLLHUP))
		what |= CURL_CSELECT_ERR;
	return what;
}

int sockets_await(struct sockets *sockets, struct epoll_event *events, int room, int wait_ms)
{
	uint64_t began = clock_ns();
	int count = 0;

	while (sockets->prompt && wait_ms && !count && clock_ns() - began < PROMPT_NS) {
		sched_yield();
		count = epoll_wait(sockets->epoll, events, room, 0);
	}
	if (!count)
		count = epoll_wait(sockets->epoll, events, room, wait_ms);
	sockets->prompt = count > 0 && clock_ns() - began < 2 * PROMPT_NS;
	return count;
}
