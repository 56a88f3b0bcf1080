/* Parts and files, below the descriptor of their folder. */
#define _GNU_SOURCE
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/payload.h"

/* A part of fewer bytes is not worth a file that tells of it, and is begun anew. */
enum { NOTED_MIN = 1 << 16 };

/* So many files are quicker brought to the disk with all of their file system than one by one. On
 * ext4: 0.3 ms a file, against 5 ms for any number of them. */
enum { SYNC_ALL_MIN = 16 };

/* Names are given in small groups: who makes a file in the folder meanwhile waits for its lock, and
 * got it only behind all of a batch, 6 to 9 ms later. In 10,000 files a worker waited 40 to 110 ms
 * for that, and now up to 4. */
enum { NAMED_AT_ONCE = 16, NAMED_APART_NS = 20000 };

enum { PART_ROOM = NAME_ROOM + sizeof(NAME_ABOUT) };
_Static_assert(PART_ROOM <= 256, "file systems take names of 255 bytes");

static const char *sink_part(const struct sink *sink, char name[PART_ROOM])
{
	snprintf(name, PART_ROOM, "%s" NAME_PART, sink->name);
	return name;
}

static const char *sink_about(const struct sink *sink, char name[PART_ROOM])
{
	snprintf(name, PART_ROOM, "%s" NAME_ABOUT, sink->name);
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

/* What names this start of the machine: what was written before it may never have come to the
 * disk. */
static void sink_boot(char id[64])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, id, 63);

	if (fd >= 0)
		close(fd);
	id[got > 0 ? got : 0] = '\0';
	id[strcspn(id, "\n")] = '\0';
}

/* Tells what the part is of. It is no error if that cannot be done: the part is then begun anew. */
static void sink_note(struct sink *sink)
{
	char name[PART_ROOM], boot[64], text[SINK_VERSION + 128];
	int length, fd;

	sink->noted = true;
	sink_boot(boot);
	length = snprintf(text, sizeof(text), "url %016" PRIx64 "\nboot %s\nversion %s\n",
			  sink->url, boot, sink->version);
	sink_about(sink, name);
	unlinkat(sink->folder->fd, name, 0);
	fd = openat(sink->folder->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0666);
	if (fd < 0)
		return;
	if (write(fd, text, (size_t)length) != length)
		unlinkat(sink->folder->fd, name, 0);
	close(fd);
}

static void sink_forget_note(struct sink *sink)
{
	char name[PART_ROOM];

	if (sink->noted)
		unlinkat(sink->folder->fd, sink_about(sink, name), 0);
	sink->noted = false;
	sink->version[0] = '\0';
}

/* The rest of a line that begins with a word; NULL if none does. */
static char *sink_line(char *text, const char *word)
{
	size_t length = strlen(word);

	for (char *line = text; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
		if (!strncmp(line, word, length))
			return line + length;
	return NULL;
}

/* Reads what the part that is there is of. Leaves no version where that does not fit. */
static void sink_recall(struct sink *sink, bool trusted)
{
	char name[PART_ROOM], boot[64], known[64], text[SINK_VERSION + 128], *line;
	int fd = openat(sink->folder->fd, sink_about(sink, name),
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	sink->noted = fd >= 0 || errno != ENOENT;
	/* Without its last end of a line it was not written to its end. */
	if (got <= 0 || text[got - 1] != '\n')
		return;
	text[got - 1] = '\0';
	sink_boot(boot);
	snprintf(known, sizeof(known), "%016" PRIx64 "\n", sink->url);
	line = sink_line(text, "url ");
	if (!line || strncmp(line, known, strlen(known)))
		return;
	line = sink_line(text, "boot ");
	if (!trusted && (!line || !*boot || strncmp(line, boot, strlen(boot))))
		return;
	line = sink_line(text, "version ");
	if (line && !strchr(line, '\n') && strlen(line) < SINK_VERSION)
		strcpy(sink->version, line);
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
	sink_recall(sink, trusted);
	if (sink->bytes && sink->version[0])
		return lseek(sink->fd, 0, SEEK_END) < 0 ? -errno : 0;
	return sink_restart(sink, "");
}

static int sink_begin(struct sink *sink, bool trusted)
{
	char part[PART_ROOM];
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

int sink_open(struct sink *sink, const struct folder *folder, const char *name, const char *url,
	      bool trusted)
{
	struct stat status;
	int ret;

	*sink = (struct sink){ .folder = folder, .fd = -1, .url = payload_key(2, url) };
	snprintf(sink->name, sizeof(sink->name), "%s", name);
	if (!fstatat(folder->fd, name, &status, AT_SYMLINK_NOFOLLOW)) {
		if (S_ISDIR(status.st_mode))
			return -EISDIR;
		if (!folder->clobber)
			return S_ISREG(status.st_mode) ? -EEXIST : -ELOOP;
	}
	ret = sink_begin(sink, trusted);
	if (ret && sink->fd >= 0) {
		close(sink->fd);
		sink->fd = -1;
	}
	return ret;
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

int sink_write(struct sink *sink, const void *bytes, size_t length)
{
	const char *at = bytes;

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
	if (!sink->noted && sink->version[0] && sink->bytes >= NOTED_MIN)
		sink_note(sink);
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
	sink_forget_note(sink);
	if (sink->bytes && (ftruncate(sink->fd, 0) || lseek(sink->fd, 0, SEEK_SET) < 0))
		return -errno;
	sink->bytes = 0;
	snprintf(sink->version, sizeof(sink->version), "%s", version);
	return 0;
}

void sink_drop(struct sink *sink)
{
	char part[PART_ROOM];

	if (sink->fd < 0)
		return;
	sink_forget_note(sink);
	unlinkat(sink->folder->fd, sink_part(sink, part), 0);
	close(sink->fd);
	sink->fd = -1;
}

void sink_leave(struct sink *sink)
{
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
	char part[PART_ROOM];

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
	bool all = count >= SYNC_ALL_MIN && !syncfs(folder->fd);

	for (size_t i = 0; i < count; i++) {
		struct sink *sink = &sinks[i];

		errors[i] = all || !fsync(sink->fd) ? 0 : -errno;
		if (!errors[i]) {
			sink_forget_note(sink);
			errors[i] = sink_name(sink);
		}
		if (i % NAMED_AT_ONCE == NAMED_AT_ONCE - 1)
			nanosleep(&(struct timespec){ .tv_nsec = NAMED_APART_NS }, NULL);
	}
	/* The names themselves, before anybody hears that they are there. */
	if (fsync(folder->fd))
		for (size_t i = 0; i < count; i++)
			errors[i] = errors[i] ? errors[i] : -errno;
	for (size_t i = 0; i < count; i++) {
		if (errors[i])
			sink_drop(&sinks[i]);
		else
			close(sinks[i].fd);
		sinks[i].fd = -1;
	}
}
