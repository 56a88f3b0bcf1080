/* Lines that are believed only if they are whole. */
#define _GNU_SOURCE
#include "checkpoint_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/replace.h"
#include "bench/base/say.h"
#include "checkpoint_text.h"

/* The workers of a run that was killed have its lock until they are gone, too. */
#define CHECKPOINT_LOCK_NS 2000000000
/* Lines more than there are parts, times two, at which the file is written anew. */
#define CHECKPOINT_SPARE 1024
/* The whole file: malloc'd. */
static int checkpoint_read(int fd, char **text, size_t *size)
{
	struct stat status;
	size_t at = 0;

	if (fstat(fd, &status))
		return -errno;
	*text = malloc((size_t)status.st_size + 1);
	if (!*text)
		return -ENOMEM;
	while (at < (size_t)status.st_size) {
		ssize_t got = pread(fd, *text + at, (size_t)status.st_size - at, (off_t)at);

		if (got < 0 && errno != EINTR)
			return -errno;
		if (got == 0)
			break;
		at += got > 0 ? (size_t)got : 0;
	}
	*size = at;
	return 0;
}

/* Takes the lock of what is at the path now: another run may put a new file there. Returns 0, or
 * -errno: -EWOULDBLOCK if another has it. */
static int checkpoint_lock(struct checkpoint_file *file)
{
	uint64_t until = clock_ns() + CHECKPOINT_LOCK_NS;

	for (;;) {
		struct stat locked, there;

		file->fd = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		if (file->fd < 0 || fstat(file->fd, &locked))
			return -errno;
		if (!S_ISREG(locked.st_mode))
			return -EINVAL;
		if (!flock(file->fd, LOCK_EX | LOCK_NB)) {
			if (!stat(file->path, &there) && locked.st_dev == there.st_dev &&
			    locked.st_ino == there.st_ino)
				return 0;
		} else if (errno != EWOULDBLOCK && errno != EINTR) {
			return -errno;
		}
		close(file->fd);
		file->fd = -1;
		if (clock_ns() > until)
			return -EWOULDBLOCK;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
}

/* Writes after what is whole. On failure what was written of it is cut off again. */
static int checkpoint_append(struct checkpoint_file *file, const char *text, size_t size)
{
	size_t at = 0;

	while (at < size) {
		ssize_t put = pwrite(file->fd, text + at, size - at, (off_t)(file->length + at));

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			int error = put ? errno : ENOSPC;

			/* What cannot be cut off is written over, or is not believed. */
			if (ftruncate(file->fd, (off_t)file->length))
				return -error;
			return -error;
		}
		at += (size_t)put;
	}
	file->length += size;
	return 0;
}

/* What a file that cannot be used is refused with. */
static int checkpoint_refuse(const struct checkpoint_file *file, int err)
{
	if (err == -EWOULDBLOCK)
		return say_fail(EINVAL, "%s is in use: another run writes to it", file->path);
	if (err == -ENOSYS || err == -ENOLCK || err == -EOPNOTSUPP)
		return say_fail(EINVAL,
				"%s cannot be kept from other runs: its file system has no locks "
				"(%s): give a file on another",
				file->path, strerror(-err));
	if (err == -EINVAL)
		return say_fail(EINVAL, "%s is no checkpoint: give another file, or remove it",
				file->path);
	if (err == -EILSEQ)
		return say_fail(EINVAL,
				"%s is the checkpoint of another job: give another file, or the "
				"tasks, and the --kernel if any, that it was begun with",
				file->path);
	if (err == -EEXIST)
		return say_fail(EINVAL, "%s has a range twice: it cannot be believed", file->path);
	return say_fail(err == -ENOMEM ? ENOMEM : EINVAL, "%s cannot be used as a checkpoint: %s",
			file->path, strerror(-err));
}

