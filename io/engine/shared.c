/* The share, its locks, and the descriptors of a process. */
#include "shared.h"

#include <errno.h>
#include <inttypes.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/limits.h"
#include "bench/base/say.h"

/* Names that are remembered at most, and for how long. */
enum { NAMES = 500, NAMES_AGE_S = 60 };

/* A forked child begins anew: libcurl must not be used on both sides of a fork. */
static struct {
	pthread_mutex_t lock;
	pid_t pid;
	unsigned int users;
	/* For want of descriptors; on a page that forked workers share. It guards no data: the
	 * first to set it speaks. */
	atomic_bool *refused;
	uint64_t descriptors;
	atomic_uint
		looked_up; /* names, about, since they were forgotten; relaxed: it guards no data */
	CURLSH *handle;
	pthread_mutex_t locks[CURL_LOCK_DATA_LAST];
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void shared_lock(CURL *easy, curl_lock_data data, curl_lock_access access, void *context)
{
	(void)easy, (void)access, (void)context;
	pthread_mutex_lock(&shared.locks[data]);
}

static void shared_unlock(CURL *easy, curl_lock_data data, void *context)
{
	(void)easy, (void)context;
	pthread_mutex_unlock(&shared.locks[data]);
}

/*
 * Each transfer has a buffer of its own, of up to BUFFER_MAX bytes (transfer.c), and libcurl frees
 * it with the transfer. glibc would give that memory back to the system each time, and fault it in
 * again: four page faults and a brk() for some transfers.
 */
static void shared_keep_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	mallopt(M_TRIM_THRESHOLD, 32 << 20);
#endif
}

static int shared_open(void)
{
	CURLSH *share;

	shared_keep_memory();
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return say_fail(EIO, "libcurl cannot be initialised");
	for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
		pthread_mutex_init(&shared.locks[i], NULL);
	share = curl_share_init();
	if (!share) {
		curl_global_cleanup();
		return -ENOMEM;
	}
	curl_share_setopt(share, CURLSHOPT_LOCKFUNC, shared_lock);
	curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, shared_unlock);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	shared.handle = share;
	return 0;
}

/* Running out of descriptors would show as names that cannot be resolved. */
static int shared_reserve(uint64_t descriptors, unsigned int slots)
{
	uint64_t needed = shared.descriptors + descriptors + 64;
	uint64_t have = limits_raise_files(needed);

	if (have < needed) {
		/* Once is enough: all workers fail alike. */
		if (shared.refused && atomic_exchange(shared.refused, true))
			return -EINVAL;
		return say_fail(
			EINVAL,
			"%u in flight in each worker need %" PRIu64 " file descriptors in one "
			"process, which may have %" PRIu64 ": raise ulimit -Hn, or ask for fewer "
			"with -k or -w",
			slots, needed, have);
	}
	return 0;
}

void shared_prepare(void)
{
	void *page;

	if (shared.refused)
		return;
	page = mmap(NULL, sizeof(*shared.refused), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	shared.refused = page == MAP_FAILED ? NULL : page;
}

int shared_join(uint64_t descriptors, unsigned int slots)
{
	int ret = 0;

	pthread_mutex_lock(&shared.lock);
	if (shared.pid != getpid()) {
		shared.pid = getpid();
		shared.users = 0;
		shared.descriptors = 0;
	}
	ret = shared_reserve(descriptors, slots);
	if (!ret && !shared.users)
		ret = shared_open();
	if (!ret) {
		shared.users++;
		shared.descriptors += descriptors;
	}
	pthread_mutex_unlock(&shared.lock);
	return ret;
}

void shared_leave(uint64_t descriptors)
{
	pthread_mutex_lock(&shared.lock);
	shared.descriptors -= descriptors;
	if (!--shared.users) {
		curl_share_cleanup(shared.handle);
		curl_global_cleanup();
	}
	pthread_mutex_unlock(&shared.lock);
}

long shared_names_age(void)
{
	if (atomic_load_explicit(&shared.looked_up, memory_order_relaxed) < NAMES)
		return NAMES_AGE_S;
	atomic_store_explicit(&shared.looked_up, 0, memory_order_relaxed);
	return 0;
}

void shared_looked_up(unsigned int connections)
{
	atomic_fetch_add_explicit(&shared.looked_up, connections, memory_order_relaxed);
}

CURLSH *shared_handle(void)
{
	return shared.handle;
}

bool shared_has_proxies(void)
{
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY",
					     "all_proxy", "ALL_PROXY" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (getenv(names[i]))
			return true;
	return false;
}

bool shared_has_authorities(void)
{
	return curl_version_info(CURLVERSION_NOW)->cainfo != NULL;
}
