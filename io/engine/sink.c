/* Parts and files, below the descriptor of their folder. */
#define _GNU_SOURCE
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/payload.h"
#include "part_about.h"

/* A part of fewer bytes is not worth a file that tells of it, and is begun anew: it is in memory. */
enum { NOTED_MIN = 1 << 16 };

/* So many files are quicker brought to the disk with all of their file system than one by one. On
 * ext4: 0.3 ms a file, against 5 ms for any number of them. */
enum { SYNC_ALL_MIN = 16 };

static const char *sink_part(const struct sink *sink, char name[ABOUT_ROOM])
{
	snprintf(name, ABOUT_ROOM, "%s" NAME_PART, sink->name);
	return name;
}

/* Its own name, too, is to be there after the power was away. */
static void sink_sync_parent(int fd)
{
	int parent = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (parent < 0)
		return;
	fsync(parent);
	close(parent);
}

int sink_open_folder(struct folder *folder, const char *path, bool clobber)
{
	bool made = !mkdir(path, 0777);

	if (!made && errno != EEXIST)
		return -errno;
	folder->clobber = clobber;
	folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (made && folder->fd >= 0)
		sink_sync_parent(folder->fd);
	return folder->fd < 0 || faccessat(folder->fd, ".", W_OK | X_OK, AT_EACCESS) ? -errno : 0;
}

void sink_close_folder(struct folder *folder)
{
	if (folder->fd >= 0)
		close(folder->fd);
	folder->fd = -1;
}

