/* A child process, and the pipes that its output comes through. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process {
	pid_t pid;
	int out, err; /* our ends of the pipes; -1 when closed */
};

/*
 * Starts argv[0], looked for in PATH. in: its standard input, -1 for nothing. own_group: a signal
 * to our process group does not reach it. It is asked to end when we end. Returns 0 or -errno.
 */
int process_start(struct process *process, char *const *argv, int in, bool own_group);

/* Reads once from process->out or process->err. Returns bytes read, 0 at its end, after which *from is
 * -1. */
size_t process_read(int *from, char *bytes, size_t room);

/* What every child does before it becomes its program: undoes what it should not inherit. Set once,
 * before the first child; NULL for nothing. */
void process_set_prepare(void (*prepare)(void));

/* Closes our ends of its pipes. */
void process_close(struct process *process);

/* Waits for its end. Returns its wait status. */
int process_wait(const struct process *process);

#endif
