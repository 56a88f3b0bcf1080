/* Starting a child process with pipes for its output, and waiting for it. */
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "descendants.h"
#include "words.h"

#define MS 1000000

/* Children that were started and not waited for: a job or a server, a picture being drawn. */
enum { CHILDREN_MAX = 8 };
static pid_t children[CHILDREN_MAX];

static void (*process_prepared)(void);

void process_set_prepare(void (*prepare)(void))
{
	process_prepared = prepare;
}

void process_prepare(void)
{
	if (process_prepared)
		process_prepared();
}

/* The place of a child among those there are, of 0 for a free one; -1 if there is none. */
static int process_place(pid_t pid)
{
	for (int i = 0; i < CHILDREN_MAX; i++)
		if (children[i] == pid)
			return i;
	return -1;
}

/* Both ends of a child's pipes; report tells why it could not become the program. */
struct ends {
	int in, out[2], err[2], report[2];
};

/* What happens in the child after fork: never returns. */
static _Noreturn void process_become(char *const *argv, char *const *environment,
				     const struct ends *ends, pid_t parent)
{
	int error;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	process_prepare();
	setpgid(0, 0);
	if (getppid() == parent && dup2(ends->in, 0) >= 0 && dup2(ends->out[1], 1) >= 0 &&
	    dup2(ends->err[1], 2) >= 0)
		execvpe(argv[0], argv, environment ? environment : environ);
	error = errno;
	if (write(ends->report[1], &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

static void process_close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void process_close(struct process *child)
{
	process_close_all((int[]){ child->out, child->err }, 2);
	child->out = child->err = -1;
}

int process_start(struct process *child, char *const *argv, char *const *environment, int in)
{
	struct ends ends = { .in = in, .out = { -1, -1 }, .err = { -1, -1 }, .report = { -1, -1 } };
	int place = process_place(0), null, error = 0;
	pid_t parent = getpid();

	*child = (struct process){ .pid = -1, .out = -1, .err = -1 };
	if (place < 0)
		return -EAGAIN;
	/* What it leaves behind comes to us, not to init. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	null = in < 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;
	if (null >= 0)
		ends.in = null;
	if (!pipe2(ends.out, O_CLOEXEC) && !pipe2(ends.err, O_CLOEXEC) &&
	    !pipe2(ends.report, O_CLOEXEC)) {
		fflush(NULL);
		child->pid = fork();
		if (child->pid == 0)
			process_become(argv, environment, &ends, parent);
	}
	if (child->pid < 0)
		error = errno;
	process_close_all((int[]){ null, ends.out[1], ends.err[1], ends.report[1] }, 4);
	if (!error && read(ends.report[0], &error, sizeof(error)) == sizeof(error))
		waitpid(child->pid, NULL, 0);
	process_close_all(&ends.report[0], 1);
	child->out = ends.out[0];
	child->err = ends.err[0];
	if (error)
		process_close(child);
	else
		children[place] = child->pid;
	return -error;
}

char **process_own_words(char *const *argv)
{
	size_t count = words_count(argv);
	char **words = calloc(count + 1, sizeof(*words));

	if (!words)
		return NULL;
	memcpy(words, argv, count * sizeof(*words));
	words[0] = (char *)"/proc/self/exe";
	return words;
}

bool process_has_ended(const struct process *child)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
	       info.si_pid == child->pid;
}

int process_wait(const struct process *child)
{
	int place = process_place(child->pid), status;

	while (waitpid(child->pid, &status, 0) != child->pid)
		if (errno != EINTR) {
			status = W_EXITCODE(1, 0);
			break;
		}
	if (place >= 0)
		children[place] = 0;
	return status;
}

size_t process_read(int *from, char *bytes, size_t room)
{
	ssize_t got = read(*from, bytes, room);

	if (got > 0)
		return (size_t)got;
	if (got == 0 || errno != EINTR) {
		close(*from);
		*from = -1;
	}
	return 0;
}

/* Whether there may be a child that process_start() did not start. */
static bool process_has_orphans(void)
{
	siginfo_t info;

	for (int i = 0; i < CHILDREN_MAX; i++)
		if (children[i])
			return true;
	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void process_end(const struct process *child, bool orphans)
{
	const struct timespec pause = { .tv_nsec = 2 * MS };
	/* The number of one that was waited for may be another's by now. */
	pid_t root = process_place(child->pid) < 0 ? 0 : child->pid;
	uint64_t until = clock_ns() + 5000ull * MS;

	if (!root && (!orphans || !process_has_orphans()))
		return;
	while (descendants_kill(root, orphans ? children : NULL, CHILDREN_MAX) &&
	       clock_ns() < until)
		nanosleep(&pause, NULL);
}
