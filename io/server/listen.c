/* Listening at an address, and what it is as numbers. */
#define _GNU_SOURCE
#include "listen.h"

#include <errno.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/base/say.h"

static bool listen_is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
	return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 ==
	       IN_LOOPBACKNET;
}

static int listen_on(int *fd, const struct addrinfo *where)
{
	const int on = 1;
	int ret;

	*fd = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return -errno;
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!bind(*fd, where->ai_addr, where->ai_addrlen) && !listen(*fd, SOMAXCONN))
		return 0;
	ret = -errno;
	close(*fd);
	*fd = -1;
	return ret;
}

/* What the socket really listens on, as numbers. */
static int listen_name(struct listener *listener)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char port[NI_MAXSERV];

	if (getsockname(listener->fd, (struct sockaddr *)&address, &length))
		return -errno;
	if (getnameinfo((struct sockaddr *)&address, length, listener->host, sizeof(listener->host),
			port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
		return -EINVAL;
	listener->port = (unsigned int)strtoul(port, NULL, 10);
	return 0;
}

int listen_open(struct listener *listener, const char *address, unsigned int port)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *where = NULL;
	char service[12];
	int ret;

	if (port > UINT16_MAX)
		return say_fail(EINVAL, "--port takes a number from 0 to %d, not %u", UINT16_MAX,
				port);
	snprintf(service, sizeof(service), "%u", port);
	ret = getaddrinfo(address, service, &hints, &where);
	if (ret)
		return say_fail(EINVAL, "cannot serve at '%s': %s; give an address of this host",
				address, gai_strerror(ret));
	ret = listen_on(&listener->fd, where);
	if (ret == -EADDRINUSE)
		say_fail(-ret, "port %u of %s is taken: give another --port, or 0 for any free one",
			 port, address);
	else if (ret)
		say_fail(-ret, "cannot serve at %s, port %u: %s", address, port, strerror(-ret));
	else if (!listen_is_loopback(where->ai_addr))
		say_warn("others can reach %s: this server is for tests, on 127.0.0.1", address);
	if (!ret)
		ret = listen_name(listener);
	freeaddrinfo(where);
	return ret;
}

static bool listen_take_address(const struct sockaddr *address, char *text, size_t size)
{
	bool six = address->sa_family == AF_INET6;
	const struct in6_addr *long_one = &((const struct sockaddr_in6 *)address)->sin6_addr;
	socklen_t length = six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);

	if (address->sa_family != AF_INET && !six)
		return false;
	if (listen_is_loopback(address) || (six && IN6_IS_ADDR_LINKLOCAL(long_one)))
		return false;
	return !getnameinfo(address, length, text, (socklen_t)size, NULL, 0, NI_NUMERICHOST);
}

/* What the cluster knows this host by; a name that is loopback's own is passed over. */
static bool listen_take_name(char *address, size_t size)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	char name[HOST_NAME_MAX + 1];
	bool taken = false;

	if (gethostname(name, sizeof(name)) || getaddrinfo(name, NULL, &hints, &found))
		return false;
	for (const struct addrinfo *at = found; at && !taken; at = at->ai_next)
		taken = listen_take_address(at->ai_addr, address, size);
	freeaddrinfo(found);
	return taken;
}

int listen_find_address(char *address, size_t size)
{
	struct ifaddrs *all = NULL;
	bool taken = listen_take_name(address, size);

	if (!taken && getifaddrs(&all))
		return -EADDRNOTAVAIL;
	for (const struct ifaddrs *at = all; at && !taken; at = at->ifa_next)
		taken = at->ifa_addr && (at->ifa_flags & IFF_RUNNING) &&
			listen_take_address(at->ifa_addr, address, size);
	freeifaddrs(all);
	return taken ? 0 : -EADDRNOTAVAIL;
}
