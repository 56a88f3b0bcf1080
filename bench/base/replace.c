/* New content beside the old one, until it is whole. */
#define _GNU_SOURCE
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many links as Linux follows. */
enum { LINKS_MAX = 40 };

/* The folder of a path, and where its name begins. */
static const char *replace_folder(const char *path, char folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	if (slash)
		snprintf(folder, PATH_MAX, "%.*s", (int)(slash - path) + 1, path);
	else
		strcpy(folder, "./");
	return slash ? slash + 1 : path;
}

/* Whether links in that folder lead to open descriptors, not to names. */
static bool replace_is_magic(const char *folder)
{
	char real[PATH_MAX];

	return realpath(folder, real) && !strncmp(real, "/proc/", 6);
}

int replace_target(const char *path, char target[PATH_MAX], bool *as_it_is)
{
	char folder[PATH_MAX], link[PATH_MAX];
	struct stat status;

	*as_it_is = false;
	if (snprintf(target, PATH_MAX, "%s", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	for (int depth = 0; depth < LINKS_MAX; depth++) {
		ssize_t length;

		if (lstat(target, &status) || !S_ISLNK(status.st_mode))
			return 0;
		replace_folder(target, folder);
		if (replace_is_magic(folder)) {
			*as_it_is = true;
			return 0;
		}
		length = readlink(target, link, sizeof(link) - 1);
		if (length < 0)
			return -errno;
		link[length] = '\0';
		if (snprintf(target, PATH_MAX, "%s%s", link[0] == '/' ? "" : folder, link) >=
		    PATH_MAX)
			return -ENAMETOOLONG;
	}
	return -ELOOP;
}

/* A file beside the target, like the one that is there. Returns its descriptor, or -1. */
static int replace_make(struct replace *replace, const struct stat *before)
{
	char folder[PATH_MAX];
	const char *name = replace_folder(replace->target, folder);
	mode_t mask = umask(0);
	bool alike;
	int file;

	umask(mask);
	if (snprintf(replace->beside, PATH_MAX, "%s.%.200s.XXXXXX", folder, name) >= PATH_MAX)
		return -1;
	file = mkostemp(replace->beside, O_CLOEXEC);
	if (file < 0)
		return -1;
	alike = !before || (before->st_uid == geteuid() && before->st_gid == getegid()) ||
		fchown(file, before->st_uid, before->st_gid) == 0;
	if (alike && fchmod(file, before ? before->st_mode & 07777 : 0666 & ~mask) == 0)
		return file;
	close(file);
	unlink(replace->beside);
	return -1;
}

static int replace_begin(struct replace *replace, const char *path)
{
	struct stat status;
	bool as_it_is, there = stat(path, &status) == 0;
	int ret = replace_target(path, replace->target, &as_it_is), file = -1;

	if (ret)
		return ret;
	if (!as_it_is && (!there || S_ISREG(status.st_mode)))
		file = replace_make(replace, there ? &status : NULL);
	/* Where nothing can be put beside it, the file itself may still be written. */
	if (file < 0 && replace->only_beside)
		return -EACCES;
	if (file < 0) {
		replace->beside[0] = '\0';
		file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	}
	replace->file = file < 0 ? NULL : fdopen(file, "w");
	if (replace->file)
		return 0;
	ret = -errno;
	if (file >= 0)
		close(file);
	return ret;
}

int replace_open(struct replace *replace, const char *path)
{
	replace->only_beside = false;
	return replace_begin(replace, path);
}

int replace_open_beside(struct replace *replace, const char *path)
{
	replace->only_beside = true;
	return replace_begin(replace, path);
}

/* A file that is mounted where it is cannot be renamed over: it is filled. */
static int replace_fill(const struct replace *replace)
{
	int from = open(replace->beside, O_RDONLY | O_CLOEXEC),
	    into = open(replace->target, O_WRONLY | O_TRUNC | O_CLOEXEC);
	int ret = from < 0 || into < 0 ? -errno : 0;
	char bytes[65536];
	ssize_t got = 0;

	while (!ret && (got = read(from, bytes, sizeof(bytes))) > 0)
		if (write(into, bytes, (size_t)got) != got)
			ret = -ENOSPC;
	if (got < 0)
		ret = -errno;
	if (from >= 0)
		close(from);
	if (into >= 0 && close(into) && !ret)
		ret = -errno;
	return ret;
}

/* Without it a rename may outlive a crash that the content did not. */
static void replace_sync_folder(const struct replace *replace)
{
	char folder[PATH_MAX];
	int opened;

	replace_folder(replace->target, folder);
	opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (opened < 0)
		return;
	fsync(opened);
	close(opened);
}

/* Puts what is whole in its place. */
static int replace_rename(const struct replace *replace)
{
	if (rename(replace->beside, replace->target) == 0) {
		replace_sync_folder(replace);
		return 0;
	}
	if (replace->only_beside || (errno != EBUSY && errno != EXDEV))
		return -errno;
	return replace_fill(replace);
}

int replace_close(struct replace *replace, int failed)
{
	bool beside = *replace->beside;
	int ret = failed;

	errno = 0;
	if ((fflush(replace->file) || ferror(replace->file)) && !ret)
		ret = errno ? -errno : -EIO;
	if (!ret && beside && fsync(fileno(replace->file)))
		ret = -errno;
	if (fclose(replace->file) && !ret)
		ret = -errno;
	if (!ret && beside)
		ret = replace_rename(replace);
	/* After a rename there is nothing of that name. */
	if (beside)
		unlink(replace->beside);
	return ret;
}