/* Locks the part that is there, if it is a plain file of nobody else's. */
static int sink_take_over(struct sink *sink, const char *part, bool trusted)
{
	int folder = sink->folder->fd;
	struct stat status, there;

	sink->fd = openat(folder, part, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (sink->fd < 0)
		return -errno;
	if (fstat(sink->fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode) || status.st_nlink > 1)
		return -ELOOP;
	/* Whoever owns it may go on writing to it. */
	if (status.st_uid != geteuid())
		return -EPERM;
	if (flock(sink->fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	/* Whoever had the lock may have given the file its name. */
	if (fstatat(folder, part, &there, AT_SYMLINK_NOFOLLOW) || there.st_ino != status.st_ino ||
	    fstat(sink->fd, &status))
		return -EBUSY;
	sink->bytes = (uint64_t)status.st_size;
	part_about_recall(sink, trusted);
	if (sink->bytes && sink->version[0])
		return lseek(sink->fd, 0, SEEK_END) < 0 ? -errno : 0;
	return sink_restart(sink, "");
}

static int sink_begin(struct sink *sink, bool trusted)
{
	char part[ABOUT_ROOM];
	int ret;

	sink_part(sink, part);
	sink->fd = openat(sink->folder->fd, part,
			  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (sink->fd < 0)
		return errno == EEXIST ? sink_take_over(sink, part, trusted) : -errno;
	if (!flock(sink->fd, LOCK_EX | LOCK_NB))
		return 0;
	/* Whoever saw it before it was locked goes on with it. */
	if (errno == EWOULDBLOCK)
		return -EBUSY;
	ret = -errno;
	unlinkat(sink->folder->fd, part, 0);
	return ret;
}

/* Makes the file of a part, or takes over the one that is there. */
static int sink_create(struct sink *sink, bool trusted)
{
	int ret = sink_begin(sink, trusted);

	if (ret && sink->fd >= 0) {
		close(sink->fd);
		sink->fd = -1;
	}
	return ret;
}

int sink_open(struct sink *sink, const struct folder *folder, const char *name, const char *url,
	      bool trusted)
{
	char part[ABOUT_ROOM];
	struct stat status;

	*sink = (struct sink){ .folder = folder, .fd = -1, .url = payload_key(2, url) };
	snprintf(sink->name, sizeof(sink->name), "%s", name);
	if (!fstatat(folder->fd, name, &status, AT_SYMLINK_NOFOLLOW)) {
		if (S_ISDIR(status.st_mode))
			return -EISDIR;
		if (!folder->clobber)
			return S_ISREG(status.st_mode) ? -EEXIST : -ELOOP;
	}
	sink->waits = fstatat(folder->fd, sink_part(sink, part), &status, AT_SYMLINK_NOFOLLOW) &&
		      errno == ENOENT;
	return sink->waits ? 0 : sink_create(sink, trusted);
}

bool sink_is_open(const struct sink *sink)
{
	return sink->fd >= 0 || sink->waits;
}

void sink_move(struct sink *to, struct sink *from)
{
	*to = *from;
	from->fd = -1;
	from->waits = false;
	from->memory = NULL;
}

int sink_look(struct sink *sink)
{
	struct stat status;

	sink->fd = openat(sink->folder->fd, sink->name,
			  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (sink->fd < 0 || fstat(sink->fd, &status))
		return -errno;
	sink->bytes = (uint64_t)status.st_size;
	/* There is no part of it to be left, or to be taken away. */
	sink->noted = true;
	return 0;
}

/* Writes behind what is in the file. */
static int sink_append(struct sink *sink, const char *at, size_t length)
{
	while (length) {
		ssize_t written = write(sink->fd, at, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written ? -errno : -ENOSPC;
		at += written;
		length -= (size_t)written;
		sink->bytes += (uint64_t)written;
	}
	return 0;
}

static void sink_free(struct sink *sink)
{
	free(sink->memory);
	sink->memory = NULL;
	sink->room = 0;
	sink->waits = false;
}

/* Puts what is in memory into a file of its own. */
static int sink_spill(struct sink *sink)
{
	struct sink file = *sink;
	int ret;

	file.bytes = 0;
	ret = sink_create(&file, false);
	/* Of whoever was there since it was looked for, nothing is gone on with. */
	if (!ret && file.bytes)
		ret = sink_restart(&file, "");
	strcpy(file.version, sink->version);
	if (!ret)
		ret = sink_append(&file, sink->memory, sink->bytes);
	*sink = file;
	sink_free(sink);
	return ret;
}

/* Puts bytes into memory. */
static int sink_keep(struct sink *sink, const void *bytes, size_t length)
{
	size_t room = sink->bytes + length;

	if (!length)
		return 0;
	if (room > sink->room) {
		/* Most come in one piece; others are often continued. */
		size_t wanted = sink->bytes && 2 * sink->room > room ? 2 * sink->room : room;
		char *memory = realloc(sink->memory, wanted);

		if (!memory)
			return -ENOMEM;
		sink->room = wanted;
		sink->memory = memory;
	}
	memcpy(sink->memory + sink->bytes, bytes, length);
	sink->bytes += length;
	return 0;
}

int sink_write(struct sink *sink, const void *bytes, size_t length)
{
	int ret;

	if (sink->waits && sink->bytes + length < NOTED_MIN)
		return sink_keep(sink, bytes, length);
	ret = sink->waits ? sink_spill(sink) : 0;
	if (!ret)
		ret = sink_append(sink, bytes, length);
	if (ret)
		return ret;
	if (!sink->noted && sink->version[0] && sink->bytes >= NOTED_MIN)
		part_about_note(sink);
	return 0;
}

long sink_read(const struct sink *sink, void *bytes, size_t room, uint64_t from)
{
	ssize_t got = pread(sink->fd, bytes, room, (off_t)from);

	return got < 0 ? -errno : got;
}

int sink_restart(struct sink *sink, const char *version)
{
	/* First what tells of the bytes, then the bytes. */
	part_about_forget(sink);
	if (sink->fd >= 0 && sink->bytes &&
	    (ftruncate(sink->fd, 0) || lseek(sink->fd, 0, SEEK_SET) < 0))
		return -errno;
	sink->bytes = 0;
	snprintf(sink->version, sizeof(sink->version), "%s", version);
	return 0;
}

void sink_drop(struct sink *sink)
{
	char part[ABOUT_ROOM];

	sink_free(sink);
	if (sink->fd < 0)
		return;
	part_about_forget(sink);
	unlinkat(sink->folder->fd, sink_part(sink, part), 0);
	close(sink->fd);
	sink->fd = -1;
}

void sink_leave(struct sink *sink)
{
	sink_free(sink);
	if (sink->fd < 0)
		return;
	if (!sink->noted) {
		sink_drop(sink);
		return;
	}
	close(sink->fd);
	sink->fd = -1;
}

/* Gives a whole file its name. */
static int sink_name(struct sink *sink)
{
	int folder = sink->folder->fd;
	char part[ABOUT_ROOM];

	sink_part(sink, part);
	if (sink->folder->clobber)
		return renameat(folder, part, folder, sink->name) ? -errno : 0;
	if (!renameat2(folder, part, folder, sink->name, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	/* A file system that does not know of that; a second name is never given over a first. */
	if (linkat(folder, part, folder, sink->name, 0))
		return -errno;
	return unlinkat(folder, part, 0) ? -errno : 0;
}

void sink_settle(const struct folder *folder, struct sink *sinks, int *errors, size_t count)
{
	bool all;
	int lost;

	for (size_t i = 0; i < count; i++)
		errors[i] = sinks[i].waits ? sink_spill(&sinks[i]) : 0;
	all = count >= SYNC_ALL_MIN && !syncfs(folder->fd);
	for (size_t i = 0; i < count; i++) {
		struct sink *sink = &sinks[i];

		if (!errors[i])
			errors[i] = all || !fsync(sink->fd) ? 0 : -errno;
		if (!errors[i]) {
			part_about_forget(sink);
			errors[i] = sink_name(sink);
		}
	}
	/* The names themselves, before anybody hears that they are there. */
	lost = fsync(folder->fd) ? -errno : 0;
	for (size_t i = 0; i < count; i++) {
		if (errors[i]) {
			sink_drop(&sinks[i]);
			continue;
		}
		close(sinks[i].fd);
		sinks[i].fd = -1;
		errors[i] = lost;
	}
}
