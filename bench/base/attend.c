/* Staying with a child: its output, our signals, its time. */
#define _GNU_SOURCE
#include "attend.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "clock.h"
#include "say.h"

#define MS 1000000ull

/* What a signal may have to wait for, that came just before poll(). */
enum { PATIENCE_MS = 50 };

/* A second signal within this time is the first once more: timeout(1) sends it to a process and to
 * its group, so that we get it twice. */
#define TWICE_NS (300 * MS)

/* What the pipes of an ended child may hold back: its orphans are killed after it. */
#define DRAIN_NS (1000 * MS)

/* Set by the handler of signals, read by the one thread that attends. */
static volatile sig_atomic_t attend_signal, attend_again;
static volatile uint64_t attend_signal_ns;

static void attend_on_signal(int number)
{
	uint64_t now = clock_ns();

	if (!attend_signal) {
		attend_signal_ns = now;
		attend_signal = number;
	} else if (now - attend_signal_ns > TWICE_NS) {
		attend_again = 1;
	}
}

static const int attend_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
enum { SIGNALS = sizeof(attend_signals) / sizeof(attend_signals[0]) };

static struct sigaction attend_before[SIGNALS];
static int attend_watches;

void attend_watch(void)
{
	struct sigaction action = { .sa_handler = attend_on_signal, .sa_flags = SA_RESTART };

	if (attend_watches++)
		return;
	attend_signal = attend_again = 0;
	for (int i = 0; i < SIGNALS; i++) {
		sigaction(attend_signals[i], &action, &attend_before[i]);
		/* What nohup or a background job ignores stays ignored. */
		if (attend_before[i].sa_handler == SIG_IGN)
			sigaction(attend_signals[i], &attend_before[i], NULL);
	}
}

int attend_unwatch(void)
{
	if (--attend_watches)
		return 0;
	for (int i = 0; i < SIGNALS; i++)
		sigaction(attend_signals[i], &attend_before[i], NULL);
	if (!attend_signal)
		return 0;
	say_progress(NULL);
	raise(attend_signal);
	return -EINTR;
}

/* The state of one child's end. */
struct ending {
	struct attend *attend;
	struct process *child;
	uint64_t asked_ns; /* when it was asked to end; 0: not yet */
	uint64_t ended_ns; /* when it was seen to have ended */
};

static void attend_ask(struct ending *ending, int signal)
{
	if (ending->asked_ns)
		return;
	ending->asked_ns = clock_ns();
	kill(ending->child->pid, signal);
	/* One that is stopped could not hear it. */
	kill(ending->child->pid, SIGCONT);
}

/* Asks or kills it, if it is due. */
static void attend_press(struct ending *ending)
{
	struct attend *attend = ending->attend;

	if (attend_signal && !attend->signal) {
		attend->signal = attend_signal;
		attend_ask(ending, attend->signal);
	}
	if (!ending->asked_ns && attend->until_ns && clock_ns() >= attend->until_ns) {
		attend->late = true;
		attend_ask(ending, SIGTERM);
	}
	if (attend->error)
		attend_ask(ending, SIGTERM);
	if (ending->asked_ns && !attend->killed && !ending->ended_ns &&
	    (attend_again || clock_ns() - ending->asked_ns > attend->grace_ns)) {
		attend->killed = true;
		process_end(ending->child, true);
	}
}

static void attend_take(struct ending *ending, int *from,
			int (*take)(struct attend *, const char *, size_t))
{
	char bytes[65536];
	size_t got = process_read(from, bytes, sizeof(bytes));

	if (got && !ending->attend->error)
		ending->attend->error = take(ending->attend, bytes, got);
}

/* Takes what has come, and waits for more for a moment. */
static void attend_read(struct ending *ending)
{
	struct process *child = ending->child;
	struct pollfd ready[] = { { .fd = child->out, .events = POLLIN },
				  { .fd = child->err, .events = POLLIN } };

	if (poll(ready, 2, PATIENCE_MS) <= 0)
		return;
	if (ready[0].revents)
		attend_take(ending, &child->out, ending->attend->out);
	if (ready[1].revents)
		attend_take(ending, &child->err, ending->attend->err);
}

/* Whether there is nothing more to wait for: it has ended, and its output has, or would have. */
static bool attend_is_over(struct ending *ending)
{
	const struct process *child = ending->child;
	bool open = child->out >= 0 || child->err >= 0;
	/* It ends within a moment of closing its output, as a rule. */
	const struct timespec moment = { .tv_nsec = open ? 0 : 200000 };

	if (!ending->ended_ns && process_has_ended(child))
		ending->ended_ns = clock_ns();
	if (!ending->ended_ns)
		nanosleep(&moment, NULL);
	return ending->ended_ns && (!open || clock_ns() - ending->ended_ns > DRAIN_NS);
}

void attend(struct attend *attend, struct process *child)
{
	struct ending ending = { .attend = attend, .child = child };

	attend->signal = attend->error = 0;
	attend->late = attend->killed = false;
	while (!attend_is_over(&ending)) {
		attend_press(&ending);
		if (child->out >= 0 || child->err >= 0)
			attend_read(&ending);
	}
	process_close(child);
	attend->status = process_wait(child);
	process_end(child, true);
	attend->signal = attend_signal;
}
