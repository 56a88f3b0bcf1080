/* A head of fixed length: how many bytes follow, and their XXH3_64bits. */
#define _GNU_SOURCE
#include "feed.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* "%016x %016x\n" */
enum { FEED_HEAD = 34 };

/* Reads up to `length` bytes, fewer only at the end. Returns how many, or -errno. */
static ssize_t feed_read(int from, void *bytes, size_t length)
{
	size_t got = 0;

	while (got < length) {
		ssize_t more = read(from, (char *)bytes + got, length - got);

		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return -errno;
		if (!more)
			break;
		got += (size_t)more;
	}
	return (ssize_t)got;
}

static int feed_write(int to, const unsigned char *bytes, size_t length)
{
	while (length) {
		ssize_t wrote = write(to, bytes, length);

		if (wrote < 0 && errno != EINTR)
			return -errno;
		if (wrote > 0) {
			bytes += wrote;
			length -= (size_t)wrote;
		}
	}
	return 0;
}

/* Reads `length` bytes, writes them to a file if there is one (-1: none), and hashes them. */
static int feed_copy(int from, int to, uint64_t length, uint64_t *hash)
{
	unsigned char bytes[65536];
	XXH3_state_t state;

	XXH3_64bits_reset(&state);
	while (length) {
		size_t part = length < sizeof(bytes) ? (size_t)length : sizeof(bytes);
		ssize_t got = feed_read(from, bytes, part);
		int ret = got < 0 ? (int)got : got < (ssize_t)part ? -EBADMSG : 0;

		if (!ret && to >= 0)
			ret = feed_write(to, bytes, part);
		if (ret)
			return ret;
		XXH3_64bits_update(&state, bytes, part);
		length -= part;
	}
	*hash = XXH3_64bits_digest(&state);
	return 0;
}

int feed_begin(int memory)
{
	return lseek(memory, FEED_HEAD, SEEK_SET) < 0 ? -errno : 0;
}

int feed_end(int memory)
{
	off_t end = lseek(memory, 0, SEEK_END);
	char head[FEED_HEAD + 1];
	uint64_t hash;
	int ret;

	if (end < FEED_HEAD || lseek(memory, FEED_HEAD, SEEK_SET) < 0)
		return -EIO;
	ret = feed_copy(memory, -1, (uint64_t)end - FEED_HEAD, &hash);
	if (ret)
		return ret;
	snprintf(head, sizeof(head), "%016" PRIx64 " %016" PRIx64 "\n", (uint64_t)end - FEED_HEAD,
		 hash);
	if (pwrite(memory, head, FEED_HEAD, 0) != FEED_HEAD || lseek(memory, 0, SEEK_SET) < 0)
		return -EIO;
	return 0;
}

int feed_take(int from)
{
	char head[FEED_HEAD + 1] = "";
	uint64_t length, sent, hash;
	ssize_t got = feed_read(from, head, FEED_HEAD);
	int memory, ret;

	if (got < 0)
		return (int)got;
	if (got < FEED_HEAD || sscanf(head, "%16" SCNx64 " %16" SCNx64 "\n", &length, &sent) != 2)
		return -EBADMSG;
	memory = memfd_create("job", MFD_CLOEXEC);
	if (memory < 0)
		return -errno;
	ret = feed_copy(from, memory, length, &hash);
	if (!ret && hash != sent)
		ret = -EBADMSG;
	/* The launcher's end stays open: what it still sends is nobody's, and no error of its. */
	if (!ret && (lseek(memory, 0, SEEK_SET) < 0 || fcntl(from, F_DUPFD_CLOEXEC, 3) < 0 ||
		     dup2(memory, from) < 0))
		ret = -errno;
	close(memory);
	return ret;
}
