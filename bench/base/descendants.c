/* Reads /proc for who is whose child, and kills those of one family. */
#define _GNU_SOURCE
#include "descendants.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "array.h"

struct member {
	pid_t pid, parent;
	bool ended; /* a zombie: only its parent can make it vanish */
};

struct family {
	struct member *list;
	size_t count, room;
};

/* /proc/PID/stat: "PID (NAME) STATE PARENT ..."; the name may have anything in it, brackets too. */
static bool descendants_read(pid_t pid, struct member *member)
{
	char path[32], text[512], *after;
	FILE *file;
	size_t length;
	char state;
	int parent;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	after = strrchr(text, ')');
	if (!after || sscanf(after + 1, " %c %d", &state, &parent) != 2)
		return false;
	*member = (struct member){ pid, parent, state == 'Z' || state == 'X' };
	return true;
}

static bool descendants_add(struct family *all, pid_t pid)
{
	if (array_reserve(&all->list, &all->room, all->count + 1))
		return false;
	all->count += descendants_read(pid, &all->list[all->count]);
	return true;
}

static int descendants_order(const void *one, const void *other)
{
	pid_t a = ((const struct member *)one)->pid, b = ((const struct member *)other)->pid;

	return (a > b) - (a < b);
}

/* All processes, by number. What does not fit in memory is left out. */
static struct family descendants_all(void)
{
	struct family all = { 0 };
	DIR *folder = opendir("/proc");
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (atoi(entry->d_name) > 0 && !descendants_add(&all, atoi(entry->d_name)))
			break;
	if (folder)
		closedir(folder);
	if (all.count)
		qsort(all.list, all.count, sizeof(*all.list), descendants_order);
	return all;
}

static bool descendants_knows(const pid_t *known, size_t count, pid_t pid)
{
	for (size_t i = 0; i < count; i++)
		if (known[i] == pid)
			return true;
	return false;
}

/* Whether it is to die: its parents lead to root, or to a child of ours that is not known. */
static bool descendants_dooms(const struct family *all, const struct member *one, pid_t root,
			      const pid_t *known, size_t count)
{
	/* A line without end would be one that changed while it was read. */
	for (int depth = 0; one && depth < 256; depth++) {
		struct member parent = { .pid = one->parent };

		if (root && one->pid == root)
			return true;
		if (one->parent == getpid())
			return known && !descendants_knows(known, count, one->pid);
		one = bsearch(&parent, all->list, all->count, sizeof(parent), descendants_order);
	}
	return false;
}

size_t descendants_kill(pid_t root, const pid_t *known, size_t count)
{
	struct family all = descendants_all();
	size_t alive = 0;

	for (size_t i = 0; i < all.count; i++) {
		const struct member *one = &all.list[i];

		if (!descendants_dooms(&all, one, root, known, count))
			continue;
		if (one->ended && one->parent == getpid() && one->pid != root)
			waitpid(one->pid, NULL, WNOHANG);
		if (!one->ended) {
			kill(one->pid, SIGKILL);
			alive++;
		}
	}
	free(all.list);
	return alive;
}