/* Reads what there is, cuts off what is not whole, and begins what is new. */
static int checkpoint_begin(struct checkpoint_file *file, struct parts *parts)
{
	char *text = NULL, *header;
	size_t size = 0;
	int ret = checkpoint_read(file->fd, &text, &size);

	if (!ret)
		ret = checkpoint_text_parse(text, size, file->job, parts, &file->length,
					    &file->records);
	free(text);
	if (!ret)
		ret = parts_settle(parts);
	if (ret)
		return ret;
	if (file->length && file->length < size)
		say_warn("%s: the last %zu bytes are damaged and not believed: what they held is "
			 "done again",
			 file->path, size - file->length);
	if (file->length < size && ftruncate(file->fd, (off_t)file->length))
		return -errno;
	if (file->length)
		return 0;
	header = checkpoint_text_header(parts->work, file->job);
	ret = header ? checkpoint_append(file, header, strlen(header)) : -ENOMEM;
	free(header);
	return ret;
}

int checkpoint_file_open(struct checkpoint_file *file, const char *path, struct parts *parts)
{
	int ret;

	*file = (struct checkpoint_file){ .path = path, .fd = -1 };
	ret = checkpoint_text_job(parts->work, &file->job);
	if (!ret)
		ret = checkpoint_lock(file);
	if (!ret)
		ret = checkpoint_begin(file, parts);
	if (!ret)
		return 0;
	ret = checkpoint_refuse(file, ret);
	checkpoint_file_close(file);
	return ret;
}

void checkpoint_file_close(struct checkpoint_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* Writes the whole list to a file beside, which then takes the place and the lock of this one: what
 * is there is the only copy, and is not touched before. */
static int checkpoint_rewrite(struct checkpoint_file *file, const struct parts *parts)
{
	char *header = checkpoint_text_header(parts->work, file->job), *text;
	struct replace replace;
	size_t size;
	int fd = -1, ret = -ENOMEM;

	text = checkpoint_text_parts(parts, &parts->list, file->job, &size);
	if (header && text)
		ret = replace_open_beside(&replace, file->path);
	if (ret)
		goto out;
	fd = fcntl(fileno(replace.file), F_DUPFD_CLOEXEC, 0);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB))
		ret = -errno;
	fputs(header, replace.file);
	fwrite(text, 1, size, replace.file);
	ret = replace_close(&replace, ret);
	if (ret && fd >= 0)
		close(fd);
	if (!ret) {
		close(file->fd);
		file->fd = fd;
		file->length = strlen(header) + size;
		file->records = parts->list.count;
	}
out:
	free(header);
	free(text);
	return ret;
}

/* Says once that nothing can be written, and once that it can again. */
static void checkpoint_say(struct checkpoint_file *file, int ret)
{
	if (ret && !file->failed)
		say_warn("%s cannot be written: %s: the run goes on, and tries again", file->path,
			 strerror(-ret));
	else if (!ret && file->failed)
		say_fact("%s is written again", file->path);
	file->failed = ret != 0;
}

int checkpoint_file_write(struct checkpoint_file *file, struct parts *parts)
{
	size_t fresh, size;
	char *text;
	int ret = parts_sort(parts);

	fresh = parts->fresh.count;
	if (ret || !fresh)
		return ret;
	text = checkpoint_text_parts(parts, &parts->fresh, file->job, &size);
	if (!text)
		return -ENOMEM;
	ret = checkpoint_append(file, text, size);
	free(text);
	/* What is not on the disk for sure is not written. */
	if (ret || !file->unsynced)
		checkpoint_say(file, ret);
	if (ret)
		return 0;
	file->records += fresh;
	ret = parts_settle(parts);
	/* What cannot be written anew goes on as it is, and is tried again when it has grown as
	 * much. */
	if (!ret && file->records > 2 * parts->list.count + CHECKPOINT_SPARE &&
	    checkpoint_rewrite(file, parts))
		file->records = 0;
	return ret;
}

void checkpoint_file_sync(struct checkpoint_file *file, const struct parts *parts)
{
	int ret = file->unsynced ? -EIO : 0;

	if (!ret && fdatasync(file->fd))
		ret = -errno;
	/* What was to be synced may be gone, and the next attempt would not say so: all of it is
	 * written anew. */
	if (ret && !checkpoint_rewrite(file, parts))
		ret = 0;
	file->unsynced = ret != 0;
	if (ret)
		checkpoint_say(file, ret);
}
