/* A child process, the pipes that its output comes through, and the end of all that it started. */
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
 * Starts argv[0], looked for in PATH. environment: NULL for ours. in: its standard input, -1 for
 * nothing. It leads a process group of its own, so that a signal to our group does not reach it,
 * and is asked to end when we end. What it leaves behind when it ends becomes our child, for
 * process_end(). Returns 0; -EAGAIN if there are more than a few children; or -errno, -ENOENT where
 * there is no such program.
 */
int process_start(struct process *process, char *const *argv, char *const *environment, int in);

/* The words that start this program again with argv[1] ...: a malloc'd list of argv's own texts.
 * NULL if there is no memory. */
char **process_own_words(char *const *argv);

/* Reads once. from: &process->out or &process->err. Returns bytes read; 0 at the end, where *from
 * becomes -1, or if a signal came first. */
size_t process_read(int *from, char *bytes, size_t room);

/* What every child does before it becomes its program: undoes what it should not inherit. Set once,
 * before the first child; NULL for nothing. */
void process_set_prepare(void (*prepare)(void));

/* The same, in a child that was forked elsewhere. */
void process_prepare(void);

/* Closes our ends of its pipes. */
void process_close(struct process *process);

/* Whether it has ended; process_wait() then returns at once. */
bool process_has_ended(const struct process *process);

/* Waits for its end. Returns its wait status. */
int process_wait(const struct process *process);

/*
 * Ends it and all that it started, in whatever groups and sessions: kills, and looks again until
 * none is left, for five seconds at most (a process in the kernel's hands cannot be killed). It is
 * then to be waited for, unless it was. orphans: also what earlier children of ours left behind:
 * our children that process_start() did not start; so not while this process has others.
 */
void process_end(const struct process *process, bool orphans);

#endif
