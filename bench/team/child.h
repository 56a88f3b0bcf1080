/* A child process, and the pipes that its output comes through. For the files of this folder. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int out, err; /* our ends of the pipes; -1 when closed */
};

/*
 * Starts argv[0], looked for in PATH. in: its standard input, -1 for nothing. own_group: a signal
 * to our process group does not reach it. It is asked to end when we end. Returns 0 or -errno.
 */
int child_start(struct child *child, char *const *argv, int in, bool own_group);

/* Reads once from child->out or child->err. Returns bytes read, 0 at its end, after which *from is
 * -1. */
size_t child_read(int *from, char *bytes, size_t room);

/* Closes our ends of its pipes. */
void child_close(struct child *child);

/* Waits for its end. Returns its wait status. */
int child_wait(const struct child *child);

#endif
