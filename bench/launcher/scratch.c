/* Private folders, and the sweeping of those whose owners are dead. */
#define _GNU_SOURCE
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bench/base/say.h"

/* What clang's OpenMP leaves in /dev/shm when it is killed: __KMP_REGISTERED_LIB_PID_UID. */
#define OPENMP "__KMP_REGISTERED_LIB_"

static int scratch_remove_one(const char *path, const struct stat *status, int kind,
			      struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	remove(path);
	return 0;
}

static void scratch_remove(const char *folder)
{
	nftw(folder, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Locks a folder of ours, shared (LOCK_SH) or not (LOCK_EX), if nobody else has. Returns the lock's
 * descriptor, -1 if it is not ours or in use. A launcher inherits it, so that a folder is not swept
 * while one that lost us ends. */
static int scratch_lock(const char *folder, int how)
{
	int lock = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	struct stat opened, named;

	if (lock < 0)
		return -1;
	/* Whoever sweeps may have had it first; then it is gone, or another by now. */
	if (flock(lock, how | LOCK_NB) == 0 && fstat(lock, &opened) == 0 &&
	    lstat(folder, &named) == 0 && opened.st_ino == named.st_ino &&
	    opened.st_dev == named.st_dev && opened.st_uid == geteuid())
		return lock;
	close(lock);
	return -1;
}

/* A process's own name in /dev/shm is left over when there is no such process. */
static bool scratch_is_openmp(const char *name)
{
	int pid;
	unsigned int user;

	return sscanf(name, OPENMP "%d_%u", &pid, &user) == 2 && user == geteuid() && pid > 0 &&
	       kill(pid, 0) && errno == ESRCH;
}

/* Removes from a folder what runs of ours left in it that are dead. */
static void scratch_sweep(const char *parent)
{
	char begin[32], path[PATH_MAX];
	DIR *folder = opendir(parent);
	struct dirent *entry;

	snprintf(begin, sizeof(begin), "corescale-%u-", (unsigned int)geteuid());
	while (folder && (entry = readdir(folder))) {
		int lock;

		if (snprintf(path, sizeof(path), "%s/%s", parent, entry->d_name) >=
		    (int)sizeof(path))
			continue;
		if (scratch_is_openmp(entry->d_name))
			unlink(path);
		if (strncmp(entry->d_name, begin, strlen(begin)))
			continue;
		lock = scratch_lock(path, LOCK_EX);
		if (lock < 0)
			continue;
		scratch_remove(path);
		close(lock);
	}
	if (folder)
		closedir(folder);
}

/* Makes and locks a folder. Returns its lock, or -errno. */
static int scratch_make(char path[PATH_MAX], const char *parent)
{
	for (;;) {
		int lock;

		if (snprintf(path, PATH_MAX, "%s/corescale-%u-XXXXXX", parent,
			     (unsigned int)geteuid()) >= PATH_MAX)
			return -ENAMETOOLONG;
		if (!mkdtemp(path))
			return -errno;
		lock = scratch_lock(path, LOCK_EX);
		if (lock >= 0)
			return lock;
		/* On a file system without locks it is used, and never swept. */
		if (access(path, F_OK) == 0)
			return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
}

/* Whether there is room for what the ranks write first. */
static int scratch_check_room(const struct scratch *scratch, const char *parent, uint64_t needed)
{
	struct statvfs room;
	uint64_t there;

	if (statvfs(scratch->folder, &room))
		return 0;
	there = (uint64_t)room.f_bavail * room.f_frsize;
	return there >= needed
		       ? 0
		       : say_fail(ENOSPC,
				  "the ranks need %llu bytes in %s, and it has %llu: set "
				  "TMPDIR to another place",
				  (unsigned long long)needed, parent, (unsigned long long)there);
}

int scratch_open(struct scratch *scratch, const char *parent, const char *shared, uint64_t needed)
{
	*scratch = (struct scratch){ .folder_lock = -1, .shared_lock = -1 };
	scratch_sweep(parent);
	scratch_sweep(shared);
	scratch->folder_lock = scratch_make(scratch->folder, parent);
	if (scratch->folder_lock < 0) {
		scratch->folder[0] = '\0';
		return say_fail(-scratch->folder_lock,
				"no folder for the ranks' files can be made in %s: %s; set TMPDIR "
				"to another place",
				parent, strerror(-scratch->folder_lock));
	}
	scratch->shared_lock = scratch_make(scratch->shared, shared);
	if (scratch->shared_lock < 0)
		scratch->shared[0] = '\0';
	return scratch_check_room(scratch, parent, needed);
}

static void scratch_close_one(const char *folder, int lock)
{
	if (*folder)
		scratch_remove(folder);
	if (lock >= 0)
		close(lock);
}

void scratch_close(struct scratch *scratch)
{
	scratch_close_one(scratch->folder, scratch->folder_lock);
	scratch_close_one(scratch->shared, scratch->shared_lock);
	*scratch = (struct scratch){ .folder_lock = -1, .shared_lock = -1 };
}

int scratch_join(const char *folder)
{
	if (mkdir(folder, 0700) && errno != EEXIST)
		return -1;
	return scratch_lock(folder, LOCK_SH);
}

void scratch_leave(const char *folder, int lock)
{
	if (lock < 0)
		return;
	if (flock(lock, LOCK_EX | LOCK_NB) == 0)
		scratch_remove(folder);
	close(lock);
}
