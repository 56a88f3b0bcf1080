/* Starting a child process with pipes for its output, and waiting for it. */
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void (*process_prepare)(void);

void process_set_prepare(void (*prepare)(void))
{
	process_prepare = prepare;
}

/* Both ends of a child's pipes; report tells why it could not become the program. */
struct ends {
	int in, out[2], err[2], report[2];
};

/* What happens in the child after fork: never returns. */
static _Noreturn void become(char *const *argv, const struct ends *ends, bool own_group,
			     pid_t parent)
{
	int error;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (process_prepare)
		process_prepare();
	if (own_group)
		setpgid(0, 0);
	if (getppid() == parent && dup2(ends->in, 0) >= 0 && dup2(ends->out[1], 1) >= 0 &&
	    dup2(ends->err[1], 2) >= 0)
		execvp(argv[0], argv);
	error = errno;
	if (write(ends->report[1], &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

static void close_ends(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void process_close(struct process *child)
{
	close_ends((int[]){ child->out, child->err }, 2);
	child->out = child->err = -1;
}

int process_start(struct process *child, char *const *argv, int in, bool own_group)
{
	struct ends ends = { .in = in, .out = { -1, -1 }, .err = { -1, -1 }, .report = { -1, -1 } };
	int null = in < 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1, error = 0;
	pid_t parent = getpid();

	child->pid = -1;
	if (null >= 0)
		ends.in = null;
	if (!pipe2(ends.out, O_CLOEXEC) && !pipe2(ends.err, O_CLOEXEC) &&
	    !pipe2(ends.report, O_CLOEXEC)) {
		fflush(NULL);
		child->pid = fork();
		if (child->pid == 0)
			become(argv, &ends, own_group, parent);
	}
	if (child->pid < 0)
		error = errno;
	close_ends((int[]){ null, ends.out[1], ends.err[1], ends.report[1] }, 4);
	if (!error && read(ends.report[0], &error, sizeof(error)) == sizeof(error))
		waitpid(child->pid, NULL, 0);
	close_ends(&ends.report[0], 1);
	child->out = ends.out[0];
	child->err = ends.err[0];
	if (error)
		process_close(child);
	return -error;
}

int process_wait(const struct process *child)
{
	int status;

	while (waitpid(child->pid, &status, 0) != child->pid)
		if (errno != EINTR)
			return W_EXITCODE(1, 0);
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
