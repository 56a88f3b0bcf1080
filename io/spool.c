/* A file that nobody else sees. */
#define _GNU_SOURCE
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/say.h"

enum { PENDING = 1 << 16, IN_MEMORY = 16 << 20 };

static int spool_put(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written ? -errno : -ENOSPC;
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

static const char *spool_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder ? folder : "/tmp";
}

/* Where a file system has no files without a name, one is made with one that goes at once. */
static int spool_file(const char *folder)
{
	char path[4096];
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd;
	snprintf(path, sizeof(path), "%s/listXXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

/* Moves what is there from memory to a disk. */
static int spool_move(struct spool *spool)
{
	const char *folder = spool_folder();
	int fd = spool_file(folder), ret = fd < 0 ? -errno : 0;
	char piece[PENDING];
	uint64_t at = 0;

	while (!ret && at < spool->length) {
		ssize_t got = pread(spool->fd, piece, sizeof(piece), (off_t)at);

		ret = got > 0 ? spool_put(fd, piece, (size_t)got) : got ? -errno : -EIO;
		at += (uint64_t)got;
	}
	if (ret) {
		if (fd >= 0)
			close(fd);
		return say_fail(-ret,
				"the list cannot be kept in %s: %s; TMPDIR names another folder",
				folder, strerror(-ret));
	}
	close(spool->fd);
	spool->fd = fd;
	spool->on_disk = true;
	return 0;
}

static int spool_flush(struct spool *spool)
{
	int ret = 0;

	if (!spool->on_disk && spool->length + spool->pending_length > IN_MEMORY)
		ret = spool_move(spool);
	if (ret)
		return ret;
	ret = spool_put(spool->fd, spool->pending, spool->pending_length);
	if (ret)
		return say_fail(-ret,
				"the list cannot be kept in %s: %s; TMPDIR names another folder",
				spool->on_disk ? spool_folder() : "memory", strerror(-ret));
	spool->length += spool->pending_length;
	spool->pending_length = 0;
	return 0;
}

static int spool_begin(struct spool *spool)
{
	spool->fd = memfd_create("list", MFD_CLOEXEC);
	if (spool->fd < 0)
		return -errno;
	spool->pending = malloc(PENDING);
	if (spool->pending)
		return 0;
	close(spool->fd);
	return -ENOMEM;
}

int spool_write(struct spool *spool, const void *bytes, size_t length)
{
	const char *at = bytes;
	int ret = spool->pending ? 0 : spool_begin(spool);

	while (!ret && length) {
		size_t part = PENDING - spool->pending_length;

		part = part < length ? part : length;
		memcpy(spool->pending + spool->pending_length, at, part);
		spool->pending_length += part;
		at += part;
		length -= part;
		if (spool->pending_length == PENDING)
			ret = spool_flush(spool);
	}
	return ret;
}

int spool_end(struct spool *spool)
{
	return spool->pending ? spool_flush(spool) : 0;
}

long spool_read(const struct spool *spool, uint64_t from, void *bytes, size_t room)
{
	ssize_t got = from < spool->length ? pread(spool->fd, bytes, room, (off_t)from) : 0;

	return got < 0 ? -errno : got;
}

void spool_free(struct spool *spool)
{
	if (spool->pending)
		close(spool->fd);
	free(spool->pending);
	*spool = (struct spool){ 0 };
}
