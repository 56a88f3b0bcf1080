/* A table of descriptors beside an epoll. */
#include "sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int sockets_open(struct sockets *sockets)
{
	*sockets = (struct sockets){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
	return sockets->epoll < 0 ? -errno : 0;
}

void sockets_close(struct sockets *sockets)
{
	if (sockets->epoll >= 0)
		close(sockets->epoll);
	free(sockets->watches);
}

/* NULL if there is no memory for it. */
static struct watch *sockets_at(struct sockets *sockets, int fd)
{
	size_t count = sockets->count;
	struct watch *grown;

	if ((size_t)fd < count)
		return &sockets->watches[fd];
	count = ((size_t)fd + 1) * 3 / 2 + 64;
	grown = realloc(sockets->watches, count * sizeof(*grown));
	if (!grown)
		return NULL;
	memset(grown + sockets->count, 0, (count - sockets->count) * sizeof(*grown));
	sockets->watches = grown;
	sockets->count = count;
	return &grown[fd];
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
	if (watch)
		*watch = (struct watch){ .ours = true };
	else if (fd >= 0)
		close(fd);
	return watch ? fd : CURL_SOCKET_BAD;
}

int sockets_destroy(void *from, curl_socket_t fd)
{
	struct sockets *sockets = from;

	sockets->watches[fd] = (struct watch){ 0 };
	return close(fd);
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
	watch->group = group;
	watch->wanted = wanted;
	if (watch->armed != wanted && (wanted || !watch->ours))
		sockets_arm(sockets, fd, watch, wanted);
	return 0;
}

int sockets_came(struct sockets *sockets, const struct epoll_event *event, int *fd)
{
	struct watch *watch;
	int what = 0;

	*fd = (int)(uint32_t)event->data.u64;
	watch = &sockets->watches[*fd];
	if (!watch->wanted) {
		/* The server closed a connection that no transfer uses, or an earlier event of this
		 * turn closed the descriptor. */
		if (watch->armed)
			sockets_arm(sockets, *fd, watch, 0);
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
