/* Nothing is said to the guard: the end of a pipe tells it that we are no more. */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/process.h"

/* How long a launcher may take to end once it was asked to. */
enum { GUARD_GRACE_MS = 4000 };

/* In the guard, which has nothing else open than these two. */
static _Noreturn void guard_watch(int held, int child_end, pid_t child)
{
	struct pollfd ended = { .fd = child_end, .events = POLLIN };
	char none;

	while (read(held, &none, 1) < 0 && errno == EINTR)
		;
	if (poll(&ended, 1, GUARD_GRACE_MS) == 0)
		kill(-child, SIGKILL);
	_exit(0);
}

/* After fork. Our ends of the child's pipes, and our locks, are not to stay open in it. */
static _Noreturn void guard_begin(int held, int child_end, pid_t child)
{
	sigset_t all;

	process_prepare();
	setpgid(0, 0);
	prctl(PR_SET_NAME, "guard");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (dup2(held, 0) < 0 || dup2(child_end, 1) < 0 || close_range(2, ~0U, 0))
		_exit(1);
	guard_watch(0, 1, child);
}

void guard_start(struct guard *guard, pid_t child)
{
	int ends[2], child_end = pidfd_open(child, 0);

	*guard = (struct guard){ .pid = -1, .held = -1 };
	if (child_end < 0)
		return;
	if (!pipe2(ends, O_CLOEXEC)) {
		guard->held = ends[1];
		guard->pid = fork();
		if (guard->pid == 0)
			guard_begin(ends[0], child_end, child);
		close(ends[0]);
	}
	close(child_end);
}

void guard_end(struct guard *guard)
{
	if (guard->held >= 0)
		close(guard->held);
	while (guard->pid > 0 && waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
